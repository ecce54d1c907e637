import type { Quantity, RecordRow, Statistic, Subject } from './record.js';
import type { RecordHeader, RunRecord } from './run.js';

/** Everything a check measured: what capture hands to analysis, and what a records file holds. */
export interface RecordSet {
  header: RecordHeader;
  runs: RunRecord[];
  rows: RecordRow[];
}

/** The three numbers that name a run. */
export type RunKey = Pick<RunRecord, 'width' | 'depth' | 'seed'>;

const SUBJECTS: readonly Subject[] = ['tap', 'parameter'];
const STATISTICS: readonly Statistic[] = ['meanAbs', 'rms'];
/** All quantities, in the order that rows stand in. */
export const QUANTITIES: readonly Quantity[] = [
  'activation',
  'change',
  'centredChange',
  'value',
  'update',
  'gradient',
  'decay',
  'init',
  'isolatedUpdate',
  'propagated',
];

/** A run's key as one string, for maps: equal exactly where width, depth and seed are. */
export function runKey({ width, depth, seed }: RunKey): string {
  return `${width}/${depth ?? ''}/${seed}`;
}

/** A row's key as one string: everything but its value. Two rows of a set never share it. */
export function rowKey(row: RecordRow): string {
  const { width, depth, seed, step, subject, name, use, tap, quantity, statistic } = row;
  return JSON.stringify([width, depth, seed, step, subject, name, use, tap, quantity, statistic]);
}

/** Orders runs by width, depth (none first), seed. */
export function compareRuns(a: RunKey, b: RunKey): number {
  return a.width - b.width || (a.depth ?? 0) - (b.depth ?? 0) || a.seed - b.seed;
}

/**
 * The same set in its one canonical order, so that equal measurements give equal bytes whatever order they arrived in.
 *
 * Runs by width, depth, seed. Rows by width, depth, seed, subject (taps first), name, step, quantity, statistic, use,
 * tap: names, uses and taps in the order of the run's own lists, that is of the forward pass; those in no list last,
 * by code unit, because a locale's order would differ between machines.
 */
export function sortRecords(set: RecordSet): RecordSet {
  const places = new Map(set.runs.map((run) => [runKey(run), placesOf(run)]));
  const nowhere: Places = { tap: new Map(), parameter: new Map(), use: new Map() };
  const placed = set.rows.map((row) => ({ row, places: places.get(runKey(row)) ?? nowhere }));
  placed.sort((a, b) => compareRuns(a.row, b.row) || compareRows(a.row, b.row, a.places));
  return { header: set.header, runs: set.runs.toSorted(compareRuns), rows: placed.map(({ row }) => row) };
}

interface Places {
  tap: Map<string, number>;
  parameter: Map<string, number>;
  use: Map<string, number>;
}

function placesOf(run: RunRecord): Places {
  const uses = run.parameters.flatMap((parameter) => (parameter.uses ?? []).flatMap(({ name }) => name ?? []));
  return {
    tap: indexOf(run.taps.map(({ name }) => name)),
    parameter: indexOf(run.parameters.map(({ name }) => name)),
    use: indexOf(uses),
  };
}

function indexOf(names: string[]): Map<string, number> {
  return new Map([...new Set(names)].map((name, index) => [name, index]));
}

function compareRows(a: RecordRow, b: RecordRow, places: Places): number {
  return (
    SUBJECTS.indexOf(a.subject) - SUBJECTS.indexOf(b.subject) ||
    compareNames(a.name, b.name, places[a.subject]) ||
    a.step - b.step ||
    QUANTITIES.indexOf(a.quantity) - QUANTITIES.indexOf(b.quantity) ||
    STATISTICS.indexOf(a.statistic) - STATISTICS.indexOf(b.statistic) ||
    compareNames(a.use, b.use, places.use) ||
    compareNames(a.tap, b.tap, places.tap)
  );
}

function compareNames(a: string | undefined, b: string | undefined, places: Map<string, number>): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const unlisted = places.size;
  return (places.get(a) ?? unlisted) - (places.get(b) ?? unlisted) || (a < b ? -1 : 1);
}
