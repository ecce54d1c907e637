import { describe, expect, it } from 'vitest';
import type { Series } from '../../src/analysis/analyze.js';
import { bracket, judgeSlope, type Expected } from '../../src/verdict/judge-slope.js';

const BOTH: Expected = { exponent: 0, side: 'both' };
const ABOVE: Expected = { exponent: -1 / 2, side: 'above' };

/** Student's t at 95 % and 11 degrees of freedom, from a printed table; at 99.5 % it is 3.497. */
const T95 = 2.201;
const WIDTHS = [64, 128, 256, 512];

/** Four widths of three seeds with a slope and the half-width of its 95 % interval. */
function measured(slope: number, halfWidth: number): Series {
  const points = WIDTHS.flatMap((width) => [0, 1, 2].map((seed) => ({ width, seed, log2Size: 0 })));
  return {
    tap: 'dense',
    step: 1,
    statistic: 'meanAbs',
    points,
    reason: null,
    fit: {
      slope,
      standardError: halfWidth / T95,
      degreesOfFreedom: 11,
      interval95: [slope - halfWidth, slope + halfWidth],
      rSquared: 0.9,
      topSlope: slope + 0.01,
      curvature: 0.002,
      curvatureStandardError: 0.001,
      widestSlope: { slope: slope + 0.01, standardError: halfWidth / T95, degreesOfFreedom: 9 },
    },
  };
}

/** A slope with the curvature and the local slope at the widest width that are given. */
function bent(slope: number, curvature: number, widest: number): Series {
  const series = measured(slope, 0.03);
  const widestSlope = { slope: widest, standardError: 0.03, degreesOfFreedom: 9 };
  return { ...series, fit: { ...series.fit!, curvature, curvatureStandardError: 0.01, widestSlope } };
}

const outcomeOf = (slope: number, halfWidth: number, expected: Expected, judged = 1) =>
  judgeSlope(measured(slope, halfWidth), expected, judged).outcome;

