import { fromRecorded, type RecordRow } from '../records/record.js';
import { runKey } from '../records/record-set.js';
import type { RunRecord } from '../records/run.js';
import { commonParameters, kindOf, type DepthModel } from './depth-blocks.js';
import { fitOf, type Fit } from './fit.js';
import type { NoFit } from './series.js';
import { MINIMUM_WIDTHS } from './slope.js';

/** One measured size at one depth; null where it was 0 or not finite. */
export interface DepthPoint {
  depth: number;
  width: number;
  seed: number;
  log2Size: number | null;
}

/** One quantity over all depths, its fit that of log2 size on log2 depth. */
export interface DepthSeries {
  tap: string;
  step: number;
  points: DepthPoint[];
  fit: Fit | null;
  /** Null exactly where there is a fit; `too-few-widths` stands for too few depths. */
  reason: NoFit | null;
}

/** The last of the taps whose names differ by a block's index alone: where the residual stream arrives. */
export interface DepthTap extends DepthSeries {
  quantity: 'activation' | 'centredChange';
}

/** A parameter that models of every depth have. */
export interface DepthParameter {
  parameter: string;
  /** Whether deeper models have more of its kind: it is in a block. */
  isRepeated: boolean;
  /** Its isolated update where it first shows: inside the branch, before the branch's multiplier. */
  inside: DepthSeries;
  /** Its isolated update where an addition takes it over: what it writes into the residual stream. Null where none does. */
  written: DepthSeries | null;
}

/** Slopes along depth. */
export interface DepthAnalysis {
  /** In ascending order. */
  depths: number[];
  taps: DepthTap[];
  parameters: DepthParameter[];
}

/**
 * Turns records of several depths into slopes of log2 size on log2 depth; null where there is one depth or none.
 *
 * The first blocks of every depth are compared, and what stands in front of and behind all blocks ({@link
 * commonParameters}). The end of the residual stream has another index at every depth: it is the last tap of each kind,
 * a kind being the names that differ by a number alone, with more of them in deeper models.
 * Points of all widths count, every width and seed with an offset of its own.
 */
export function depthTable(runs: readonly RunRecord[], rows: readonly RecordRow[]): DepthAnalysis | null {
  const finished = runs.filter(({ state }) => state === 'finished');
  const depths = [...new Set(finished.flatMap(({ depth }) => depth ?? []))].toSorted((a, b) => a - b);
  if (depths.length < 2) return null;
  const kinds = repeatedKinds(finished);
  const byRun = new Map(finished.map((run) => [runKey(run), [] as RecordRow[]]));
  for (const row of rows) byRun.get(runKey(row))?.push(row);
  const measured = finished.map((run) => ({ run, rows: byRun.get(runKey(run)) ?? [] }));
  return { depths, taps: streamTaps(measured, kinds), parameters: parametersAlongDepth(measured) };
}

interface MeasuredRun {
  run: RunRecord;
  rows: readonly RecordRow[];
}

/** Kinds of taps that deeper models have more of. */
function repeatedKinds(runs: readonly RunRecord[]): ReadonlySet<string> {
  const counts = runs.map(({ taps }) => {
    const kinds = taps.map(({ name }) => kindOf(name));
    return { count: (kind: string) => kinds.filter((k) => k === kind).length, kinds };
  });
  const kinds = new Set(counts.flatMap((c) => c.kinds));
  return new Set([...kinds].filter((kind) => new Set(counts.map(({ count }) => count(kind))).size > 1));
}

function streamTaps(measured: readonly MeasuredRun[], kinds: ReadonlySet<string>): DepthTap[] {
  const tapKinds = [...new Set(measured.flatMap(({ run }) => run.taps.map(({ name }) => kindOf(name))))];
  return tapKinds
    .filter((kind) => kinds.has(kind))
    .flatMap((kind) =>
      (['activation', 'centredChange'] as const).flatMap((quantity): DepthTap[] => {
        const last = (run: RunRecord) => run.taps.findLast(({ name }) => kindOf(name) === kind)?.name;
        const step =
          quantity === 'activation'
            ? 0
            : firstStep(measured.map(({ rows }) => rows.filter((row) => row.quantity === quantity)));
        const found = measured.map(({ run, rows }) => {
          const name = last(run);
          return rows.find((r) => r.subject === 'tap' && r.name === name && r.quantity === quantity && r.step === step);
        });
        return [{ ...depthSeries(found, measured), tap: kind, step, quantity }];
      }),
    );
}

/** What a run shows of its parameters alone: their isolated updates at the first step where none is zero, by name. */
type OwnRows = ReadonlyMap<string, readonly RecordRow[]>;

