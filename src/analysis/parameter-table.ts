import { fromRecorded, type Quantity, type RecordRow } from '../records/record.js';
import { runKey } from '../records/record-set.js';
import type { ParameterRecord, RunRecord, UseRecord } from '../records/run.js';
import { epsilonShare, gradientOverEpsilon } from './epsilon-share.js';
import { rateDrift, type RateDrift } from './rate-drift.js';
import { resolved } from './resolution.js';
import { emptySeries, derivedSeries, seriesOf, type RowIndex, type Series } from './series.js';

/** All that was measured of a parameter, or of one use of a tied one. */
export interface ParameterAnalysis {
  parameter: string;
  use: string | null;
  /** How the forward pass takes it in here; null where that was not seen. */
  way: Pick<UseRecord, 'kind' | 'summed'> | null;
  /** Whether the parameter is used in other ways, too. */
  isTied: boolean;
  /** The tap that shows what it is applied to; null where none does. */
  input: string | null;
  layerClass: string | null;
  /** Shape at the narrowest width. */
  shape: number[];
  /** Per dimension: whether it differs between widths. */
  infinite: boolean[];
  /** The taps of its own place in forward order: those that show its change unmixed in every finished run. */
  places: string[];
  /** The last of them, where its isolated update is judged. */
  ownPlace: string | null;
  /** The variable's own size at init, and by step its update so far and its gradient. */
  value: Series[];
  update: Series[];
  gradient: Series[];
  /** How its effective rate has changed since its first update. */
  rateDrift: RateDrift;
  /** Its first gradient over epsilon, and what epsilon leaves of its first update; `missing` where none is shown. */
  overEpsilon: Series;
  epsilonShare: Series;
  /** The share of itself that it loses in a step without gradient; `missing` where it does not decay. */
  decay: Series;
  /** Initial output at the last place that shows it unmixed, too. */
  init: Series;
  isolatedUpdate: Series;
  /**
   * Of attention's queries and keys: the isolated update as it would be if their gradient were as large as that of the
   * values. Null elsewhere.
   *
   * The gradient of a logit is the product of the output's gradient with a value. Before training the two are
   * independent and their product is √d smaller than once they are aligned, so an update that follows the gradient's
   * size (SGD) starts √d too small in a correct model, too. Where queries start at zero, keys have no gradient before the
   * second step; then it is smaller by what the queries are, √d once more, and the ratio takes off both.
   */
  alignedUpdate: Series | null;
  /** At the own place; `missing` for vectors. */
  propagated: Series;
}

interface Subject {
  parameter: ParameterRecord;
  use: UseRecord;
  isTied: boolean;
  rows: readonly RecordRow[];
}

/** The table of parameters, in the order of the forward pass. */
export function parameterTable(index: RowIndex, runs: readonly RunRecord[]): ParameterAnalysis[] {
  const finished = runs.filter(({ state }) => state === 'finished');
  const narrow = runs.find(({ parameters }) => parameters.length > 0);
  return (narrow?.parameters ?? []).flatMap((parameter) => {
    const all = index.ofSubject('parameter', parameter.name);
    const uses = usesOf(parameter, all);
    return uses.map((use) => {
      const rows = all.filter((row) => row.use === undefined || row.use === use.name);
      return analyzed({ parameter, use, isTied: uses.length > 1, rows }, { index, runs, finished });
    });
  });
}

/** The uses of a parameter, also where only its rows name them; at least one. */
function usesOf({ uses = [] }: ParameterRecord, rows: readonly RecordRow[]): UseRecord[] {
  const recorded = new Set(uses.map(({ name }) => name));
  const named = [...new Set(rows.flatMap(({ use }) => use ?? []))].filter((name) => !recorded.has(name));
  const all = [...uses, ...named.map((name): UseRecord => ({ ...UNSEEN, name }))];
  return all.length === 0 ? [UNSEEN] : all;
}

/** A use that records captured elsewhere say nothing of. */
const UNSEEN: UseRecord = { name: null, kind: 'elementwise', summed: null, input: null };

interface Evidence {
  index: RowIndex;
  runs: readonly RunRecord[];
  finished: readonly RunRecord[];
}

function analyzed(subject: Subject, evidence: Evidence): ParameterAnalysis {
  const { parameter, use, isTied } = subject;
  const { name, layerClass, shape } = parameter;
  const { kind, summed, input } = use;
  const shapes = evidence.runs.flatMap(({ parameters }) => parameters.filter((p) => p.name === name));
  const { step, places } = ownPlace(subject, evidence);
  const last = places.at(-1) ?? null;
  const at = (quantity: Quantity, tap: string | null, atStep: number | null): Series =>
    tap === null || atStep === null
      ? emptySeries('meanAbs')
      : placed(subject, { quantity, tap, step: atStep }, evidence);
  const [value, update, gradient] = (['value', 'update', 'gradient'] as const).map((of) =>
    own(subject, of, evidence),
  ) as [Series[], Series[], Series[]];
  const sizes = { value: value[0], update: update.find((one) => one.step === step) };
  const firstGradient = gradient.find(({ fit }) => fit !== null);
  const overEpsilon = gradientOverEpsilon(firstGradient, evidence.finished);
  const aligned = last === null || step === null ? null : alignedUpdate(subject, { tap: last, step }, evidence);
  return {
    parameter: name,
    use: use.name,
    way: summed === null ? null : { kind, summed },
    isTied,
    input,
    layerClass,
    shape: [...shape],
    places,
    ownPlace: last,
    infinite: shape.map((size, d) => shapes.some((other) => other.shape[d] !== size)),
    value,
    update,
    gradient,
    overEpsilon,
    epsilonShare: epsilonShare(overEpsilon, evidence.finished),
    rateDrift: rateDrift({ update, gradient }, evidence.finished),
    decay: own(subject, 'decay', evidence)[0] ?? emptySeries('rms'),
    init: at('init', lastInit(subject, places, evidence), 0),
    isolatedUpdate: resolved(at('isolatedUpdate', last, step), sizes),
    alignedUpdate: aligned && resolved(aligned, sizes),
    propagated: at('propagated', last, step),
  };
}

