import { CASES } from './cases.mjs';
import type { CaseResult, Side } from './measure-case.js';

/** Two times or sizes, and what their ratio is to be at most. */
export interface Comparison {
  what: string;
  first: number;
  /** NaN where there is nothing to compare with. */
  second: number;
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
    first: ours.wholeMs,
    second: peer?.wholeMs ?? Number.NaN,
    target: CASES[name].wholeTarget,
  }));
}

/** Peak memory of the process, in bytes. */
export function peakMemory(results: readonly Measured[]): Comparison[] {
  return results.map(({ name, ours, peer }) => ({
    what: name,
    first: ours.maxRssBytes,
    second: peer?.maxRssBytes ?? Number.NaN,
    target: MEMORY_TARGET,
  }));
}

/** Warm steps at every width. */
export function warmSteps(results: readonly Measured[]): Comparison[] {
  return results.flatMap(({ name, widths, ours, peer }) =>
    widths.map((width) => ({
      what: `${name} ${width}`,
      first: ours.stepsMs.get(width) ?? Number.NaN,
      second: peer?.stepsMs.get(width) ?? Number.NaN,
      target: width < CASES[name].narrow ? NARROW_STEP_TARGET : 1,
    })),
  );
}

/** First over second. */
export function ratio({ first, second }: Comparison): number {
  return first / second;
}

/** Whether the target is met; null where there is nothing to compare. */
export function isMet(comparison: Comparison): boolean | null {
  const value = ratio(comparison);
  return Number.isFinite(value) ? value <= comparison.target : null;
}
