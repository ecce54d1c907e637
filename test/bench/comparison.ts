import { CASES } from './cases.mjs';
import type { CaseResult, Side } from './measure-case.js';
import { median } from './median.js';

/** Two times or sizes, and what their ratio is to be at most. */
export interface Comparison {
  what: string;
  /** One a round, measured within it; `second` is NaN where there is nothing to compare with. */
  rounds: readonly { first: number; second: number }[];
  target: number;
}

type Measured = Extract<CaseResult, { ours: Side }>;

/** Peak memory is to be no more than the peer's. */
const MEMORY_TARGET = 1;
/** So may a warm step of a narrow model exceed the peer's: dispatch is most of it there. */
const NARROW_STEP_TARGET = 1.3;

/** The whole process, from its start to its exit. */
export function wholeChecks(results: readonly Measured[]): Comparison[] {
  return results.map(({ name, ours, peer }) => ({
    what: name,
    rounds: paired(ours.wholeMs, peer?.wholeMs),
    target: CASES[name].wholeTarget,
  }));
}

/** Peak memory of the process, in bytes. */
export function peakMemory(results: readonly Measured[]): Comparison[] {
  return results.map(({ name, ours, peer }) => ({
    what: name,
    rounds: paired(ours.maxRssBytes, peer?.maxRssBytes),
    target: MEMORY_TARGET,
  }));
}

/** Warm steps at every width. */
export function warmSteps(results: readonly Measured[]): Comparison[] {
  return results.flatMap(({ name, widths, ours, peer }) =>
    widths.map((width) => ({
      what: `${name} ${width}`,
      rounds: paired(ours.stepsMs.get(width)!, peer?.stepsMs.get(width)),
      target: width < CASES[name].narrow ? NARROW_STEP_TARGET : 1,
    })),
  );
}

/** The values of each round, of both sides. */
export function paired(first: readonly number[], second: readonly number[] = []): Comparison['rounds'] {
  return first.map((value, round) => ({ first: value, second: second[round] ?? Number.NaN }));
}

/**
 * First over second, median over rounds: what else the machine does changes from minute to minute, and what is measured
 * within one of them has that in common.
 */
export function ratio(comparison: Comparison): number {
  return median(ratios(comparison));
}

/** The ratio of every round. */
export function ratios({ rounds }: Comparison): number[] {
  return rounds.map(({ first, second }) => first / second);
}

/** Whether the target is met; null where there is nothing to compare. */
export function isMet(comparison: Comparison): boolean | null {
  const value = ratio(comparison);
  return Number.isFinite(value) ? value <= comparison.target : null;
}