/**
 * The own place: the taps with an isolated update in every finished run, at the first step where none is exactly zero.
 *
 * Where it is zero at every step, the place of that zero, so that the series says so.
 */
function ownPlace({ rows }: Subject, evidence: Evidence): { step: number | null; places: string[] } {
  const isolated = ofFinished(rows, evidence).filter(({ quantity }) => quantity === 'isolatedUpdate');
  const steps = [...new Set(isolated.map(({ step }) => step))].toSorted((a, b) => a - b);
  let fallback: { step: number | null; places: string[] } = { step: null, places: [] };
  for (const step of steps) {
    const here = isolated.filter((row) => row.step === step);
    const places = inAll(here, evidence);
    if (places.length === 0) continue;
    if (here.every(({ value }) => value !== 0)) return { step, places };
    fallback = { step, places };
  }
  return fallback;
}

/** A diverged run has no say in where a parameter's place is. */
function ofFinished(rows: readonly RecordRow[], { finished }: Evidence): RecordRow[] {
  const keys = new Set(finished.map(runKey));
  return rows.filter((row) => keys.has(runKey(row)));
}

/** Taps, in the order of the forward pass, that have a row in every finished run. */
function inAll(rows: readonly RecordRow[], { runs, finished }: Evidence): string[] {
  const runsOf = new Map<string, Set<string>>();
  for (const row of rows) {
    if (row.tap === undefined) continue;
    runsOf.set(row.tap, (runsOf.get(row.tap) ?? new Set()).add(runKey(row)));
  }
  const listed = runs.flatMap(({ taps }) => taps.map(({ name }) => name));
  return [...new Set([...listed, ...runsOf.keys()])].filter((tap) => {
    const having = runsOf.get(tap);
    return having !== undefined && finished.every((run) => having.has(runKey(run)));
  });
}

/** The last place that shows the initial output unmixed, too. */
function lastInit({ rows }: Subject, places: readonly string[], evidence: Evidence): string | null {
  const init = ofFinished(rows, evidence).filter(({ quantity }) => quantity === 'init');
  const common = new Set(inAll(init, evidence));
  return places.findLast((tap) => common.has(tap)) ?? null;
}

function placed(
  { parameter, use }: Subject,
  { quantity, tap, step }: { quantity: Quantity; tap: string; step: number },
  { index, finished }: Evidence,
): Series {
  const key = { subject: 'parameter', name: parameter.name, quantity, statistic: 'meanAbs', step } as const;
  const rows = index.rowsOf({ ...key, tap, use: use.name ?? undefined });
  return seriesOf(rows, finished, { tap, step, statistic: 'meanAbs' });
}

/** The isolated update times the values' gradient over its own, run by run, both of the step that made the update. */
function alignedUpdate(
  { parameter, use }: Subject,
  { tap, step }: { tap: string; step: number },
  { index, finished, runs }: Evidence,
): Series | null {
  const rank = (name: string) =>
    runs.flatMap(({ parameters }) => parameters.filter((p) => p.name === name))[0]?.shape.length;
  const values = use.values?.find((name) => rank(name) === parameter.shape.length) ?? use.values?.[0];
  if (values === undefined) return null;
  const key = { subject: 'parameter', step, statistic: 'meanAbs' } as const;
  const updates = index.rowsOf({
    ...key,
    name: parameter.name,
    quantity: 'isolatedUpdate',
    tap,
    use: use.name ?? undefined,
  });
  const gradients = (name: string): Map<string, number> => {
    const rows = index.rowsOf({ ...key, name, quantity: 'gradient', statistic: 'rms', step: step - 1 });
    return new Map(rows.map((row) => [runKey(row), fromRecorded(row.value)]));
  };
  const [own, theirs] = [gradients(parameter.name), gradients(values)];
  const sizes = updates.map((row) => {
    const ratio = (theirs.get(runKey(row)) ?? Number.NaN) / (own.get(runKey(row)) ?? Number.NaN);
    return { width: row.width, seed: row.seed, size: fromRecorded(row.value) * ratio };
  });
  return derivedSeries(sizes, finished, { tap, step, statistic: 'meanAbs' });
}

/** A quantity of the variable itself, one series a step. */
function own({ parameter, rows }: Subject, quantity: Quantity, { index, finished }: Evidence): Series[] {
  const steps = new Set(rows.filter((row) => row.quantity === quantity).map(({ step }) => step));
  return [...steps]
    .toSorted((a, b) => a - b)
    .map((step) => {
      const key = { subject: 'parameter', name: parameter.name, quantity, statistic: 'rms', step } as const;
      return seriesOf(index.rowsOf(key), finished, { tap: null, step, statistic: 'rms' });
    });
}