function parametersAlongDepth(measured: readonly MeasuredRun[]): DepthParameter[] {
  const [first] = measured;
  if (first === undefined) return [];
  const ofWidth = measured.filter(({ run }) => run.width === first.run.width && run.seed === first.run.seed);
  const inRuns = measured.map((one) => ({ ...one, isolated: isolatedRows(one) }));
  return commonParameters(ofWidth.map(depthModel)).flatMap(({ name, isRepeated, nameAt }): DepthParameter[] => {
    const own = inRuns.map(({ run, isolated }) => isolated.get(nameAt.get(run.depth ?? 0) ?? name) ?? []);
    const step = firstStep(own.map((rows) => rows.filter(({ value }) => value !== 0)));
    const found = own.map((rows) => rows.filter((row) => row.step === step));
    const [start] = found[0] ?? [];
    const end = found[0]?.findLast(({ tap }) => found.every((rows) => rows.some((row) => row.tap === tap)));
    if (start === undefined) return [];
    const inside = {
      ...depthSeries(
        found.map((rows) => rows[0]),
        measured,
      ),
      tap: start.tap ?? '',
      step,
    };
    // An addition shares the change, but not the initial value.
    if (!isRepeated || end?.tap === undefined || hasInit(first, end))
      return [{ parameter: name, isRepeated, inside, written: null }];
    const atEnd = found.map((rows) => rows.find(({ tap }) => tap === end.tap));
    return [{ parameter: name, isRepeated, inside, written: { ...depthSeries(atEnd, measured), tap: end.tap, step } }];
  });
}

function isolatedRows({ rows }: MeasuredRun): OwnRows {
  const byName = new Map<string, RecordRow[]>();
  for (const row of rows) {
    if (row.quantity !== 'isolatedUpdate') continue;
    byName.set(row.name, [...(byName.get(row.name) ?? []), row]);
  }
  return byName;
}

/** A run's model as blocks are told by: its parameters in the order in which the forward pass first shows them. */
function depthModel(measured: MeasuredRun): DepthModel {
  const { depth, taps, parameters } = measured.run;
  const isolated = isolatedRows(measured);
  const order = new Map(taps.map(({ name }, i) => [name, i]));
  // One that never moves alone stays beside the one listed before it.
  let at = -1;
  const placed = parameters.map(({ name, shape }) => {
    const moved = (isolated.get(name) ?? []).filter(({ value }) => value !== 0);
    const places = moved.filter(({ step }) => step === moved[0]?.step);
    at = order.get(places[0]?.tap ?? '') ?? at;
    // The first such tap: where later branches are 0 at first, it shows at every addition from there on.
    const writesTo = places.find((row) => !hasInit(measured, row))?.tap ?? null;
    return { name, shape, writesTo, at };
  });
  return { depth: depth ?? 0, parameters: placed.toSorted((a, b) => a.at - b.at) };
}

/** Whether the initial value at a row's tap is that at its parameter's first tap, up to a constant. */
function hasInit({ rows }: MeasuredRun, { name, tap }: RecordRow): boolean {
  return rows.some((row) => row.quantity === 'init' && row.name === name && row.tap === tap);
}

/** The first step that every run has some of its rows at; 1 where there is none. */
function firstStep(rowsOfRuns: readonly (readonly RecordRow[])[]): number {
  const steps = rowsOfRuns.map((rows) => new Set(rows.map(({ step }) => step)));
  const [first = new Set<number>(), ...others] = steps;
  return [...first].toSorted((a, b) => a - b).find((step) => others.every((other) => other.has(step))) ?? 1;
}

/** Fits what each run shows of one quantity; a run that shows nothing leaves no fit. */
function depthSeries(
  found: readonly (RecordRow | undefined)[],
  measured: readonly MeasuredRun[],
): Pick<DepthSeries, 'points' | 'fit' | 'reason'> {
  const sizes = found.map((row) => (row === undefined ? null : fromRecorded(row.value)));
  const blocks = [...new Set(measured.map(({ run }) => `${run.width} ${run.seed}`))];
  const points = measured.map(({ run }, i): DepthPoint => {
    const size = sizes[i] ?? Number.NaN;
    return { depth: run.depth ?? 0, width: run.width, seed: run.seed, log2Size: isSize(size) ? Math.log2(size) : null };
  });
  const reason = whyNoFit(sizes, points);
  const sized = points.map(({ depth, width, seed }, i) => ({
    width: depth,
    size: sizes[i] ?? Number.NaN,
    block: blocks.indexOf(`${width} ${seed}`),
  }));
  return { points, fit: reason === null ? fitOf(sized) : null, reason };
}

function whyNoFit(sizes: readonly (number | null)[], points: readonly DepthPoint[]): NoFit | null {
  if (sizes.includes(null)) return 'missing';
  if (sizes.includes(0)) return 'exactly-zero';
  if (points.some(({ log2Size }) => log2Size === null)) return 'non-finite';
  return new Set(points.map(({ depth }) => depth)).size < MINIMUM_WIDTHS ? 'too-few-widths' : null;
}

function isSize(size: number): boolean {
  return size > 0 && size < Infinity;
}
