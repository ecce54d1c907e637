import type { Quantity, RecordRow } from '../records/record.js';
import { runKey } from '../records/record-set.js';
import type { ParameterRecord, RunRecord } from '../records/run.js';
import { emptySeries, seriesOf, type RowIndex, type Series } from './series.js';

/** All that was measured of a parameter, or of one use of a tied one. */
export interface ParameterAnalysis {
  parameter: string;
  use: string | null;
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
  /** Initial output at the last place that shows it unmixed, too. */
  init: Series;
  isolatedUpdate: Series;
  /** At the own place; `missing` for vectors. */
  propagated: Series;
}

interface Subject {
  parameter: ParameterRecord;
  use: string | null;
  rows: readonly RecordRow[];
}

/** The table of parameters, in the order of the forward pass. */
export function parameterTable(index: RowIndex, runs: readonly RunRecord[]): ParameterAnalysis[] {
  const finished = runs.filter(({ state }) => state === 'finished');
  const [narrow] = runs.filter(({ parameters }) => parameters.length > 0);
  return (narrow?.parameters ?? []).flatMap((parameter) => {
    const all = index.ofSubject('parameter', parameter.name);
    const uses = parameter.uses ?? [null];
    return uses.map((use) => {
      const rows = all.filter((row) => use === null || row.use === undefined || row.use === use);
      return analyzed({ parameter, use, rows }, { index, runs, finished });
    });
  });
}

interface Evidence {
  index: RowIndex;
  runs: readonly RunRecord[];
  finished: readonly RunRecord[];
}

function analyzed(subject: Subject, evidence: Evidence): ParameterAnalysis {
  const { parameter, use } = subject;
  const { name, layerClass, shape } = parameter;
  const shapes = evidence.runs.flatMap(({ parameters }) => parameters.filter((p) => p.name === name));
  const { step, places } = ownPlace(subject, evidence.finished);
  const last = places.at(-1) ?? null;
  const at = (quantity: Quantity, tap: string | null, atStep: number | null): Series =>
    tap === null || atStep === null
      ? emptySeries('meanAbs')
      : placed(subject, { quantity, tap, step: atStep }, evidence);
  return {
    ...{ parameter: name, use, layerClass, shape: [...shape], places, ownPlace: last },
    infinite: shape.map((size, d) => shapes.some((other) => other.shape[d] !== size)),
    value: own(subject, 'value', evidence),
    update: own(subject, 'update', evidence),
    gradient: own(subject, 'gradient', evidence),
    init: at('init', lastInAll(subject.rows, 'init', { step: 0, among: places, finished: evidence.finished }), 0),
    isolatedUpdate: at('isolatedUpdate', last, step),
    propagated: at('propagated', last, step),
  };
}

/**
 * The own place: the taps with an isolated update in every finished run, at the first step where none is exactly zero.
 *
 * Where it is zero at every step, the place of that zero, so that the series says so.
 */
function ownPlace({ rows }: Subject, finished: readonly RunRecord[]): { step: number | null; places: string[] } {
  const isolated = rows.filter(({ quantity }) => quantity === 'isolatedUpdate');
  const steps = [...new Set(isolated.map(({ step }) => step))].toSorted((a, b) => a - b);
  let fallback: { step: number | null; places: string[] } = { step: null, places: [] };
  for (const step of steps) {
    const places = inAll(
      isolated.filter((row) => row.step === step),
      finished,
    );
    if (places.length === 0) continue;
    const isZero = isolated.some((row) => row.step === step && row.tap === places[0] && row.value === 0);
    if (!isZero) return { step, places };
    fallback = { step, places };
  }
  return fallback;
}

/** Taps, in the order of the rows, that have a row in every finished run. */
function inAll(rows: readonly RecordRow[], finished: readonly RunRecord[]): string[] {
  const runsOf = new Map<string, Set<string>>();
  for (const row of rows) {
    if (row.tap === undefined) continue;
    runsOf.set(row.tap, (runsOf.get(row.tap) ?? new Set()).add(runKey(row)));
  }
  return [...runsOf].filter(([, runs]) => finished.every((run) => runs.has(runKey(run)))).map(([tap]) => tap);
}

function lastInAll(
  rows: readonly RecordRow[],
  quantity: Quantity,
  at: { step: number; among: readonly string[]; finished: readonly RunRecord[] },
): string | null {
  const matching = rows.filter((row) => row.quantity === quantity && row.step === at.step);
  const places = inAll(matching, at.finished);
  return at.among.findLast((tap) => places.includes(tap)) ?? null;
}

function placed(
  { parameter, use }: Subject,
  { quantity, tap, step }: { quantity: Quantity; tap: string; step: number },
  { index, finished }: Evidence,
): Series {
  const key = { subject: 'parameter', name: parameter.name, quantity, statistic: 'meanAbs', step } as const;
  const rows = index.rowsOf({ ...key, tap, use: use ?? undefined });
  return seriesOf(rows, finished, { tap, step, statistic: 'meanAbs' });
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
