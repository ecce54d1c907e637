import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drift, type OptimumAtSize } from '../../src/analysis/drift.js';
import { optimum } from '../../src/analysis/optimum.js';
import { basin, gaussian, mulberry32 } from './basins.js';

const WIDTHS = [64, 128, 256, 512];
const PLACE = { along: 'width', at: null } as const;

function at(values: readonly number[], standardError: number | null = 0.1, degreesOfFreedom = 5): OptimumAtSize[] {
  return values.map((log2Value, i) => ({
    size: WIDTHS[i] ?? NaN,
    optimum: { state: 'found', log2Value, standardError, degreesOfFreedom },
  }));
}

describe('drift', () => {
  it('is the slope of the optima, measured in SP and in µP', () => {
    // Σ (x − x̄)·y / 5, x − x̄ = −1.5 −0.5 0.5 1.5.
    expect(drift(at([-7.72, -7.99, -8.4, -8.98]), PLACE).perDoubling).toBeCloseTo(-0.419, 12);
    expect(drift(at([-7.72, -7.55, -7.33, -7.28]), PLACE).perDoubling).toBeCloseTo(0.154, 12);
  });

  it('has the error of its optima where they are on a line', () => {
    const found = drift(at([-8, -8.5, -9, -9.5]), PLACE);
    expect(found).toMatchObject({ ...PLACE, sizes: WIDTHS });
    expect(found.perDoubling).toBeCloseTo(-0.5, 12);
    // 0.1 / √Σ(x − x̄)²; shares of the variance 0.45 0.05 0.05 0.45, so 5 / (2·0.45² + 2·0.05²) = 12.195 degrees.
    expect(found.standardError).toBeCloseTo(0.1 / Math.sqrt(5), 12);
    const half = ((found.interval?.[1] ?? NaN) - (found.interval?.[0] ?? NaN)) / 2;
    // t(0.975) is 2.1788 at 12 and 2.1604 at 13 degrees of freedom.
    expect(half / (found.standardError ?? NaN)).toBeGreaterThan(2.1604);
    expect(half / (found.standardError ?? NaN)).toBeLessThan(2.1788);
  });

  it("multiplies the error by Birge's ratio where the optima scatter more than their errors say", () => {
    // y = 0 1 0 at x = 0 1 2: slope 0, residual squares ⅔; errors 0.1: χ² = 66.7 with one degree of freedom.
    const found = drift(at([0, 1, 0]), PLACE);
    expect(found.perDoubling).toBeCloseTo(0, 12);
    expect(found.standardError).toBeCloseTo(Math.sqrt(1 / 3), 12);
    // Almost all of it is scatter: t is nearly that of one degree of freedom, 12.706.
    const t = (found.interval?.[1] ?? NaN) / (found.standardError ?? NaN);
    expect(t).toBeGreaterThan(11.5);
    expect(t).toBeLessThan(12.7063);
  });

  it('counts an optimum by its error', () => {
    const optima = at([0, 0, 1]);
    const loose = { ...optima[2], optimum: { ...optima[2].optimum, standardError: 100 } };
    expect(drift(optima, PLACE).perDoubling).toBeCloseTo(0.5, 12);
    expect(Math.abs(drift([...optima.slice(0, 2), loose], PLACE).perDoubling ?? NaN)).toBeLessThan(1e-5);
  });

  it('is the difference, both errors propagated, of two sizes', () => {
    const found = drift(at([-8, -8.3]), PLACE);
    expect(found.perDoubling).toBeCloseTo(-0.3, 12);
    expect(found.standardError).toBeCloseTo(0.1 * Math.SQRT2, 12);
    // Welch: 10 degrees of freedom, t = 2.22814.
    expect(found.interval?.[1]).toBeCloseTo(-0.3 + 2.22814 * 0.1 * Math.SQRT2, 4);
  });

  it('has the residual alone where an optimum has no error', () => {
    // The hand-worked line of 0 1 0: error √(⅔ / 2), t(0.975, 1) = 12.7062.
    const found = drift(at([0, 1, 0], null), PLACE);
    expect(found.standardError).toBeCloseTo(Math.sqrt(1 / 3), 12);
    expect(found.interval?.[1]).toBeCloseTo(12.7062 * Math.sqrt(1 / 3), 3);
    expect(drift(at([0, 1], null), PLACE)).toMatchObject({ perDoubling: 1, interval: null, standardError: null });
  });

  it('leaves out what was not found, and tells nothing of one size', () => {
    const [first, ...rest] = at([-8, -8.5, -9]);
    const censored = { size: 64, optimum: { ...first.optimum, state: 'censored-low' as const, log2Value: null } };
    expect(drift([censored, ...rest], PLACE)).toMatchObject({ sizes: [128, 256], perDoubling: -0.5 });
    expect(drift(rest.slice(1), PLACE)).toEqual({
      ...PLACE,
      sizes: [256],
      perDoubling: null,
      interval: null,
      standardError: null,
    });
  });

  it('survives optima without any error left', () => {
    const found = drift(at([-8, -8.5, -9, -9.5], 0), PLACE);
    expect(found.perDoubling).toBeCloseTo(-0.5, 9);
    expect(found.interval?.every(Number.isFinite)).toBe(true);
  });

  it('does not depend on order or on the unit of sizes, and turns with the optima', () => {
    const values = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: -3, max: 3 }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        (logs, by, p) => {
          const optima = at(logs);
          const tilted = optima.toReversed().map(({ size, optimum }) => ({
            size: size * 2 ** by,
            optimum: { ...optimum, log2Value: (optimum.log2Value ?? 0) + p * Math.log2(size) },
          }));
          const [before, after] = [drift(optima, PLACE), drift(tilted, PLACE)];
          expect(after.perDoubling).toBeCloseTo((before.perDoubling ?? NaN) + p, 9);
          expect(after.standardError).toBeCloseTo(before.standardError ?? NaN, 9);
        },
      ),
    );
  });

  it.each([
    [0.05, 0.005, 2],
    [0.05, 0.02, 3],
    [0.35, 0.005, 2],
    [0.35, 0.02, 2],
    [0.5, 0.005, 3],
  ])('is held by its interval in 90 %% of sweeps: steepness %d, scatter %d, %d seeds', (steepness, sigma, seeds) => {
    const random = mulberry32(11);
    const gauss = gaussian(random);
    const hits = Array.from({ length: 250 }, (_, i) => {
      const truth = 0.2 * ((i % 5) - 2);
      const start = -8 + random();
      const optima = WIDTHS.map((size, j) => {
        return {
          size,
          optimum: optimum(basin({ optimum: start + truth * (j - 1.5), steepness, sigma, seeds }, gauss)),
        };
      });
      const { interval } = drift(optima, PLACE);
      return interval === null ? null : interval[0] <= truth && truth <= interval[1];
    }).filter((hit) => hit !== null);
    expect(hits.length).toBeGreaterThan(240);
    expect(hits.filter(Boolean).length / hits.length).toBeGreaterThan(0.9);
  });
});
