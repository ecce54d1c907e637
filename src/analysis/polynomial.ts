import { mean, type FinishedValue } from './score-grid.js';
import { dot } from './slope.js';

/** A polynomial fitted to scores, in z = x − centre. */
export interface Polynomial {
  centre: number;
  /** From the constant up; the constant is the mean over seeds. */
  coefficients: number[];
  /** Values × seeds − seeds − degree. */
  degreesOfFreedom: number;
  /** Standard error of the derivative at z; NaN without degrees of freedom. */
  slopeError(z: number): number;
  /** Ends of the fitted values, in z. */
  ends: [number, number];
  span: number;
}

/**
 * Least squares of scores on powers of log2 value, with an intercept for every seed.
 *
 * On polynomials p_j that are orthonormal over the values: their coefficients θ_j = Σ p_j(z)·ȳ(z) are then independent,
 * each of variance σ²/seeds. σ² is the residual of all scores, so that lack of fit enters it.
 *
 * @param values - more than `degree`, all finished with the same seeds
 */
export function polynomial(values: readonly FinishedValue[], degree: 2 | 3): Polynomial {
  const centre = mean(values.map(({ x }) => x));
  const z = values.map(({ x }) => x - centre);
  const basis = orthonormal(z, degree);
  const means = values.map((value) => value.mean);
  const thetas = basis.map((p) => dot(at(p, z), means));
  const coefficients = sum(basis.map((p, j) => p.map((c) => c * (thetas[j] ?? 0))));
  const seeds = values[0]?.scores.length ?? 0;
  const degreesOfFreedom = values.length * seeds - seeds - degree;
  const variance = residualSquares(values, at(coefficients, z)) / degreesOfFreedom / seeds;
  const ends: [number, number] = [Math.min(...z), Math.max(...z)];
  return {
    centre,
    coefficients,
    degreesOfFreedom,
    slopeError: (point) => Math.sqrt(variance) * Math.hypot(...basis.map((p) => evaluate(derivative(p), point))),
    ends,
    span: ends[1] - ends[0],
  };
}

/** Value at z of a polynomial by its coefficients, from the constant up. */
export function evaluate(coefficients: readonly number[], z: number): number {
  return coefficients.reduceRight((value, c) => value * z + c, 0);
}

/** Coefficients of the derivative. */
export function derivative(coefficients: readonly number[]): number[] {
  return coefficients.slice(1).map((c, i) => (i + 1) * c);
}

/** Squares of what the fitted curve, moved to each seed's mean, leaves of the scores. */
function residualSquares(values: readonly FinishedValue[], fitted: readonly number[]): number {
  const whole = mean(values.map((value) => value.mean));
  const seeds = values[0]?.scores.length ?? 0;
  return Array.from({ length: seeds }, (_, s) => {
    const scores = values.map((value) => value.scores[s] ?? 0);
    const offset = mean(scores) - whole;
    const residual = scores.map((score, i) => score - offset - (fitted[i] ?? 0));
    return dot(residual, residual);
  }).reduce((a, b) => a + b, 0);
}

/** Polynomials of degree 0 … degree, orthonormal over the points z (Gram and Schmidt). */
function orthonormal(z: readonly number[], degree: number): number[][] {
  const basis: number[][] = [];
  for (let power = 0; power <= degree; power++) {
    const raw = Array.from({ length: degree + 1 }, (_, i) => (i === power ? 1 : 0));
    const shares = basis.map((p) => p.map((c) => -c * dot(at(p, z), at(raw, z))));
    const rest = sum([raw, ...shares]);
    const size = Math.sqrt(dot(at(rest, z), at(rest, z)));
    basis.push(rest.map((c) => c / size));
  }
  return basis;
}

function at(coefficients: readonly number[], z: readonly number[]): number[] {
  return z.map((point) => evaluate(coefficients, point));
}

function sum(lists: readonly (readonly number[])[]): number[] {
  return (lists[0] ?? []).map((_, i) => lists.reduce((total, list) => total + (list[i] ?? 0), 0));
}
