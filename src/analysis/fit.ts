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
  /** Null where three points leave no residual to tell. */
  curvatureStandardError: number | null;
}

/**
 * Fits a power law and what tells whether it is one.
 *
 * @throws CoordCheckError as slope
 */
export function fit(points: readonly SizeAtWidth[]): Fit {
  const { interval, ...line } = slope(points, 0.95);
  const bend = curvature(points);
  return {
    ...line,
    interval95: interval,
    topSlope: topSlope(points),
    curvature: bend.curvature,
    curvatureStandardError: bend.standardError,
  };
}
