import { derivative, evaluate, polynomial, type Polynomial } from './polynomial.js';
import type { FinishedValue } from './score-grid.js';
import { studentQuantile } from './student.js';

/** The minimum of a polynomial fitted to scores over log2 value. */
export interface Vertex {
  /** log2 of the value. */
  x: number;
  /** Mean score there. */
  loss: number;
  /** Half the second derivative there. */
  curvature: number;
  degreesOfFreedom: number;
  /** Null where as many coefficients as points leave no residual to tell. */
  standardError: number | null;
  /** 95 % confidence interval of x; null where the curve is too flat to bound it, or nothing is left to tell. */
  interval: [number, number] | null;
}

/** A cubic through fewer values would go through all of them. */
const VALUES_OF_CUBIC = 4;

/** With one degree of freedom left, t is 12.7: a parabola tells more. */
const LEAST_FREEDOM = 2;

/**
 * What asymmetry the cubic leaves, as a share of the shift that it makes: the standard error of terms of fourth and
 * higher order on a grid this coarse. Measured on scores (1 − e^(a·u))², u octaves from the optimum, a = 0.05 … 0.5,
 * factor-2 grids, scatter 5–50 % of the curvature, 2 and 3 seeds, 400 sweeps of 4 widths each: 95 % intervals hold the
 * optimum in 91–100 % of cases, those of the drift its truth in 92–100 %; without this term in 25–95 %, with a parabola alone in 0–95 %.
 */
const LEFT_ASYMMETRY = 0.15;

/**
 * What a grid cannot resolve of a curve's shape, as a share of its step: a standard error that enters the interval alone,
 * for it is common to curves of one shape and leaves their drift. Measured on curves with a shoulder an octave above the
 * optimum, before a plateau: cubics lie 0.11–0.17 octaves too low on a factor-2 grid, and intervals without this held the
 * optimum in 54–90 % of cases.
 */
const UNRESOLVED = 0.1;

/**
 * Minimum of scores over log2 value: of y = a_seed + b·x + c·x² + d·x³ by least squares, the residual pooled over seeds.
 *
 * Curves of loss over learning rate fall slowly and rise steeply. A parabola's vertex lies half an octave too low on
 * them, by how much depends on where the grid's points fall; the cubic term takes this out. Without it (fewer than 4
 * values, or too little residual left): the vertex −b/(2c) of the parabola.
 *
 * Interval by Fieller's theorem, here for the zero of the derivative: all v around the minimum with
 * |g(v)| ≤ t·se(g(v)), g = b + 2c·v + 3d·v². Unlike x ± t·se it is lopsided where the curve is, and unbounded where
 * the curvature could as well be 0. se² holds (g′·{@link LEFT_ASYMMETRY}·shift)² and, of a cubic,
 * (g′·{@link UNRESOLVED}·step)², too. Standard error: se(g) / g′ at the minimum (the delta method), without the latter.
 *
 * @param values - at least 3, all finished with the same seeds
 * @returns null where there is no minimum within the values
 * Source: Fieller, Some problems in interval estimation, J. R. Stat. Soc. B 16 (1954).
 */
export function vertex(values: readonly FinishedValue[]): Vertex | null {
  const parabola = polynomial(values, 2);
  const isCubic = values.length >= VALUES_OF_CUBIC && parabola.degreesOfFreedom - 1 >= LEAST_FREEDOM;
  const fit = isCubic ? polynomial(values, 3) : parabola;
  const z = minimum(fit);
  if (z === null) return null;
  const shift = isCubic ? Math.abs(z - (minimum(parabola) ?? z + fit.span)) : 0;
  const steepening = evaluate(derivative(derivative(fit.coefficients)), z);
  const left = steepening * LEFT_ASYMMETRY * Math.min(shift, fit.span);
  const error = (at: number) => Math.hypot(fit.slopeError(at), left);
  const step = fit.span / (values.length - 1);
  const unresolved = isCubic ? steepening * UNRESOLVED * step : 0;
  const { centre, degreesOfFreedom } = fit;
  const isKnown = degreesOfFreedom > 0;
  return {
    x: centre + z,
    loss: evaluate(fit.coefficients, z),
    curvature: steepening / 2,
    degreesOfFreedom,
    standardError: isKnown ? error(z) / steepening : null,
    interval: isKnown ? fieller(fit, z, (at) => Math.hypot(error(at), unresolved)) : null,
  };
}

/**
 * Where the polynomial is lowest, in z: the zero of b + 2c·z + 3d·z² where it rises, −b / (c + √(c² − 3bd)), which is
 * −b/(2c) for d = 0.
 *
 * @returns null where there is none within the values
 */
function minimum({ coefficients: [, b = 0, c = 0, d = 0], ends: [low, high] }: Polynomial): number | null {
  const discriminant = c ** 2 - 3 * b * d;
  if (discriminant < 0) return null;
  // + 0 turns -0 into 0.
  const z = -b / (c + Math.sqrt(discriminant)) + 0;
  const isMinimum = 2 * c + 6 * d * z > 0;
  return isMinimum && z >= low && z <= high ? z : null;
}

/** Steps an interval's end is looked for in, a span of the values; between two, it is found by bisection. */
const STEPS = 100;

/**
 * The interval of x around the minimum z, by walking outwards until the derivative differs from 0.
 *
 * @returns null where it does not within two spans of the values: no grid of this width bounds it
 */
function fieller(fit: Polynomial, z: number, error: (z: number) => number): [number, number] | null {
  const t = studentQuantile(0.95, fit.degreesOfFreedom);
  const slope = derivative(fit.coefficients);
  const ends = [-1, 1].map((side) => {
    const isBeyond = (distance: number) => {
      const point = z + side * distance;
      return side * evaluate(slope, point) > t * error(point);
    };
    const step = fit.span / STEPS;
    const first = Array.from({ length: 2 * STEPS }, (_, i) => (i + 1) * step).find(isBeyond);
    return first === undefined ? null : fit.centre + z + side * bisect(isBeyond, first - step, first);
  });
  const [low = null, high = null] = ends;
  return low === null || high === null ? null : [low, high];
}

/** Where a condition that holds at `above` and not at `below` begins to hold. */
function bisect(holds: (at: number) => boolean, below: number, above: number): number {
  let [low, high] = [below, above];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
