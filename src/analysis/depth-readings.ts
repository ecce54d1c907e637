import { parameterName } from '../parameter-name.js';
import { fromRecorded, type RecordRow } from '../records/record.js';
import type { RunRecord, UseRecord } from '../records/run.js';
import type { CommonParameter } from './depth-blocks.js';
import type { DepthModel } from './depth-branches.js';

/** A finished run, its rows, and what it shows of each parameter alone. */
export interface MeasuredRun {
  run: RunRecord;
  rows: readonly RecordRow[];
  /** Isolated updates that are not 0, by parameter (and use), in the order of the forward pass. */
  moved: ReadonlyMap<string, readonly RecordRow[]>;
  /** `name tap` of every place that shares its parameter's initial value with the first, up to a constant. */
  initial: ReadonlyMap<string, number>;
}

/** Sizes of one parameter in one run; null what was not seen. */
export interface DepthReading {
  /** Without its use. */
  parameter: string;
  depth: number;
  width: number;
  seed: number;
  /** Its gradient is rounding only. */
  isInert: boolean;
  /** Its isolated update where it first shows: inside the branch, before the branch's multiplier. */
  inside: number | null;
  /** The same where an addition has taken it over: what it writes into the residual stream. */
  written: number | null;
  /** The initial value where it first shows. */
  initial: number | null;
}

/** What a parameter's blocks show in every run, and where. */
export interface DepthReadings {
  step: number;
  readings: readonly DepthReading[];
  /** Taps where its isolated update first shows, and where it is written: in blocks, those of the deepest model's. */
  taps: { inside: string[]; written: string[] };
}

/** A run with its rows sorted out. */
export function measuredRun(run: RunRecord, rows: readonly RecordRow[]): MeasuredRun {
  const moved = new Map<string, RecordRow[]>();
  const initial = new Map<string, number>();
  for (const row of rows) {
    if (row.subject !== 'parameter') continue;
    if (row.quantity === 'init') initial.set(`${nameOf(row)} ${row.tap ?? ''}`, fromRecorded(row.value));
    if (row.quantity !== 'isolatedUpdate' || row.value === 0) continue;
    const name = nameOf(row);
    const list = moved.get(name);
    if (list === undefined) moved.set(name, [row]);
    else list.push(row);
  }
  return { run, rows, moved, initial };
}

/** A run's model as blocks are told by: its parameters in the order in which the forward pass first shows them. */
export function depthModel(measured: MeasuredRun): DepthModel {
  const { depth, taps, parameters } = measured.run;
  const order = new Map(taps.map(({ name }, i) => [name, i]));
  // One that never moves alone stays beside the one listed before it.
  let at = -1;
  const placed = parameters.flatMap(({ name: parameter, shape, uses = [] }) =>
    usesOf(uses).map(({ use, times }) => {
      const name = parameterName({ parameter, use });
      const moved = measured.moved.get(name) ?? [];
      const places = moved.filter(({ step }) => step === moved[0]?.step);
      const tap = places[0]?.tap ?? null;
      at = order.get(tap ?? '') ?? at;
      // The first such tap: where later branches are 0 at first, it shows at every addition from there on.
      const writesTo = places.find((row) => !sharesInitial(measured, row))?.tap ?? null;
      return { name, parameter, shape, tap, writesTo, times, at };
    }),
  );
  return { depth: depth ?? 0, parameters: placed.toSorted((a, b) => a.at - b.at) };
}

/** The uses of a parameter by name; a parameter that is used in one way has one without. */
function usesOf(uses: readonly UseRecord[]): { use: string | null; times: number }[] {
  if (uses.length > 1) return uses.map(({ name, times = 1 }) => ({ use: name, times }));
  return [{ use: null, times: uses[0]?.times ?? 1 }];
}

/** What all runs show of a parameter in all of its blocks, at the first step where every block has moved. */
export function readingsOf({ at, place }: CommonParameter, measured: readonly MeasuredRun[]): DepthReadings {
  const all = measured.flatMap((one) => (at.get(one.run.depth ?? 0) ?? []).map((member) => ({ one, member })));
  // A block that never moves at its depth (a frozen one) has no size; where none moves, that is what is told.
  const moves = new Set(
    all.flatMap(({ one, member }) => (one.moved.has(member.name) ? `${one.run.depth} ${member.name}` : [])),
  );
  const moving = all.filter(({ one, member }) => moves.has(`${one.run.depth} ${member.name}`));
  const seen = (moving.length === 0 ? all : moving).map(({ one, member }) => ({
    one,
    member,
    rows: one.moved.get(member.name) ?? [],
  }));
  const step = firstStep(seen.map(({ rows }) => rows));
  const found = seen.map(({ one, member, rows }) => {
    const here = rows.filter((row) => row.step === step);
    // The last: a bias that is not 0 looks like an addition in front of the stream's.
    return { one, member, inside: here[0], written: here.findLast((row) => !sharesInitial(one, row)) };
  });
  // Blocks are named by what all have in common, everything else as in the shallowest model.
  const depths = measured.map(({ run }) => run.depth ?? 0);
  const naming = place === 'block' ? Math.max(...depths) : Math.min(...depths);
  const tapsOf = (what: 'inside' | 'written') => [
    ...new Set(found.flatMap((one) => (one.one.run.depth === naming ? (one[what]?.tap ?? []) : []))),
  ];
  const readings = found.map(({ one, member, inside, written }): DepthReading => {
    const { depth, width, seed, inert } = one.run;
    const isInert = inert.includes(member.parameter);
    const initial = one.initial.get(`${member.name} ${inside?.tap ?? ''}`) ?? null;
    const sizes = { inside: sizeOf(inside, moving.length), written: sizeOf(written, 1), initial };
    return { parameter: member.parameter, depth: depth ?? 0, width, seed, isInert, ...sizes };
  });
  return { step, readings, taps: { inside: tapsOf('inside'), written: tapsOf('written') } };
}

/** Null where a row is missing; 0 where nothing ever moves. */
function sizeOf(row: RecordRow | undefined, moving: number): number | null {
  if (row !== undefined) return fromRecorded(row.value);
  return moving === 0 ? 0 : null;
}

function sharesInitial({ initial }: MeasuredRun, row: RecordRow): boolean {
  return initial.has(`${nameOf(row)} ${row.tap ?? ''}`);
}

function nameOf({ name, use }: RecordRow): string {
  return parameterName({ parameter: name, use: use ?? null });
}

/** The first step that every list has rows at; 1 where there is none. */
export function firstStep(lists: readonly (readonly RecordRow[])[]): number {
  const steps = lists.map((rows) => new Set(rows.map(({ step }) => step)));
  const [first = new Set<number>(), ...others] = steps;
  return [...first].toSorted((a, b) => a - b).find((step) => others.every((other) => other.has(step))) ?? 1;
}
