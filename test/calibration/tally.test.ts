import { describe, expect, it } from 'vitest';
import { clopperPearson } from './clopper-pearson.js';
import { rateText, tallyOf } from './tally.js';
import type { Score } from './score.js';

describe('clopperPearson', () => {
  it('equals closed forms at the ends: 1 − 0.025^(1/n) of none, 0.025^(1/n) of all', () => {
    expect(clopperPearson(0, 20)).toEqual([0, expect.closeTo(1 - 0.025 ** (1 / 20), 10)]);
    expect(clopperPearson(20, 20)).toEqual([expect.closeTo(0.025 ** (1 / 20), 10), 1]);
  });

  it('has tails of 2.5 % each, summed by hand: 3 of 5', () => {
    const [low, high] = clopperPearson(3, 5);
    // P(X ≥ 3) at low: 10p³q² + 5p⁴q + p⁵; P(X ≤ 3) at high: 1 − 5p⁴q − p⁵.
    const atLeast3 = (p: number) => 10 * p ** 3 * (1 - p) ** 2 + 5 * p ** 4 * (1 - p) + p ** 5;
    const atMost3 = (p: number) => 1 - 5 * p ** 4 * (1 - p) - p ** 5;
    expect(atLeast3(low)).toBeCloseTo(0.025, 8);
    expect(atMost3(high)).toBeCloseTo(0.025, 8);
  });
});

describe('tallyOf', () => {
  const score = (outcome: Score['outcome'], right: boolean | null = null): Score => ({
    outcome,
    isCauseRight: right,
    isParameterRight: right,
    isExponentRight: right,
  });

  it('counts each rate over what it applies to', () => {
    const scores = [
      score('detected', true),
      score('detected', false),
      score('missed'),
      score('inconclusive'),
      score('passed'),
      score('false-alarm'),
      score('unmeasurable'),
      score('meaningless'),
    ];
    const isWrong = [true, true, true, true, false, false, false, false];
    expect(tallyOf(scores, isWrong)).toEqual({
      checks: 8,
      detected: { hits: 2, trials: 4 },
      missed: { hits: 1, trials: 4 },
      falseAlarms: { hits: 1, trials: 2 },
      inconclusive: { hits: 1, trials: 6 },
      cause: { hits: 1, trials: 2 },
      parameter: { hits: 1, trials: 2 },
      exponent: { hits: 1, trials: 2 },
      meaningless: { hits: 1, trials: 2 },
    });
  });
});

describe('rateText', () => {
  it('gives rate, counts and interval, and a dash of nothing', () => {
    expect(rateText({ hits: 20, trials: 20 })).toBe('100.0 % (20 of 20; 83.2–100.0)');
    expect(rateText({ hits: 0, trials: 0 })).toBe('–');
  });
});
