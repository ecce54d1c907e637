import { sortRecords, type RecordSet } from '../records/record-set.js';
import type { RunRecord } from '../records/run.js';
import { depthTable, type DepthAnalysis } from './depth-table.js';
import { parameterTable, type ParameterAnalysis } from './parameter-table.js';
import { withNumberedRepeats } from './repeats.js';
import { indexRows } from './series.js';
import { tapTable, type TapAnalysis } from './tap-table.js';

export type { DepthReading } from './depth-readings.js';
export { pooled, pooledSeries, type DepthPoint, type DepthSeries } from './depth-series.js';
export type { DepthAnalysis, DepthParameter } from './depth-table.js';
export type { DepthTap } from './depth-taps.js';
export type { ParameterAnalysis } from './parameter-table.js';
export type { Point, Series } from './series.js';
export type { TapAnalysis } from './tap-table.js';

/** Named tables of slopes, each with its points: what the verdict is judged on and the charts are drawn from. */
export interface Analysis {
  /** All of them, by width, depth and seed. */
  runs: RunRecord[];
  /** The depth that the other tables are of; null where the model has none. */
  depth: number | null;
  taps: TapAnalysis[];
  parameters: ParameterAnalysis[];
  /** Parameters that are inert in every finished run. */
  inert: string[];
  /** Slopes along depth, of all widths; null where the records hold one depth or none. */
  alongDepth: DepthAnalysis | null;
}

/**
 * Turns records into slopes of log2 size on log2 width.
 *
 * No expectation enters here: what a slope should be is the verdict's to say. The order of runs and rows does not
 * matter. A slope in width needs one depth, so where records hold several, the tables are of one of them.
 *
 * @param options.depth - the depth the tables are of; the shallowest unless given
 */
export async function analyze(set: RecordSet, options: { depth?: number | null } = {}): Promise<Analysis> {
  const { runs, rows } = sortRecords(withNumberedRepeats(set));
  const depth = options.depth === undefined ? shallowest(runs) : options.depth;
  const ofDepth = runs.filter((run) => run.depth === depth);
  const index = await indexRows(rows.filter((row) => row.depth === depth));
  const [first, ...rest] = ofDepth.filter(({ state }) => state === 'finished').map(({ inert }) => inert);
  return {
    runs,
    depth,
    taps: tapTable(index, ofDepth),
    parameters: parameterTable(index, ofDepth),
    inert: (first ?? []).filter((name) => rest.every((other) => other.includes(name))),
    alongDepth: depthTable(runs, rows),
  };
}

function shallowest(runs: readonly RunRecord[]): number | null {
  const depths = runs.flatMap(({ depth }) => depth ?? []);
  return depths.length < runs.length || depths.length === 0 ? null : Math.min(...depths);
}
