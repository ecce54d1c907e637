import type { CheckResult, JudgedSlope, Outcome, TapResult } from '../../verdict/result.js';

const SEVERITY: Record<Outcome, number> = { inapplicable: 0, pass: 1, inconclusive: 2, fail: 3 };

/** The worst of some outcomes, in the order inapplicable < pass < inconclusive < fail; `inapplicable` of none. */
export function worstOutcome(outcomes: Iterable<Outcome>): Outcome {
  let worst: Outcome = 'inapplicable';
  for (const outcome of outcomes) if (SEVERITY[outcome] > SEVERITY[worst]) worst = outcome;
  return worst;
}

/** The same items, what fails first, then what is inconclusive; within one outcome their order is kept. */
export function failingFirst<T extends { outcome: Outcome }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => SEVERITY[b.outcome] - SEVERITY[a.outcome]);
}

/** Whether an outcome asks for the reader's attention. */
export function isNotable(item: { outcome: Outcome }): boolean {
  return item.outcome === 'fail' || item.outcome === 'inconclusive';
}

/** How far a slope is from what is expected of it; from 0 where nothing is expected; null where there is no slope. */
export function deviation(row: Pick<JudgedSlope, 'slope' | 'expected'>): number | null {
  return row.slope === null ? null : row.slope - (row.expected ?? 0);
}

/** Everything measured at one tap, and the worst of what was judged there. */
export interface TapReading {
  tap: string;
  outcome: Outcome;
  /** Judged rows first, the worst of them leading. */
  rows: TapResult[];
}

/** The taps in the order of the forward pass, each with its rows. */
export function tapReadings(result: CheckResult): TapReading[] {
  const byTap = new Map<string, TapResult[]>();
  for (const row of result.taps) {
    const rows = byTap.get(row.tap);
    if (rows) rows.push(row);
    else byTap.set(row.tap, [row]);
  }
  return Array.from(byTap, ([tap, rows]) => {
    const judged = rows.filter((row) => row.judged);
    return {
      tap,
      outcome: worstOutcome(judged.map((row) => row.outcome)),
      rows: [...failingFirst(judged), ...rows.filter((row) => !row.judged)],
    };
  });
}
