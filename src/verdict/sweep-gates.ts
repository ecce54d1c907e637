import { trialKey, type TrialRecord } from '../records/trial.js';
import { MINIMUM_DEPTHS, MINIMUM_DEPTH_SPAN, MINIMUM_SEEDS, MINIMUM_SPAN, MINIMUM_WIDTHS } from './gates.js';
import { hasDepths, isOfWidth, type GateResult } from './result.js';
import type { SweepResult } from './sweep-result.js';

/** What the gates of a sweep look at. */
export interface SweepEvidence {
  config: SweepResult['config'];
  /** Null where it could not be counted. */
  cost: SweepResult['cost'];
  /** How many trials were to be made. */
  planned: number;
  trials: readonly TrialRecord[];
}

interface SweepGate {
  gate: string;
  title: string;
  applies?(evidence: SweepEvidence): boolean;
  check(evidence: SweepEvidence): { reason: string; settle: string } | null;
}

const GATES: readonly SweepGate[] = [
  {
    gate: 'trials-made',
    title: 'Every trial was made',
    check: ({ planned, trials }) => {
      const failed = trials.find(({ state }) => state === 'failed');
      if (failed !== undefined) {
        const reason = `the trial of width ${failed.width}, seed ${failed.seed} failed: ${failed.error ?? 'unknown'}`;
        return { reason, settle: 'mend the model there, or leave that value out' };
      }
      if (trials.length === 0) return { reason: 'no trial was made', settle: 'repeat with --resume and more time' };
      const missing = planned - trials.length;
      return missing <= 0
        ? null
        : { reason: `${missing} of ${planned} trials are missing`, settle: 'repeat with --resume' };
    },
  },
  {
    gate: 'enough-depths',
    title: `At least ${MINIMUM_DEPTHS} depths over a factor of ${MINIMUM_DEPTH_SPAN}`,
    applies: hasDepths,
    check: ({ config: { depths } }) =>
      tooFew(depths ?? [], { what: 'depth', least: MINIMUM_DEPTHS, span: MINIMUM_DEPTH_SPAN, most: 'the deepest' }),
  },
  {
    gate: 'enough-widths',
    title: `At least ${MINIMUM_WIDTHS} widths over a factor of ${MINIMUM_SPAN}`,
    applies: isOfWidth,
    check: ({ config: { widths } }) =>
      tooFew(widths, { what: 'width', least: MINIMUM_WIDTHS, span: MINIMUM_SPAN, most: 'the widest' }),
  },
  {
    gate: 'enough-seeds',
    title: `At least ${MINIMUM_SEEDS} seeds`,
    check: ({ config: { seeds } }) =>
      seeds.length >= MINIMUM_SEEDS
        ? null
        : { reason: 'one seed has no scatter to tell noise from an optimum that moves', settle: 'give --seeds 3' },
  },
  {
    gate: 'depth-matters',
    title: 'Models of different depths differ',
    applies: hasDepths,
    check: ({ cost }) =>
      cost === null || differAlongDepth(cost.sizes)
        ? null
        : { reason: 'every depth has the very same parameters and cost', settle: 'use `depth` in build()' },
  },
  {
    gate: 'width-matters',
    title: 'Scores depend on the width',
    applies: isOfWidth,
    check: ({ trials }) =>
      differAlongWidth(trials)
        ? null
        : {
            reason: 'every width has the very same scores: the width changes nothing',
            settle: 'use `width` in build()',
          },
  },
];

/** Whether any two depths of one width differ in parameters or in FLOPs; true where there are none to compare. */
function differAlongDepth(sizes: NonNullable<SweepResult['cost']>['sizes']): boolean {
  const seen = new Map<number, Set<string>>();
  for (const { width, parameters, flopsPerStep } of sizes) {
    seen.set(width, (seen.get(width) ?? new Set()).add(`${parameters} ${flopsPerStep}`));
  }
  return sizes.length === seen.size || [...seen.values()].some((kinds) => kinds.size > 1);
}

/** Applies every self-gate of a sweep: each passes, or is inconclusive with its reason and what would settle it. */
export function judgeSweepGates(evidence: SweepEvidence): GateResult[] {
  return GATES.filter(({ applies }) => applies?.(evidence) ?? true).map(({ gate, title, check }) => {
    const obstacle = check(evidence);
    return obstacle === null
      ? { gate, title, outcome: 'pass', reason: null, settle: null }
      : { gate, title, outcome: 'inconclusive', ...obstacle };
  });
}

function tooFew(
  sizes: readonly number[],
  { what, least, span, most }: { what: string; least: number; span: number; most: string },
): { reason: string; settle: string } | null {
  const factor = Math.max(...sizes) / Math.min(...sizes);
  if (sizes.length >= least && factor >= span) return null;
  const reason = `${sizes.length} ${what}${sizes.length === 1 ? '' : 's'} over a factor of ${factor}`;
  return { reason, settle: `give at least ${least} ${what}s, ${most} ${span}× the smallest` };
}

/** Whether any two trials that differ in width alone have different scores; true where there are none to compare. */
function differAlongWidth(trials: readonly TrialRecord[]): boolean {
  const scores = new Map<string, Set<unknown>>();
  const widths = new Set(trials.map(({ width }) => width));
  for (const trial of trials.filter(({ state }) => state === 'finished')) {
    const key = trialKey({ ...trial, width: 0 });
    scores.set(key, (scores.get(key) ?? new Set()).add(trial.score));
  }
  return widths.size < 2 || scores.size === 0 || [...scores.values()].some((seen) => seen.size > 1);
}
