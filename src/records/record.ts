/** A measured number as JSON can hold it: the three values JSON lacks are spelt out. */
export type RecordedNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** What a row is about: a place in the forward pass, or a trainable variable. */
export type Subject = 'tap' | 'parameter';

/**
 * What was measured.
 *
 * Taps: `activation` x_t and `change` Δx = x_t − x_0 in the user's plain run; `centredChange` is Δx in the centred run.
 * Parameters: `value` the initial value, `update` the update so far, `gradient`, each of the variable itself;
 * `decay` the share of itself that the variable loses in a step without gradient; `init` the size of x_0,
 * `isolatedUpdate` and `propagated` their part of the change, each at the tap named in `tap`.
 */
export type Quantity =
  | 'activation'
  | 'change'
  | 'centredChange'
  | 'value'
  | 'update'
  | 'gradient'
  | 'decay'
  | 'init'
  | 'isolatedUpdate'
  | 'propagated';

/** How a tensor's coordinates became one number. */
export type Statistic = 'meanAbs' | 'rms';

/** One measured number with its keys: one line of the records file. */
export interface RecordRow {
  width: number;
  depth: number | null;
  seed: number;
  /** 0 is initialization; t is after t updates. */
  step: number;
  subject: Subject;
  /** The tap's or the parameter's name. */
  name: string;
  /** Which use of a tied parameter. */
  use?: string;
  /** The place where a parameter's quantity was measured. */
  tap?: string;
  quantity: Quantity;
  statistic: Statistic;
  value: RecordedNumber;
}

/** Encodes a measured number for a record. */
export function toRecorded(value: number): RecordedNumber {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

/** Decodes a record's number. */
export function fromRecorded(value: RecordedNumber): number {
  return typeof value === 'number' ? value : Number(value);
}
