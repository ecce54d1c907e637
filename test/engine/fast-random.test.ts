import { describe, expect, it } from 'vitest';
import { fillNormal, fillTruncatedNormal, fillUniform } from '../../src/engine/fast-random.js';

const N = 1_000_000;
/** Standard normal density at 2, and what lies within ±2. */
const AT_2 = 0.05399096651318806;
const WITHIN_2 = 0.9544997361036416;

const filled = (fill: (values: Float32Array) => void, size = N): Float32Array => {
  const values = new Float32Array(size);
  fill(values);
  return values;
};
const normal = (seed: string | number, size = N) =>
  filled((values) => fillNormal(values, { mean: 0, deviation: 1, seed }), size);
const truncated = (seed: string | number, size = N) =>
  filled((values) => fillTruncatedNormal(values, { mean: 0, deviation: 1, seed }), size);
const uniform = (seed: string | number, size = N) =>
  filled((values) => fillUniform(values, { low: -1, high: 1, seed }), size);

/** Moments of orders 0 to 8 about 0. */
const NORMAL = [1, 0, 1, 0, 3, 0, 15, 0, 105];
const UNIFORM = [1, 0, 1 / 3, 0, 1 / 5, 0, 1 / 7, 0, 1 / 9];
/** By parts: m(k) = (k - 1) m(k - 2) - 2 · 2^(k-1) φ(2) / (Φ(2) - Φ(-2)) for even k. */
const TRUNCATED = [1, 0, 0, 0, 0, 0, 0, 0, 0];
for (let k = 2; k <= 8; k += 2) TRUNCATED[k] = (k - 1) * TRUNCATED[k - 2] - (2 ** k * AT_2) / WITHIN_2;

/** Φ(x) by its series about 0 (Marsaglia, "Evaluating the normal distribution", 2004), to 1e-15 for |x| < 6. */
function normalCdf(x: number): number {
  let [sum, term] = [x, x];
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + sum * Math.exp((-x * x) / 2 - 0.9189385332046728);
}

/** Kolmogorov's distance: the greatest between the cumulated share of the values and the distribution function. */
function distance(values: Float32Array, cdf: (x: number) => number): number {
  let greatest = 0;
  for (const [i, x] of Float32Array.from(values).toSorted().entries()) {
    const expected = cdf(x);
    greatest = Math.max(greatest, expected - i / values.length, (i + 1) / values.length - expected);
  }
  return greatest;
}

function mean(values: Float32Array, f: (x: number, i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += f(values[i], i);
  return sum / values.length;
}

const CASES: [string, (seed: string | number, size?: number) => Float32Array, number[], (x: number) => number][] = [
  ['fillNormal', normal, NORMAL, normalCdf],
  ['fillTruncatedNormal', truncated, TRUNCATED, (x) => (normalCdf(x) - (1 - WITHIN_2) / 2) / WITHIN_2],
  ['fillUniform', uniform, UNIFORM, (x) => (x + 1) / 2],
];

describe.each(CASES)('%s', (_, draw, moments, cdf) => {
  it('draws the first four moments of its distribution: mean, variance, skewness and kurtosis', () => {
    const values = draw('moments');
    for (const k of [1, 2, 3, 4]) {
      const error = Math.sqrt((moments[2 * k] - moments[k] ** 2) / N);
      // Four standard errors: exceeded once in 16 000.
      expect(Math.abs(mean(values, (x) => x ** k) - moments[k]) / error, `order ${k}`).toBeLessThan(4);
    }
  });

  it('draws its distribution function', () => {
    // Critical value of Kolmogorov's distance, √(ln(2/α) / 2N), at α = 1e-4.
    expect(distance(draw('distance'), cdf)).toBeLessThan(2.2253 / Math.sqrt(N));
  });

  it('draws each of 400 equally likely ranges equally often', () => {
    const counts = Array.from({ length: 400 }, () => 0);
    for (const x of draw('ranges')) counts[Math.min(399, Math.floor(400 * cdf(x)))] += 1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - N / 400) ** 2 / (N / 400), 0);
    // Mean 399 and std √798; four of them to either side, so that it is not too even either.
    expect(Math.abs(chiSquare - 399)).toBeLessThan(4 * Math.sqrt(798));
  });

  it('draws values unrelated to their neighbours, in sign and in size', () => {
    const values = draw('neighbours');
    const variance = moments[4] - moments[2] ** 2;
    for (const lag of [1, 2, 3, 4]) {
      const later = (i: number) => values[(i + lag) % N];
      const signs = mean(values, (x, i) => x * later(i)) / moments[2];
      const sizes = mean(values, (x, i) => (x * x - moments[2]) * (later(i) ** 2 - moments[2])) / variance;
      // Four standard errors of a correlation, 1/√N each.
      expect(Math.abs(signs), `lag ${lag}`).toBeLessThan(4 / Math.sqrt(N));
      expect(Math.abs(sizes), `lag ${lag}`).toBeLessThan(4 / Math.sqrt(N));
    }
  });

  it('gives the same values for the same seed, a shorter array the first of them', () => {
    expect(draw(7, 5000)).toEqual(draw('7', 5000));
    expect(draw(7, 3000)).toEqual(draw(7, 5000).slice(0, 3000));
  });

  it('gives unrelated values for different seeds', () => {
    const [one, other] = [draw(1), draw(2)];
    const correlation = mean(one, (x, i) => x * other[i]) / moments[2];
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(N));
    // Equal by chance is one value in some 2^22.
    expect(mean(one, (x, i) => Number(x === other[i]))).toBeLessThan(1e-5);
  });

  it('fills an empty array', () => {
    expect(draw(1, 0)).toHaveLength(0);
  });
});

