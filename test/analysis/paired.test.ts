import { describe, expect, it } from 'vitest';
import { isDistinguishable, meanOfSeeds, pairedDifference } from '../../src/analysis/paired.js';

describe('meanOfSeeds', () => {
  it('gives mean ± t · s / √k: 4.303 · 1 / √3 for 1, 2, 3', () => {
    const { mean, interval } = meanOfSeeds([1, 2, 3]);
    expect(mean).toBe(2);
    expect(interval).toEqual([expect.closeTo(2 - 2.4841, 4), expect.closeTo(2 + 2.4841, 4)]);
  });

  it('gives no interval for one seed', () => {
    expect(meanOfSeeds([5])).toEqual({ mean: 5, interval: null });
  });
});

describe('pairedDifference', () => {
  it('is not widened by what a seed adds to both', () => {
    const [a, b] = [
      [10, 20, 30.2],
      [9, 19, 29],
    ];
    const paired = pairedDifference(a, b);
    expect(paired.mean).toBeCloseTo(1.0667, 4);
    expect(isDistinguishable(paired)).toBe(true);
  });

  it('cannot tell apart what one seed alone, or seeds that disagree, show', () => {
    expect(isDistinguishable(pairedDifference([2], [1]))).toBe(false);
    expect(isDistinguishable(pairedDifference([2, 0, 1], [1, 1, 1]))).toBe(false);
    expect(isDistinguishable(pairedDifference([1, 1], [1, 1]))).toBe(false);
  });
});
