import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curvature } from '../../src/analysis/curvature.js';
import { fit } from '../../src/analysis/fit.js';
import { slope } from '../../src/analysis/slope.js';
import { topSlope } from '../../src/analysis/top-slope.js';

const WIDTHS = [64, 128, 256, 512, 1024];
const parabola = (a: number, b: number, c: number) =>
  WIDTHS.map((width) => ({ width, size: 2 ** (a + b * Math.log2(width) + c * Math.log2(width) ** 2) }));
const NOISY = [
  ...[1.1, 0.95, 1.02].map((size) => ({ width: 64, size })),
  ...[1.5, 1.38, 1.61].map((size) => ({ width: 128, size })),
  ...[2.2, 1.9, 2.05].map((size) => ({ width: 256, size })),
  ...[2.7, 3.1, 2.9].map((size) => ({ width: 512, size })),
];

describe('curvature', () => {
  it('is the c of s = 2^(a + b x + c x²), x = log2 width', () => {
    const coefficient = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(coefficient, coefficient, coefficient, (a, b, c) => {
        const fitted = curvature(parabola(a, b, c));
        expect(fitted.curvature).toBeCloseTo(c, 10);
        expect(fitted.standardError).toBeLessThan(1e-9);
      }),
    );
  });

  it('is half the change of the local slope a doubling', () => {
    // Local slopes of sizes 1, 2, 8 at widths 1, 2, 4 are 1 and 2: they change by 1.
    const sizes = [1, 2, 8];
    expect(curvature([1, 2, 4].map((width, i) => ({ width, size: sizes[i] }))).curvature).toBeCloseTo(0.5, 12);
  });

  it('is 0 for a power law', () => {
    expect(curvature(parabola(1, 0.5, 0)).curvature).toBeCloseTo(0, 12);
  });

  it('has the standard error of the regression on 1, x, x² (numpy.linalg.lstsq)', () => {
    const fitted = curvature(NOISY);
    expect(fitted.curvature).toBeCloseTo(-0.011872140881885353, 10);
    expect(fitted.standardError).toBeCloseTo(0.029245399992164713, 10);
    expect(fitted.degreesOfFreedom).toBe(9);
  });

  it('has the local slope b + 2c·x of a parabola at its widest width', () => {
    // log2 1024 = 10.
    expect(curvature(parabola(1, 0.5, -0.02)).widestSlope?.slope).toBeCloseTo(0.5 - 2 * 0.02 * 10, 12);
  });

  it('has the local slope’s standard error of the regression on 1, x − 9, (x − 9)², whose second coefficient it is', () => {
    // By solving the normal equations of the columns 1, x − 9, (x − 9)², log2 512 = 9, and σ²·(XᵀX)⁻¹.
    const { widestSlope } = curvature(NOISY);
    expect(widestSlope?.slope).toBeCloseTo(0.46071893340471837, 10);
    expect(widestSlope?.standardError).toBeCloseTo(0.0915525833763192, 10);
    expect(widestSlope?.degreesOfFreedom).toBe(9);
  });

  it('has no standard error where three points leave no residual', () => {
    const three = [1, 2, 4].map((width) => ({ width, size: width ** 2 + 1 }));
    expect(curvature(three)).toMatchObject({ standardError: null, degreesOfFreedom: 0, widestSlope: null });
  });

  it('refuses fewer than 3 distinct widths', () => {
    expect(() => curvature(NOISY.slice(0, 6))).toThrow(expect.objectContaining({ code: 'TOO_FEW_WIDTHS' }));
  });
});

describe('topSlope', () => {
  it('is the slope over all seeds of the three widest widths, in any order', () => {
    expect(topSlope(NOISY)).toBeCloseTo(0.47743151115855603, 12);
    expect(topSlope(NOISY.toReversed())).toBeCloseTo(topSlope(NOISY), 12);
  });

  it('equals the slope where there are three widths', () => {
    expect(topSlope(NOISY.slice(0, 9))).toBe(slope(NOISY.slice(0, 9)).slope);
  });

  it('is b + 2c·x at the middle of the three, on a parabola', () => {
    // Symmetric points: the line through a parabola has the slope of its middle, x = log2 512 = 9.
    expect(topSlope(parabola(0, 0.5, 0.01))).toBeCloseTo(0.5 + 2 * 0.01 * 9, 12);
  });
});

describe('fit', () => {
  it('joins slope, top slope and curvature, with an offset a seed and weights of √width', () => {
    const measured = NOISY.map(({ width, size }, i) => ({ width, size, seed: i % 3 }));
    const points = measured.map(({ width, size, seed }) => ({ width, size, block: seed, weight: Math.sqrt(width) }));
    const { interval, ...line } = slope(points, 0.95);
    const bend = curvature(points);
    expect(fit(measured)).toEqual({
      ...line,
      interval95: interval,
      topSlope: topSlope(points),
      curvature: bend.curvature,
      curvatureStandardError: bend.standardError,
      widestSlope: bend.widestSlope,
    });
  });
});
