import type { Optimum } from './optimum.js';
import { dot } from './slope.js';
import { studentQuantile } from './student.js';

/** How the log2 of an optimum moves with every doubling of width or depth. */
export interface Drift {
  along: 'width' | 'depth';
  /** The size held fixed: a depth (or null) along width, a width along depth. */
  at: number | null;
  /** log2 of the optimum a doubling: 0 transfers, −1 is an optimum that halves. Null where it cannot be told. */
  perDoubling: number | null;
  /** 95 % confidence interval. */
  interval: [number, number] | null;
  standardError: number | null;
  /** The sizes whose optimum was found and entered. */
  sizes: number[];
}

/** The optimum at one width or depth. */
export interface OptimumAtSize {
  size: number;
  optimum: Pick<Optimum, 'state' | 'log2Value' | 'standardError' | 'degreesOfFreedom'>;
}

/** Scores are of single precision: no optimum is known better than this, in octaves, and no weight is infinite. */
const FINEST_ERROR = 1e-6;

/**
 * How the optimum moves a doubling of size: the slope of log2 optimum on log2 size.
 *
 * Weighted least squares, w_i = 1/se_i²: slope = Σ w·(x − x̄)·y / Σ w·(x − x̄)², of variance V = 1 / Σ w·(x − x̄)². Its
 * standard error is √V times the Birge ratio B = √max(1, χ²/(k − 2)), χ² = Σ w·residual²: where the optima scatter
 * about the line by more than their errors say (a bend, a basin of changing shape), their errors were too small.
 *
 * Degrees of freedom by Satterthwaite, of both parts of the variance: V itself has ν = V² / Σ(v_i²/ν_i), v_i the share
 * of the i-th optimum; what Birge's ratio adds, V·(B² − 1), has k − 2. So ν where the errors explain the scatter, k − 2
 * where they explain none of it, and in between B⁴ / (1/ν + (B² − 1)²/(k − 2)).
 *
 * Two sizes: the difference with both errors propagated; nothing tells then whether a line is what they are on. Where an
 * optimum has no error (one seed), all count alike, and the interval is the residual's, with k − 2 degrees of freedom.
 *
 * @param optima - one a size, in any order; those that were not found do not enter
 * Source: Birge, The calculation of errors by the method of least squares, Phys. Rev. 40 (1932).
 */
export function drift(optima: readonly OptimumAtSize[], place: Pick<Drift, 'along' | 'at'>): Drift {
  const found = optima.flatMap(({ size, optimum: { state, log2Value, standardError, degreesOfFreedom } }) =>
    state === 'found' && log2Value !== null
      ? [{ size, x: Math.log2(size), y: log2Value, standardError, degreesOfFreedom }]
      : [],
  );
  const sizes = found.map(({ size }) => size);
  if (new Set(sizes).size < 2) return { ...place, perDoubling: null, interval: null, standardError: null, sizes };
  const isWeighted = found.every(({ standardError }) => standardError !== null);
  const errors = found.map(({ standardError }) => (isWeighted ? Math.max(standardError ?? 1, FINEST_ERROR) : 1));
  const line = weightedLine(found, errors);
  const left = found.length - 2;
  const ratio = left > 0 ? line.chiSquare / left : 0;
  const squaredRatio = isWeighted ? Math.max(1, ratio) : ratio;
  const own = isWeighted ? satterthwaite(found, line) : Infinity;
  // Without errors of the optima, all of the variance is the residual's.
  const degreesOfFreedom = isWeighted ? combined(squaredRatio, own, left) : left;
  const isKnown = isWeighted || left > 0;
  const standardError = isKnown ? Math.sqrt(squaredRatio * line.variance) : null;
  const half = standardError === null ? null : studentQuantile(0.95, degreesOfFreedom) * standardError;
  const interval: Drift['interval'] = half === null ? null : [line.slope - half, line.slope + half];
  return { ...place, perDoubling: line.slope, interval, standardError, sizes };
}

interface Line {
  slope: number;
  /** Of the slope, as the errors say. */
  variance: number;
  /** The part of it that comes from each point. */
  shares: number[];
  chiSquare: number;
}

function weightedLine(points: readonly { x: number; y: number }[], errors: readonly number[]): Line {
  const weights = errors.map((error) => error ** -2);
  const total = weights.reduce((a, b) => a + b, 0);
  const centred = (list: number[]) => list.map((value) => value - dot(weights, list) / total);
  const dx = centred(points.map(({ x }) => x));
  const dy = centred(points.map(({ y }) => y));
  const weighted = dx.map((x, i) => (weights[i] ?? 0) * x);
  const variance = 1 / dot(weighted, dx);
  const slope = dot(weighted, dy) * variance;
  const chiSquare = dy.reduce((sum, y, i) => sum + (weights[i] ?? 0) * (y - slope * (dx[i] ?? 0)) ** 2, 0);
  const shares = weighted.map((w, i) => (w * variance * (errors[i] ?? 0)) ** 2);
  return { slope, variance, shares, chiSquare };
}

/** Degrees of freedom of the variance that the optima's own errors give; one of a known error has infinitely many. */
function satterthwaite(
  points: readonly { degreesOfFreedom: number | null }[],
  { variance, shares }: Pick<Line, 'variance' | 'shares'>,
): number {
  const parts = shares.map((share, i) => share ** 2 / (points[i]?.degreesOfFreedom ?? Infinity));
  return variance ** 2 / parts.reduce((a, b) => a + b, 0);
}

/** Of the variance and of what Birge's squared ratio B² adds to it, together. */
function combined(squaredRatio: number, own: number, left: number): number {
  return left === 0 ? own : squaredRatio ** 2 / (1 / own + (squaredRatio - 1) ** 2 / left);
}
