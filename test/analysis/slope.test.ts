import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interval, slope, type SizeAtWidth } from '../../src/analysis/slope.js';

const WIDTHS = [64, 128, 256, 512];

/** NIST StRD "Norris", linear regression of lower difficulty: pairs y, x with certified results. */
const NORRIS = `0.1 0.2; 338.8 337.4; 118.1 118.2; 888.0 884.6; 9.2 10.1; 228.1 226.5; 668.5 666.3; 998.5 996.3; 449.1 448.6;
778.9 777.0; 559.2 558.2; 0.3 0.4; 0.1 0.6; 778.1 775.5; 668.8 666.9; 339.3 338.0; 448.9 447.5; 10.8 11.6; 557.7 556.0;
228.3 228.1; 998.0 995.8; 888.8 887.6; 119.6 120.2; 0.3 0.3; 0.6 0.3; 557.6 556.8; 339.3 339.1; 888.0 887.2; 998.5 999.0;
778.9 779.0; 10.2 11.1; 117.6 118.3; 228.9 229.2; 668.4 669.1; 449.2 448.9; 0.2 0.5`;

/** Sizes 3 a width, s ≈ n^½, with noise; references in the tests are scipy.stats.linregress's and t.ppf's. */
const NOISY: SizeAtWidth[] = [
  [1.1, 0.95, 1.02],
  [1.5, 1.38, 1.61],
  [2.2, 1.9, 2.05],
  [2.7, 3.1, 2.9],
].flatMap((sizes, i) => sizes.map((size) => ({ width: WIDTHS[i], size })));

const noise = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 12, maxLength: 12 });
const cloud = noise.map((logs) => logs.map((log, i) => ({ width: WIDTHS[i % 4], size: 2 ** log })));

