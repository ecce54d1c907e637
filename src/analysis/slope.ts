import { failure } from '../errors.js';
import { studentQuantile } from './student.js';

/** A coordinate size measured at one width. */
export interface SizeAtWidth {
  width: number;
  size: number;
  /** Points of one block share an offset of their own: a seed's batch, which is the same at every width. */
  block?: number;
  /** How much the point counts: the inverse of its variance, up to a factor; 1. */
  weight?: number;
}

/** What an interval of a slope is computed from. */
export interface SlopeError {
  slope: number;
  /** Standard error of the slope, from the pooled residual of all points. */
  standardError: number;
  /** Number of points − blocks − 1: k·s − s − 1 for k widths and s seeds, k·s − 2 where they are one block. */
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
 * Weighted least squares over all width × seed points, each log taken first, with an offset for every block. The
 * residual is pooled over all blocks: an interval over one slope a seed would have s − 1 degrees of freedom instead of
 * k·s − s − 1. Points on a line give a standard error of 0 or rounding (~1e-16).
 *
 * @param points - sizes, each finite and > 0, at widths > 0, in any order
 * @param confidence - of the interval, in (0, 1)
 * @throws CoordCheckError TOO_FEW_WIDTHS under 3 distinct widths; SIZE_NOT_POSITIVE
 * Source: Yang et al., Tensor Programs V, arXiv:2203.03466, coordinate checking.
 */
export function slope(points: readonly SizeAtWidth[], confidence = 0.95): SlopeFit {
  const { x, within, blocks } = withinBlocks(points);
  const [dx, dy] = [within(x), within(points.map(({ size }) => Math.log2(size)))];
  const [xx, xy, yy] = [dot(dx, dx), dot(dx, dy), dot(dy, dy)];
  const fitted = xy / xx;
  const residual = dy.map((v, i) => v - fitted * (dx[i] ?? 0));
  const squares = dot(residual, residual);
  const degreesOfFreedom = points.length - blocks - 1;
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
  const half = studentQuantile(confidence, degreesOfFreedom) * standardError;
  return [slope - half, slope + half];
}

/** Points as the fits see them. */
export interface WithinBlocks {
  /** log2 width of every point. */
  x: number[];
  /** Takes the weighted mean of its block off every value, and multiplies by √weight: sums of squares are then plain. */
  within(values: readonly number[]): number[];
  /** How many blocks there are. */
  blocks: number;
}

/**
 * The points on the scale they are fitted on, their blocks' offsets taken out (Frisch–Waugh).
 *
 * @throws CoordCheckError TOO_FEW_WIDTHS, SIZE_NOT_POSITIVE
 */
export function withinBlocks(points: readonly SizeAtWidth[]): WithinBlocks {
  const distinct = new Set(points.map(({ width }) => width)).size;
  if (distinct < MINIMUM_WIDTHS) throw failure('TOO_FEW_WIDTHS', { got: distinct });
  for (const { width, size } of points) {
    if (!(size > 0 && size < Infinity)) throw failure('SIZE_NOT_POSITIVE', { width, got: String(size) });
  }
  const weights = points.map(({ weight = 1 }) => weight);
  const members = new Map<number, number[]>();
  points.forEach(({ block = 0 }, i) => members.set(block, [...(members.get(block) ?? []), i]));
  return {
    x: points.map(({ width }) => Math.log2(width)),
    blocks: members.size,
    within: (values) => {
      const centred = [...values];
      for (const indices of members.values()) {
        const at = (list: readonly number[]) => indices.map((i) => list[i] ?? 0);
        const mean = dot(at(weights), at(values)) / at(weights).reduce((a, b) => a + b, 0);
        for (const i of indices) centred[i] = ((values[i] ?? 0) - mean) * Math.sqrt(weights[i] ?? 1);
      }
      return centred;
    },
  };
}

/** Through two widths every size lies on some line: nothing would be left to contradict it. */
export const MINIMUM_WIDTHS = 3;

/** Inner product of two lists of equal length. */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
