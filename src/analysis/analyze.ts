import type { RecordSet } from '../records/record-set.js';
import type { RunRecord } from '../records/run.js';
import { parameterTable, type ParameterAnalysis } from './parameter-table.js';
import { indexRows } from './series.js';
import { tapTable, type TapAnalysis } from './tap-table.js';

export type { ParameterAnalysis } from './parameter-table.js';
export type { NoFit, Point, Series } from './series.js';
export type { TapAnalysis } from './tap-table.js';

/** Named tables of slopes, each with its points: what the verdict is judged on and the charts are drawn from. */
export interface Analysis {
  /** By width, depth and seed. */
  runs: RunRecord[];
  taps: TapAnalysis[];
  parameters: ParameterAnalysis[];
  /** Parameters that are inert in every finished run. */
  inert: string[];
}

/**
 * Turns records into slopes of log2 size on log2 width.
 *
 * No expectation enters here: what a slope should be is the verdict's to say.
 *
 * @param records - in their canonical order
 */
export async function analyze({ runs, rows }: RecordSet): Promise<Analysis> {
  const index = await indexRows(rows);
  const [first, ...rest] = runs.filter(({ state }) => state === 'finished').map(({ inert }) => inert);
  return {
    runs,
    taps: tapTable(index, runs),
    parameters: parameterTable(index, runs),
    inert: (first ?? []).filter((name) => rest.every((other) => other.includes(name))),
  };
}