describe('slope', () => {
  it('is the exponent of a power law, with no error left', () => {
    for (const exponent of [-1, -0.5, 0, 0.5, 1]) {
      const fitted = slope(WIDTHS.map((width) => ({ width, size: 0.3 * width ** exponent })));
      expect(fitted.slope).toBeCloseTo(exponent, 12);
      expect(fitted.standardError).toBeLessThan(1e-12);
      expect(fitted.degreesOfFreedom).toBe(2);
      expect(fitted.interval[1] - fitted.interval[0]).toBeLessThan(1e-11);
    }
  });

  it('has standard error 0 and R² 1 where all sizes are equal', () => {
    const fitted = slope(WIDTHS.map((width) => ({ width, size: 2 })));
    expect(fitted).toEqual({ slope: 0, standardError: 0, degreesOfFreedom: 2, rSquared: 1, interval: [0, 0] });
  });

  it('equals the closed form worked out by hand', () => {
    // x = 0 1 2, y = 0 1 0: slope 0, squares ⅔ around the mean ⅓, error √(⅔ / 1 / 2) = 0.57735, t(0.975, 1) = 12.7062.
    const fitted = slope([1, 2, 4].map((width, i) => ({ width, size: [1, 2, 1][i] })));
    expect(fitted.slope).toBeCloseTo(0, 14);
    expect(fitted.standardError).toBeCloseTo(Math.sqrt(1 / 3), 12);
    expect(fitted.interval[1]).toBeCloseTo(12.706204736 * Math.sqrt(1 / 3), 6);
    expect(fitted.rSquared).toBeCloseTo(0, 12);
  });

  it("gives NIST's certified slope, error and R² of Norris", () => {
    const points = NORRIS.split(';').map((pair) => {
      const [y, x] = pair.trim().split(' ').map(Number);
      return { width: 2 ** x, size: 2 ** y };
    });
    const fitted = slope(points);
    expect(fitted.slope).toBeCloseTo(1.00211681802045, 11);
    expect(fitted.standardError).toBeCloseTo(0.429796848199937e-3, 11);
    expect(fitted.rSquared).toBeCloseTo(0.999993745883712, 11);
    expect(fitted.degreesOfFreedom).toBe(34);
  });

  it('pools the residual of all seeds: k·s − 2 degrees of freedom', () => {
    const fitted = slope(NOISY);
    expect(fitted.degreesOfFreedom).toBe(10);
    expect(fitted.slope).toBeCloseTo(0.4963353560503695, 12);
    expect(fitted.standardError).toBeCloseTo(0.02504170683549468, 12);
    expect(fitted.rSquared).toBeCloseTo(0.9751766315425465, 12);
    expect(fitted.interval[0]).toBeCloseTo(0.44053895613015354, 7);
    expect(fitted.interval[1]).toBeCloseTo(0.5521317559705854, 7);
    expect(slope(NOISY, 0.99).interval[0]).toBeCloseTo(0.4169713589009511, 7);
  });

  it('takes out what a block adds to all its points', () => {
    const points = [0, 1].flatMap((block) =>
      WIDTHS.map((width) => ({ width, size: 32 ** block * Math.sqrt(width), block })),
    );
    const fitted = slope(points);
    expect(fitted.slope).toBeCloseTo(0.5, 12);
    expect(fitted.standardError).toBeLessThan(1e-12);
    expect(fitted.degreesOfFreedom).toBe(5);
    expect(slope(points.map(({ width, size }) => ({ width, size }))).standardError).toBeGreaterThan(0.5);
  });

  it('weighs points as worked out by hand', () => {
    // x = 0 1 2, y = 0 1 0, w = 1 1 2: means 1.25 and 0.25, xx = 2.75, xy = −0.25.
    const weights = [1, 1, 2];
    const fitted = slope([1, 2, 4].map((width, i) => ({ width, size: [1, 2, 1][i], weight: weights[i] })));
    expect(fitted.slope).toBeCloseTo(-0.25 / 2.75, 12);
  });

  it('refuses fewer than 3 distinct widths, however many seeds', () => {
    const two = [64, 64, 64, 128, 128].map((width) => ({ width, size: 1 }));
    expect(() => slope(two)).toThrow(expect.objectContaining({ code: 'TOO_FEW_WIDTHS' }));
    expect(() => slope([])).toThrow(/got 0/);
  });

  it.each([0, -1, NaN, Infinity])('refuses the size %s', (size) => {
    const points = WIDTHS.map((width) => ({ width, size: width === 128 ? size : 1 }));
    expect(() => slope(points)).toThrow(expect.objectContaining({ code: 'SIZE_NOT_POSITIVE' }));
  });

  it('does not depend on the order of points', () => {
    const shuffled = fc.shuffledSubarray(NOISY, { minLength: NOISY.length });
    fc.assert(
      fc.property(shuffled, (points) => {
        expect(slope(points).slope).toBeCloseTo(slope(NOISY).slope, 12);
      }),
    );
  });

  it('does not depend on the unit of sizes or of widths', () => {
    fc.assert(
      fc.property(cloud, fc.integer({ min: -20, max: 20 }), fc.integer({ min: -3, max: 3 }), (points, a, b) => {
        const scaled = points.map(({ width, size }) => ({ width: width * 2 ** b, size: size * 2 ** a }));
        const [before, after] = [slope(points), slope(scaled)];
        expect(after.slope).toBeCloseTo(before.slope, 10);
        expect(after.standardError).toBeCloseTo(before.standardError, 10);
      }),
    );
  });

  it('adds p to the slope where sizes are multiplied by width^p', () => {
    fc.assert(
      fc.property(cloud, fc.double({ min: -2, max: 2, noNaN: true }), (points, p) => {
        const tilted = points.map(({ width, size }) => ({ width, size: size * width ** p }));
        expect(slope(tilted).slope).toBeCloseTo(slope(points).slope + p, 10);
      }),
    );
  });
});

describe('interval', () => {
  // scipy.stats.t.ppf((1 + confidence) / 2, degrees of freedom)
  it.each([
    [0.95, 1, 12.706204736174694],
    [0.95, 2, 4.302652729749462],
    [0.95, 4, 2.7764451051977934],
    [0.95, 13, 2.1603686564627913],
    [0.95, 28, 2.0484071417952454],
    [0.99, 7, 3.4994832973504924],
    [0.8, 13, 1.3501712887800552],
    [0.9999, 13, 5.512515049596114],
    [0.99999, 4, 27.771647659321037],
  ])('is t standard errors wide at confidence %d and %d degrees of freedom', (confidence, degreesOfFreedom, t) => {
    const [low, high] = interval({ slope: 2, standardError: 1, degreesOfFreedom }, confidence);
    expect((high - 2) / t).toBeCloseTo(1, 6);
    expect(low + high).toBeCloseTo(4, 12);
  });

  it('holds the true slope in 95 % of repetitions', () => {
    // Gaussian residuals of a fixed generator (mulberry32 and Box–Muller); the count's own error is 0.7 %.
    const random = mulberry32(1);
    const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const hits = Array.from({ length: 1000 }, () => {
      const points = NOISY.map(({ width }) => ({ width, size: width ** 0.5 * 2 ** (0.1 * gauss()) }));
      const [low, high] = slope(points).interval;
      return low <= 0.5 && 0.5 <= high;
    }).filter(Boolean).length;
    expect(hits).toBeGreaterThan(925);
    expect(hits).toBeLessThan(975);
  });
});

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
