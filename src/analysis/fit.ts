import { curvature } from './curvature.js';
import { slope, type SizeAtWidth, type SlopeError } from './slope.js';
import { topSlope } from './top-slope.js';

/** A power law size ∝ width^slope, with all that is told of it. `interval(fit, confidence)` gives other intervals. */
export interface Fit extends SlopeError {
  /** 95 % confidence interval of the slope. */
  interval95: [number, number];
  rSquared: number;
  /** Slope over the three widest widths alone. */
  topSlope: number;
  /** Second-order coefficient of log2 size in log2 width: the slope changes by twice this a doubling. */
  curvature: number;
  /** Null where the points leave no residual to tell. */
  curvatureStandardError: number | null;
  /** Local slope of the fitted parabola at the widest width; null where the points leave no residual to tell. */
  widestSlope: SlopeError | null;
}

/** A size with the run it comes from. */
export interface MeasuredSize {
  width: number;
  seed: number;
  size: number;
}

/**
 * Fits a power law and what tells whether it is one.
 *
 * Every seed has an offset of its own: its batch is the same at every width, and how its classes are balanced alone
 * moves an isolated update under SGD by an octave. Points count by √width: the fluctuations of initial weights fall
 * with width (variance ∝ 1/width), those of a readout of few outputs do not, and this lies between. Measured on the
 * MNIST MLP in µP, SGD, 3 seeds, 20 roots: checks with a slope that straddles two classes 6 with one offset for all, 3
 * with one a seed, 1 with one a seed and these weights; the slopes themselves scatter 10–15 % less.
 *
 * @throws CoordCheckError as slope
 */
export function fit(sizes: readonly MeasuredSize[]): Fit {
  return fitOf(sizes.map(({ width, seed, size }) => ({ width, size, block: seed, weight: Math.sqrt(width) })));
}

/**
 * The same of points whose blocks and weights are given.
 *
 * @throws CoordCheckError as slope
 */
export function fitOf(points: readonly SizeAtWidth[]): Fit {
  const { interval, ...line } = slope(points, 0.95);
  const bend = curvature(points);
  return {
    ...line,
    interval95: interval,
    topSlope: topSlope(points),
    curvature: bend.curvature,
    curvatureStandardError: bend.standardError,
    widestSlope: bend.widestSlope,
  };
}
