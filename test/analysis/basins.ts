import type { ScoredPoint } from '../../src/analysis/score-grid.js';

/** Uniform numbers in [0, 1) from a fixed generator (mulberry32). */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers (Box–Muller). */
export function gaussian(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A basin as learning rates have it: it falls slowly to the optimum, rises steeply, and ends at a cliff. */
export interface Basin {
  /** log2 of the best value. */
  optimum: number;
  /** Asymmetry a of (1 − e^(a·u))², u octaves from the optimum; 0.05 is nearly a parabola. */
  steepness: number;
  /** Scatter of a score; the curvature at the optimum is 0.04 an octave². */
  sigma: number;
  seeds: number;
  /** Every score above this many octaves from the optimum diverges. */
  cliff?: number;
}

/** Mean score u octaves from the optimum. */
export function lossAt(u: number, steepness: number): number {
  return 2 + (0.04 / steepness ** 2) * (1 - Math.exp(steepness * u)) ** 2;
}

/** Scores of a basin on the grid 2^-13 … 2^-3, with an offset of each seed's own. */
export function basin({ optimum, steepness, sigma, seeds, cliff = 3 }: Basin, gauss: () => number): ScoredPoint[] {
  return Array.from({ length: seeds }, (_, seed) => {
    const offset = 0.05 * gauss();
    return Array.from({ length: 11 }, (_, i): ScoredPoint => {
      const u = i - 13 - optimum;
      const loss = lossAt(u, steepness);
      // Losses scatter more where they are higher.
      const scatter = sigma * (1 + (loss - 2) * 0.5 * (steepness ** 2 / 0.04)) * gauss();
      return { value: 2 ** (i - 13), seed, score: u > cliff ? null : loss + offset + scatter };
    });
  }).flat();
}

/** Points of one curve: a row a value, a column a seed. */
export function curveOf(rows: readonly [ScoredPoint['value'], ...(number | null)[]][]): ScoredPoint[] {
  return rows.flatMap(([value, ...scores]) => scores.map((score, seed) => ({ value, seed, score })));
}
