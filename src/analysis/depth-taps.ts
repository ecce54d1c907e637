import { fromRecorded, type RecordRow } from '../records/record.js';
import type { RunRecord } from '../records/run.js';
import type { Blocks } from './depth-blocks.js';
import { commonName, kindOf } from './depth-names.js';
import { firstStep, type MeasuredRun } from './depth-readings.js';
import type { DepthSize } from './depth-series.js';

/**
 * Taps of one kind in one stage, the kind being names that differ by numbers alone: of a residual stream the last one,
 * where it arrives; of what is inside branches all of them.
 */
export interface DepthTap {
  /** What the taps' names have in common: `block*`. */
  tap: string;
  /** The stage that it is in; null where none is seen. */
  stage: number | null;
  step: number;
  quantity: 'activation' | 'centredChange';
  /** One a tap and run. */
  readings: readonly TapReading[];
}

/** The size at one tap in one run. */
export interface TapReading extends DepthSize {
  name: string;
}

/** A kind of taps that deeper models have more of: where the residual stream of a stage arrives, or what a branch adds. */
export interface TapKind {
  label: string;
  kind: string;
  stage: number | null;
  /** The taps of the kind in a run, in the order of the forward pass. */
  names(run: RunRecord): string[];
}

/** The kinds of taps that deeper models have more of, stage by stage; everywhere, where no stage is seen. */
export function growingTaps(measured: readonly MeasuredRun[], { stages }: Blocks): TapKind[] {
  const runs = measured.map(({ run }) => run).toSorted((a, b) => (a.depth ?? 0) - (b.depth ?? 0));
  const [shallowest, deepest] = [runs[0], runs.at(-1)];
  if (shallowest === undefined || deepest === undefined) return [];
  const count = stages.get(deepest.depth ?? 0)?.length ?? 0;
  const spans = count === 0 ? [null] : Array.from({ length: count }, (_, stage) => stage);
  const found = spans.flatMap((stage): TapKind[] => {
    const within = (run: RunRecord) =>
      tapsWithin(run, stage === null ? null : (stages.get(run.depth ?? 0)?.[stage] ?? null));
    const ofKind = (run: RunRecord, kind: string) => within(run).filter((name) => kindOf(name) === kind);
    const kinds = [...new Set(within(deepest).map(kindOf))];
    return kinds
      .filter((kind) => ofKind(deepest, kind).length > ofKind(shallowest, kind).length)
      .map((kind) => ({
        label: commonName(ofKind(deepest, kind)),
        kind,
        stage,
        names: (run) => ofKind(run, kind),
      }));
  });
  const labels = found.map(({ label }) => label);
  const isUnique = (label: string) => labels.indexOf(label) === labels.lastIndexOf(label);
  return found.map((one) =>
    isUnique(one.label) ? one : { ...one, label: `${one.label} (stage ${(one.stage ?? 0) + 1})` },
  );
}

/** Taps between two of a run; all of them for null. */
function tapsWithin({ taps }: RunRecord, span: { from: string | null; before: string | null } | null): string[] {
  const names = taps.map(({ name }) => name);
  if (span === null) return names;
  const before = span.before === null ? -1 : names.indexOf(span.before);
  return names.slice(Math.max(0, names.indexOf(span.from ?? '')), before === -1 ? names.length : before);
}

/**
 * What taps of each kind show at init, and their first change.
 *
 * @param streams - labels of the kinds that blocks write into; where none is known, any may be one
 */
export function depthTaps(
  kinds: readonly TapKind[],
  measured: readonly MeasuredRun[],
  streams: ReadonlySet<string>,
): DepthTap[] {
  return kinds.flatMap(({ label, names, stage }) => {
    const isStream = streams.size === 0 || streams.has(label);
    const shown = measured.map((one) => ({ ...one, names: isStream ? names(one.run).slice(-1) : names(one.run) }));
    return (['activation', 'centredChange'] as const).map((quantity): DepthTap => {
      const rows = shown.map((one) => one.rows.filter((row) => isOf(row, { names: one.names, quantity })));
      const step = quantity === 'activation' ? 0 : firstStep(rows);
      const readings = shown.flatMap(({ run: { depth, width, seed }, names: taps }, i) =>
        taps.map((name): TapReading => {
          const row = rows[i]?.find((one) => one.name === name && one.step === step);
          return { name, depth: depth ?? 0, width, seed, size: row === undefined ? null : fromRecorded(row.value) };
        }),
      );
      return { tap: label, stage, step, quantity, readings };
    });
  });
}

function isOf(
  row: RecordRow,
  { names, quantity }: { names: readonly string[]; quantity: DepthTap['quantity'] },
): boolean {
  return row.subject === 'tap' && row.quantity === quantity && names.includes(row.name);
}
