import { derivedSeries, type Series } from '../../src/analysis/series.js';
import type { RecordRow, RecordedNumber } from '../../src/records/record.js';
import type { RecordSet } from '../../src/records/record-set.js';
import type { ParameterRecord, RunRecord } from '../../src/records/run.js';
import { header, row, run } from '../records/sample.js';

export const WIDTHS = [64, 128, 256];
const SEEDS = [0, 1];
/** Forward order, on purpose not alphabetical: the readout, its own multiplier layer, the output. */
export const TAPS = ['hidden', 'dense', 'scale', 'a-output'];

const sizes = (width: number, depth: number | null = null): ParameterRecord[] => [
  { name: 'hidden/kernel', shape: [8, width], layerClass: 'Dense' },
  { name: 'dense/kernel', shape: [width, 10], layerClass: 'Dense' },
  ...(depth === null ? [] : [{ name: 'deep/kernel', shape: [width, width], layerClass: 'Dense' }]),
];

/** Rows of one quantity whose value is scale·width^exponent in every run; `value` overrides it run by run. */
export interface Law extends Partial<RecordRow> {
  exponent?: number;
  at?: (run: RunRecord) => RecordedNumber | null;
}

/** A run of every width and seed, with the taps TAPS and parameters of growing shape. */
export function runs(
  overrides: (key: { width: number; seed: number }) => Partial<RunRecord> = () => ({}),
): RunRecord[] {
  return WIDTHS.flatMap((width) =>
    SEEDS.map((seed) => {
      const parameters = sizes(width);
      const taps = TAPS.map((name) => ({ name, shape: [4, width] }));
      return run({ width, seed, parameters, taps, ...overrides({ width, seed }) });
    }),
  );
}

/** A record set of these runs that holds exactly these laws. */
export function synthetic(laws: Law[], over: RunRecord[] = runs()): RecordSet {
  const rows = laws.flatMap(({ exponent = 0, at, ...fields }) =>
    over.flatMap(({ width, depth, seed, ...rest }) => {
      const value = at ? at({ width, depth, seed, ...rest }) : 3 * width ** exponent;
      return value === null ? [] : [row({ statistic: 'meanAbs', ...fields, width, depth, seed, value })];
    }),
  );
  return { header: header(), runs: over, rows };
}

/** A row of a parameter measured at a tap. */
export function atTap(quantity: 'isolatedUpdate' | 'init' | 'propagated', tap: string, law: Law = {}): Law {
  const step = quantity === 'init' ? 0 : 1;
  return { subject: 'parameter', name: 'dense/kernel', quantity, tap, step, ...law };
}

/** A series of a variable's own size at a step, the same for all seeds of a width. */
export function seriesOfSizes(step: number, size: (width: number) => number): Series {
  const sizes = WIDTHS.flatMap((width) => SEEDS.map((seed) => ({ width, seed, size: size(width) })));
  return derivedSeries(sizes, runs(), { tap: null, step, statistic: 'rms' });
}