describe('judgeSlope', () => {
  it('passes a slope whose interval lies within ¼ of its exponent', () => {
    expect(outcomeOf(0.1, 0.1, BOTH)).toBe('pass');
    expect(outcomeOf(-0.1, 0.1, BOTH)).toBe('pass');
  });

  it('fails a slope whose interval lies outside, on either side', () => {
    expect(outcomeOf(0.5, 0.1, BOTH)).toBe('fail');
    expect(outcomeOf(-0.5, 0.1, BOTH)).toBe('fail');
  });

  it('passes a slope nearest to its exponent whose interval is clear of ½, less 0.15 for finite widths', () => {
    expect(outcomeOf(0.2, 0.14, BOTH)).toBe('pass');
    expect(outcomeOf(-0.2, 0.14, BOTH)).toBe('pass');
    expect(outcomeOf(0.2, 0.16, BOTH)).toBe('inconclusive');
    expect(outcomeOf(-0.2, 0.16, BOTH)).toBe('inconclusive');
  });

  it('leaves one inconclusive that is nearer to the next class, and does not lie there beyond doubt', () => {
    expect(outcomeOf(0.3, 0.1, BOTH)).toBe('inconclusive');
    expect(outcomeOf(-0.3, 0.01, BOTH, 1000)).toBe('fail');
    expect(outcomeOf(-0.3, 0.04, BOTH, 1000)).toBe('inconclusive');
  });

  it('passes a deviation that dies out with width, whichever its side, and says so', () => {
    for (const side of [1, -1]) {
      const { outcome, reason } = judgeSlope(bent(side * 0.28, side * -0.04, side * 0.15), BOTH, 10);
      expect(outcome).toBe('pass');
      expect(reason).toMatch(/still converging: the slope at the widest width is/);
    }
    expect(judgeSlope(bent(0.35, -0.04, 0.15), BOTH, 10).outcome).toBe('pass');
  });

  it('asks for the whole interval within ¼ where the deviation grows with width, beyond doubt', () => {
    expect(judgeSlope(bent(0.23, 0.001, 0.25), BOTH, 10).outcome).toBe('pass');
    expect(judgeSlope(bent(0.23, 0.04, 0.35), BOTH, 10).outcome).toBe('inconclusive');
    expect(judgeSlope(bent(-0.23, -0.04, -0.35), BOTH, 10).outcome).toBe('inconclusive');
    expect(judgeSlope(bent(0.2, 0.04, 0.3), BOTH, 10).outcome).toBe('pass');
  });

  it('does not pass on the mean what lies beyond ¼ at the widest width, and more so as width grows', () => {
    // A parabola that crosses the exponent, one through it, and one that bends down.
    for (const [slope, curvature, widest] of [
      [-0.1, 0.2, 0.6],
      [0.06, 0.12, 0.48],
      [0, -0.1, -0.4],
      [0.2, 0.04, 0.35],
    ] as const) {
      const { outcome, reason, settle } = judgeSlope(bent(slope, curvature, widest), BOTH, 10);
      expect([slope, outcome]).toEqual([slope, 'inconclusive']);
      expect(reason).toMatch(/^growing away: the slope at the widest width is \[/);
      expect(settle).toMatch(/^add 2 wider widths/);
    }
    const below: Expected = { exponent: 0, side: 'above' };
    expect(judgeSlope(bent(0, -0.1, -0.4), below, 10).outcome).toBe('pass');
  });

  it('does not pass one that grows with width, keeps its slope, or is still outside at the widest', () => {
    expect(judgeSlope(bent(0.28, 0.04, 0.4), BOTH, 10).outcome).toBe('inconclusive');
    expect(judgeSlope(bent(0.28, -0.015, 0.15), BOTH, 10).outcome).toBe('inconclusive');
    expect(judgeSlope(bent(0.45, -0.04, 0.3), BOTH, 10).outcome).toBe('fail');
    expect(judgeSlope(bent(0.28, -0.04, 0.26), BOTH, 10).outcome).toBe('inconclusive');
  });

  it('counts the deviation from the exponent expected, not from 0', () => {
    const half: Expected = { exponent: 1 / 2, side: 'both' };
    expect(outcomeOf(0.5, 0.1, half)).toBe('pass');
    expect(outcomeOf(0, 0.1, half)).toBe('fail');
  });

  it('passes whatever is smaller where only growth is a fault, and says so', () => {
    expect(judgeSlope(measured(-1.2, 0.3), ABOVE, 1)).toMatchObject({
      outcome: 'pass',
      reason: 'smaller than the bound, which is no fault here',
    });
    expect(judgeSlope(measured(-0.5, 0.1), ABOVE, 1)).toMatchObject({ outcome: 'pass', reason: null });
  });

  it('fails growth beyond a bound, and leaves it inconclusive where the interval straddles', () => {
    expect(outcomeOf(0, 0.1, ABOVE)).toBe('fail');
    expect(outcomeOf(-0.3, 0.2, ABOVE)).toBe('inconclusive');
  });

  it('fails by the interval that all judged slopes share, so that ten slopes need a wider margin than one', () => {
    // Half-width at level 1 − 0.05/10: 0.2 · 3.497/2.201 = 0.318, so that 0.5 reaches down to 0.182 < ¼ < 0.3.
    expect(outcomeOf(0.5, 0.2, BOTH, 1)).toBe('fail');
    expect(outcomeOf(0.5, 0.2, BOTH, 10)).toBe('inconclusive');
    // 0.318 below 0.6 is 0.282 > ¼.
    expect(outcomeOf(0.6, 0.2, BOTH, 10)).toBe('fail');
  });

  it('passes by the slope’s own 95 % interval, however many slopes are judged', () => {
    expect(outcomeOf(0.1, 0.14, BOTH, 1000)).toBe('pass');
  });

  it('hands on what was measured', () => {
    const series = measured(0.1, 0.1);
    expect(judgeSlope(series, BOTH, 1)).toEqual({
      slope: 0.1,
      interval: series.fit?.interval95,
      topSlope: 0.11,
      curvature: 0.002,
      expected: 0,
      outcome: 'pass',
      reason: null,
      settle: null,
      points: series.points,
    });
  });

  it('judges nothing where nothing is expected', () => {
    expect(judgeSlope(measured(3, 0.1), null, 1)).toMatchObject({ outcome: 'inapplicable', slope: 3, expected: null });
  });

  it.each([
    ['too-few-widths', 'fewer than 3 widths'],
    ['exactly-zero', 'exactly 0 at one width or more: there is no slope of it'],
    ['non-finite', 'not finite at one width or more'],
    ['missing', 'not measured in every run'],
  ] as const)('says why there is no slope: %s', (reason, text) => {
    const series: Series = { ...measured(0, 1), fit: null, reason };
    expect(judgeSlope(series, BOTH, 1)).toMatchObject({ outcome: 'inapplicable', slope: null, reason: text });
  });
});

describe('judgeSlope, of what would settle an inconclusive slope', () => {
  it('asks for the seeds that narrow the interval to its distance from the tolerance', () => {
    // 0.2 / √(seeds / 3) ≤ 0.35 − 0.2 from 5.33 seeds on: 3 more than 3.
    expect(judgeSlope(measured(0.2, 0.2), BOTH, 1)).toMatchObject({
      reason: 'the interval [0.00, 0.40] straddles two classes of exponents',
      settle: 'add 3 seeds',
    });
  });

  it('asks for one seed where one more will do', () => {
    // 0.17 / √(seeds / 3) ≤ 0.35 − 0.2 from 3.85 seeds on.
    expect(judgeSlope(measured(0.2, 0.17), BOTH, 1).settle).toBe('add 1 seed');
  });

  it('asks for width where more seeds would not do', () => {
    // 0.4 / √(seeds / 3) ≤ 0.35 − 0.24 takes 40 seeds.
    expect(judgeSlope(measured(0.24, 0.4), BOTH, 1).settle).toMatch(/^add 2 wider widths/);
  });

  it('counts a one-sided slope’s distance from its bound alone', () => {
    // From −0.3 to −0.5 + 0.35: as above.
    expect(judgeSlope(measured(-0.3, 0.2), ABOVE, 1).settle).toBe('add 3 seeds');
  });

  it('shows the shared interval where that alone keeps a slope from failing, and the seeds it takes', () => {
    // The shared half-width 0.318 / √(seeds / 3) ≤ 0.25 from 4.85 seeds on: 2 more than 3.
    expect(judgeSlope(measured(0.5, 0.2), BOTH, 10)).toMatchObject({
      reason: 'the simultaneous interval [0.18, 0.82] straddles two classes of exponents',
      settle: 'add 2 seeds',
    });
  });
});

describe('bracket', () => {
  it('prints two decimals', () => expect(bracket([-0.123, 1])).toBe('[-0.12, 1.00]'));
});
