import { z } from 'zod';
import { failure } from '../errors.js';
import { toRecorded, type RecordRow } from './record.js';
import type { ParameterRecord, RunRecord, TapRecord, UseRecord } from './run.js';
import type { RunKey } from './record-set.js';

/** Where a line was read: the file as the caller names it, and the line number from 1. */
export interface LineAddress {
  where: string;
  line: number;
}

/** A run as plain data in a fixed key order; numbers that JSON lacks are spelt out. */
export function plainRun(run: RunRecord): RunRecord {
  const {
    width,
    depth,
    seed,
    state,
    error,
    batchHash,
    weightsHash,
    optimizer,
    epsilon,
    inert,
    isRepeatable,
    notes,
    rowCount,
  } = run;
  const loss = run.loss.map((value) => (typeof value === 'number' ? toRecorded(value) : value));
  const learningRates = run.learningRates.map((rate) => (Number.isFinite(rate) ? rate : null));
  const taps = run.taps.map(({ name, shape, product }) => ({ name, shape, product: product && plainProduct(product) }));
  const [parameters, frozen] = [run.parameters.map(plainParameter), run.frozen?.map(plainParameter)];
  const history = { state, error, loss, batchHash, weightsHash, learningRates, optimizer, epsilon };
  return { width, depth, seed, ...history, parameters, frozen, taps, inert, isRepeatable, notes, rowCount };
}

function plainProduct({ summed, factor }: NonNullable<TapRecord['product']>): NonNullable<TapRecord['product']> {
  return { summed, factor };
}

function plainParameter({ name, shape, layerClass, uses }: ParameterRecord): ParameterRecord {
  return { name, shape, layerClass, uses: uses?.map(plainUse) };
}

function plainUse({ name, kind, summed, input, times, values }: UseRecord): UseRecord {
  return { name, kind, summed, input, times, values };
}

/** A row as plain data in a fixed key order; its value spelt out where JSON lacks it. */
export function plainRow(row: RecordRow): RecordRow {
  const { width, depth, seed, step, subject, name, use, tap, quantity, statistic, value } = row;
  const recorded = typeof value === 'number' ? toRecorded(value) : value;
  return { width, depth, seed, step, subject, name, use, tap, quantity, statistic, value: recorded };
}

/** One line of JSON without its newline. A number JSON lacks becomes its spelling rather than a silent null. */
export function formatLine(value: object): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'number' ? toRecorded(inner) : inner));
}

/**
 * The JSON value of one line.
 *
 * @throws CoordCheckError RECORDS_INVALID with file and line: Python's bare NaN is named as what it is
 */
export function parseLine(text: string, at: LineAddress): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const bare = /[:[,]\s*(-?Infinity|NaN)\b/.exec(text)?.[1];
    const why = bare ? `bare ${bare} is not JSON; write "${bare}" in quotes` : `not JSON (${(cause as Error).message})`;
    throw failure('RECORDS_INVALID', { ...at, why }, { cause });
  }
}

/** Fields at fault that a sentence names; where there are more, the line is another thing altogether. */
const MOST_FAULTS = 3;

/**
 * A value of one line, checked against its schema.
 *
 * @throws CoordCheckError RECORDS_INVALID with file, line and the first fields at fault
 */
export function validated<T>(schema: z.ZodType<T>, value: unknown, at: LineAddress): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'line'}: ${issue.message}`);
  const more = faults.length > MOST_FAULTS ? [`and ${faults.length - MOST_FAULTS} more`] : [];
  throw failure('RECORDS_INVALID', { ...at, why: [...faults.slice(0, MOST_FAULTS), ...more].join('; ') });
}

/** A run as a sentence names it. */
export function runInWords({ width, depth, seed }: RunKey): string {
  return `width ${width}${depth === null ? '' : `, depth ${depth}`}, seed ${seed}`;
}
