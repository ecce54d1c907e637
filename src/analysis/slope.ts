import jstat from 'jstat';
import { failure } from '../errors.js';

/** A coordinate size measured at one width (and one seed: several points may share a width). */
export interface SizeAtWidth {
  width: number;
  size: number;
}

/** What an interval of a slope is computed from. */
export interface SlopeError {
  slope: number;
  /** Standard error of the slope, from the pooled residual of all points. */
  standardError: number;
  /** Number of points − 2: k·s − 2 for k widths and s seeds. */
  degreesOfFreedom: number;
}

/** A least-squares power law size ∝ width^slope. */
export interface SlopeFit extends SlopeError {
  /** Confidence interval of the slope at the confidence asked for. */
  interval: [number, number];
  /** Share of the variance of log2 size that the line explains, in [0, 1]; 1 where nothing is left to explain. */
  rSquared: number;
}

/**
 * Least-squares slope of log2 size on log2 width: the p in size ∝ width^p.
 *
 * Ordinary least squares over all width × seed points, each log taken first. Seeds are independent across widths, so
 * every point counts on its own and the residual is pooled over all of them: an interval over one slope a seed would
 * have s − 1 degrees of freedom instead of k·s − 2. Points on a line give a standard error of 0 or rounding (~1e-16).
 *
 * @param points - sizes, each finite and > 0, at widths > 0, in any order
 * @param confidence - of the interval, in (0, 1)
 * @throws CoordCheckError TOO_FEW_WIDTHS under 3 distinct widths; SIZE_NOT_POSITIVE
 * Source: Yang et al., Tensor Programs V, arXiv:2203.03466, coordinate checking.
 */
export function slope(points: readonly SizeAtWidth[], confidence = 0.95): SlopeFit {
  const { x, y } = logPoints(points);
  const [meanX, meanY] = [mean(x), mean(y)];
  const [dx, dy] = [x.map((v) => v - meanX), y.map((v) => v - meanY)];
  const [xx, xy, yy] = [dot(dx, dx), dot(dx, dy), dot(dy, dy)];
  const fitted = xy / xx;
  const residual = dy.map((v, i) => v - fitted * (dx[i] ?? 0));
  const squares = dot(residual, residual);
  const degreesOfFreedom = points.length - 2;
  const standardError = Math.sqrt(squares / degreesOfFreedom / xx);
  const error = { slope: fitted, standardError, degreesOfFreedom };
  const rSquared = squares === 0 ? 1 : Math.max(0, 1 - squares / yy);
  return { ...error, interval: interval(error, confidence), rSquared };
}

/**
 * Confidence interval of a fitted slope: slope ± t · standard error, t the (1 + confidence)/2 quantile of Student's t.
 *
 * @param confidence - in (0, 1); raise it to bound the false alarms of several judgements at once
 */
export function interval({ slope, standardError, degreesOfFreedom }: SlopeError, confidence: number): [number, number] {
  const half = jstat.studentt.inv((1 + confidence) / 2, degreesOfFreedom) * standardError;
  return [slope - half, slope + half];
}

/**
 * The points on the scale they are fitted on: x = log2 width, y = log2 size.
 *
 * @throws CoordCheckError TOO_FEW_WIDTHS, SIZE_NOT_POSITIVE
 */
export function logPoints(points: readonly SizeAtWidth[]): { x: number[]; y: number[] } {
  const distinct = new Set(points.map(({ width }) => width)).size;
  if (distinct < MINIMUM_WIDTHS) throw failure('TOO_FEW_WIDTHS', { got: distinct });
  for (const { width, size } of points) {
    if (!(size > 0 && size < Infinity)) throw failure('SIZE_NOT_POSITIVE', { width, got: String(size) });
  }
  return { x: points.map(({ width }) => Math.log2(width)), y: points.map(({ size }) => Math.log2(size)) };
}

/** Through two widths every size lies on some line: nothing would be left to contradict it. */
export const MINIMUM_WIDTHS = 3;

/** Arithmetic mean of a non-empty list. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Inner product of two lists of equal length. */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