describe('fillNormal', () => {
  it('draws the values that pin its stream', () => {
    // Reference: the same method in Python, with the C library's exp and log, seeded through hashlib.
    expect([...normal('0', 8)]).toEqual([
      -0.9396921396255493, 0.31720367074012756, 2.286837100982666, -0.602619469165802, -1.9332066774368286,
      -0.05590244010090828, 0.9598278999328613, 1.1124266386032104,
    ]);
    // And the sum of the first 200 000.
    expect(200_000 * mean(normal('0', 200_000), (x) => x)).toBeCloseTo(174.08903008758762, 6);
  });

  it('draws beyond 3 and 4 standard deviations as often as the distribution has it, on either side', () => {
    const values = normal('tails', 4 * N);
    for (const [bound, share] of [
      [3, 0.0013498980316300946],
      // Beyond the widest layer's core, 3.654, values come from the tail's own method.
      [3.7, 0.00010779973347738824],
      [4, 0.00003167124183311992],
    ] as const) {
      const error = Math.sqrt(share / values.length);
      // Four standard errors of a count.
      expect(Math.abs(mean(values, (x) => Number(x > bound)) - share), `> ${bound}`).toBeLessThan(4 * error);
      expect(Math.abs(mean(values, (x) => Number(x < -bound)) - share), `< -${bound}`).toBeLessThan(4 * error);
    }
  });

  it('shifts by the mean and scales by the deviation', () => {
    const values = filled((values) => fillNormal(values, { mean: 3, deviation: 0.5, seed: 1 }), 1000);
    // Float32 rounds twice: relative 2^-24 each.
    for (const [i, x] of normal(1, 1000).entries()) expect(values[i]).toBeCloseTo(3 + 0.5 * x, 6);
  });
});

describe('fillTruncatedNormal', () => {
  it('draws the values that pin its stream', () => {
    // Reference: the same method in Python, with the C library's exp and log, seeded through hashlib.
    expect([...truncated('0', 8)]).toEqual([
      -0.9396921396255493, 0.31720367074012756, 0.283515065908432, -0.602619469165802, -1.9332066774368286,
      -0.05590244010090828, 0.9598278999328613, 1.1124266386032104,
    ]);
    // And the sum of the first 200 000.
    expect(200_000 * mean(truncated('0', 200_000), (x) => x)).toBeCloseTo(11.305186444257629, 6);
  });

  it('draws nothing beyond two standard deviations', () => {
    const sizes = truncated('bound').map(Math.abs);
    expect(mean(sizes, (x) => Number(x > 2))).toBe(0);
    expect(mean(sizes, (x) => Number(x > 1.999))).toBeGreaterThan(0);
  });
});

describe('fillUniform', () => {
  it('draws the values that pin its stream', () => {
    // Reference: the same method in Python, with the C library's exp and log, seeded through hashlib.
    expect([...uniform('0', 8)]).toEqual([
      0.5597573518753052, -0.7799031138420105, -0.06381736695766449, 0.6415285468101501, 0.1731351763010025,
      0.8794256448745728, -0.5570083856582642, -0.18260984122753143,
    ]);
  });

  it.each([
    [0, 1],
    [-1, 1],
    [1, 2],
    [-2, -1],
    [-1, 0],
    [0.1, 0.3],
    // Neighbouring float32s: half of what is drawn would be rounded to the upper one.
    [1, 1 + 2 ** -23],
  ])('draws from %f, included, to %f, left out', (low, high) => {
    const values = filled((values) => fillUniform(values, { low, high, seed: 'range' }));
    // Only what is not a float32 itself may be missed, by its rounding.
    expect(mean(values, (x) => Number(x < Math.fround(low)))).toBe(0);
    expect(mean(values, (x) => Number(x >= high))).toBe(0);
  });

  it('draws between two bounds in the wrong order, and the one bound where both are equal', () => {
    const turned = filled((values) => fillUniform(values, { low: 1, high: -1, seed: 1 }), 1000);
    expect(turned).toEqual(uniform(1, 1000).map((x) => -x));
    expect([...filled((values) => fillUniform(values, { low: 3, high: 3, seed: 1 }), 3)]).toEqual([3, 3, 3]);
  });
});
