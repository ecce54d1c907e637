import { fromRecorded, type Quantity, type RecordRow, type Statistic, type Subject } from '../records/record.js';
import { runKey } from '../records/record-set.js';
import type { RunRecord } from '../records/run.js';
import { fit, type Fit, type MeasuredSize } from './fit.js';
import { MINIMUM_WIDTHS } from './slope.js';

/** One measured size: log2 of a coordinate size at one width and seed; null where the size was 0 or not finite. */
export interface Point {
  width: number;
  seed: number;
  log2Size: number | null;
}

/**
 * Why a series has no fit, the first that holds: a size is NaN or infinite; a size is exactly 0 (no epsilon is ever
 * added before the log); a finished run lacks the row, or there is none at all; fewer than 3 distinct widths; an update
 * too small to be stored beside the value it is added to.
 */
export type NoFit = 'non-finite' | 'exactly-zero' | 'missing' | 'too-few-widths' | 'unresolved';

/** One quantity at one step over all widths and seeds. */
export interface Series {
  /** Where it was measured; null for a variable's own size, or where there is no such place. */
  tap: string | null;
  /** Null where nothing was measured at any step. */
  step: number | null;
  statistic: Statistic;
  /** By width, then seed. */
  points: Point[];
  fit: Fit | null;
  /** Null exactly where there is a fit. */
  reason: NoFit | null;
}

/** What tells one series from another. */
export interface SeriesKey {
  subject: Subject;
  name: string;
  use?: string | undefined;
  tap?: string | undefined;
  quantity: Quantity;
  statistic: Statistic;
  step: number;
}

/** Rows by what series they belong to. */
export interface RowIndex {
  /** The rows of one series, in the order of the set. */
  rowsOf(key: SeriesKey): readonly RecordRow[];
  /** All rows of a subject. */
  ofSubject(subject: Subject, name: string): readonly RecordRow[];
}

/**
 * Groups rows into series, once for all tables.
 *
 * Arquero groups; it is imported here, because it takes longer to load than most analyses take.
 */
export async function indexRows(rows: readonly RecordRow[]): Promise<RowIndex> {
  // A table of no rows has no columns either, and arquero refuses to group it: every run may have failed.
  if (rows.length === 0) return { rowsOf: () => [], ofSubject: () => [] };
  const { from } = await import('arquero');
  // Grouping drops rows whose key is null (arquero 8.0.1), so absent uses and taps are empty words.
  const keyed = rows.map((row) => ({ series: seriesKey(row), subjectName: `${row.subject} ${row.name}`, row }));
  const group = (key: 'series' | 'subjectName') => grouped(from(keyed).groupby(key).objects({ grouped: true }));
  const bySeries = group('series');
  const bySubject = group('subjectName');
  return {
    rowsOf: (key) => bySeries.get(seriesKey(key)) ?? [],
    ofSubject: (subject, name) => bySubject.get(`${subject} ${name}`) ?? [],
  };
}

function grouped(groups: unknown): ReadonlyMap<string, readonly RecordRow[]> {
  const found = new Map<string, readonly RecordRow[]>();
  for (const [key, entries] of groups as Map<string, { row: RecordRow }[]>) {
    found.set(
      key,
      entries.map(({ row }) => row),
    );
  }
  return found;
}

/**
 * Fits the rows of one series.
 *
 * @param rows - at most one a run
 * @param finished - the runs that must each have a row; a diverged run's rows count where there are any
 */
export function seriesOf(
  rows: readonly RecordRow[],
  finished: readonly RunRecord[],
  at: Pick<Series, 'tap' | 'step' | 'statistic'>,
): Series {
  const sizes = rows.map(({ width, seed, value }) => ({ width, seed, size: fromRecorded(value) }));
  return { ...at, ...fitted(sizes, hasRowOfEach(rows, finished)) };
}

/** Fits sizes that are no row of the records but made from them, one a run; all finished runs must have one. */
export function derivedSeries(
  sizes: readonly MeasuredSize[],
  finished: readonly RunRecord[],
  at: Pick<Series, 'tap' | 'step' | 'statistic'>,
): Series {
  const present = new Set(sizes.map(({ width, seed }) => `${width} ${seed}`));
  const isComplete = sizes.length > 0 && finished.every(({ width, seed }) => present.has(`${width} ${seed}`));
  return { ...at, ...fitted(sizes, isComplete) };
}

/**
 * log2 of the sizes of the first series with any that is not 0; none where all are. Behind a zero readout the first
 * gradient is exactly 0, and moves nothing.
 */
export function firstLogs(list: readonly Series[]): number[] {
  const logs = list.map(({ points }) => points.flatMap(({ log2Size }) => log2Size ?? []));
  return logs.find(({ length }) => length > 0) ?? [];
}

/** The series of something that was not measured. */
export function emptySeries(statistic: Statistic): Series {
  return { tap: null, step: null, statistic, points: [], fit: null, reason: 'missing' };
}

function fitted(sizes: readonly MeasuredSize[], isComplete: boolean): Pick<Series, 'points' | 'fit' | 'reason'> {
  const points = sizes.map(({ width, seed, size }) => ({ width, seed, log2Size: log2(size) }));
  const reason = whyNoFit(sizes, isComplete);
  return { points, fit: reason === null ? fit(sizes) : null, reason };
}

function whyNoFit(sizes: readonly MeasuredSize[], isComplete: boolean): NoFit | null {
  // A size below 0 can only come from a foreign file; it has no log either.
  if (sizes.some(({ size }) => !Number.isFinite(size) || size < 0)) return 'non-finite';
  if (sizes.some(({ size }) => size === 0)) return 'exactly-zero';
  if (!isComplete) return 'missing';
  return new Set(sizes.map(({ width }) => width)).size < MINIMUM_WIDTHS ? 'too-few-widths' : null;
}

function hasRowOfEach(rows: readonly RecordRow[], finished: readonly RunRecord[]): boolean {
  const present = new Set(rows.map(runKey));
  return rows.length > 0 && finished.every((run) => present.has(runKey(run)));
}

function log2(size: number): number | null {
  return size > 0 && size < Infinity ? Math.log2(size) : null;
}

function seriesKey({ subject, name, use, tap, quantity, statistic, step }: SeriesKey): string {
  return JSON.stringify([subject, name, use ?? '', tap ?? '', quantity, statistic, step]);
}
