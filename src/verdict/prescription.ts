import type { Prescription } from '../records/prescription.js';
import type { Role, Verdict } from './result.js';

export type { Dose, Prescription } from '../records/prescription.js';

/** A width exponent as it was measured: of the initial output, or of the isolated update, at the own place. */
export interface MeasuredExponent {
  slope: number | null;
  /** 95 % confidence interval. */
  interval: [number, number] | null;
  /** What theory asks for; null where nothing. */
  expected: number | null;
}

/** What was found of a parameter without the prescription, and with it. */
export interface BeforeAndAfter {
  before: MeasuredExponent;
  after: MeasuredExponent;
}

/** One parameter, or one use of a tied one, with what is prescribed for it. */
export interface PrescribedParameter {
  parameter: string;
  use: string | null;
  role: Role;
  /** What its initial value is multiplied by: width to this power, a multiple of ½; 0 leaves it as it is. */
  initExponent: number;
  /** What its learning rate is multiplied by, likewise. */
  learningRateExponent: number;
  /** What its gradient is multiplied by before the optimizer sees it; 0 but where an epsilon matters. */
  gradientExponent: number;
  /** What the forward pass is multiplied by where the parameter is used; 0 but for a tied readout. */
  multiplierExponent: number;
  /** The power of the width that its initial value (RMS) follows with the prescription, to the nearest ½; null where it has none. */
  valueExponent: number | null;
  init: BeforeAndAfter;
  update: BeforeAndAfter;
  /** Why it was left alone, or is not right yet; null where it passes. */
  reason: string | null;
}

/** Attention logits with what is prescribed for them. */
export interface PrescribedLogits {
  tap: string;
  multiplierExponent: number;
}

/** One measurement on the way: what the model was trained with, and what came of it. */
export interface PrescriptionRound {
  /** In words: `as it is`, or what is scaled, counted. */
  what: string;
  prescription: Prescription;
  verdict: Verdict;
  summary: string;
}

/** What `prescribe` found: the one value its table, its file and its exit code are made from. */
export interface PrescriptionResult {
  schema: 'coordcheck/prescription';
  schemaVersion: 1;
  name: string;
  /** Of the last measurement, made with the prescription. */
  verdict: Verdict;
  /** One sentence: what is prescribed, and what the last measurement says of it. */
  summary: string;
  /** The command that repeats it. */
  command: string;
  versions: Record<string, string>;
  optimizer: string;
  /** All factors are (width / baseWidth)^exponent. */
  baseWidth: number;
  parameters: PrescribedParameter[];
  logits: PrescribedLogits[];
  rounds: PrescriptionRound[];
  /** A parametrization of the literature that the result is, for this optimizer; null where it is none. */
  equals: 'Tensor Programs V, Table 3' | null;
  /** Code to paste; empty where nothing is prescribed. */
  code: string;
}
