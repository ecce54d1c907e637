import { mean, scoreGrid, type ScoredPoint } from './score-grid.js';
import { studentQuantile } from './student.js';

/** Whether wider models have lower loss at one and the same setting, as µP promises. */
export interface WiderIsBetter {
  /** Pairs of neighbouring widths and a setting that finished at both. */
  pairs: number;
  /** How many of them have lower loss at the wider one, by more than the seeds scatter. */
  better: number;
  /** How many have higher loss at the wider one, by more than the seeds scatter. */
  worse: number;
}

/** A curve as far as this looks at it. */
interface CurveOfWidth {
  width: number;
  depth: number | null;
  points: readonly ScoredPoint[];
}

/**
 * Compares the losses of neighbouring widths of one depth, value by value.
 *
 * Paired over seeds, which have their batches in common: the mean difference against t·σ/√seeds, σ² the variance of the
 * differences about their value's mean, pooled over the values of these two widths. With one seed nothing is told apart.
 *
 * @param curves - of one parametrization
 * Source: Yang et al., Tensor Programs V, arXiv:2203.03466.
 */
export function widerIsBetter(curves: readonly CurveOfWidth[]): WiderIsBetter {
  const depths = [...new Set(curves.map(({ depth }) => depth))];
  const counts = depths.flatMap((depth) => {
    const ofDepth = curves.filter((curve) => curve.depth === depth).toSorted((a, b) => a.width - b.width);
    return ofDepth.slice(1).map((wide, i) => compare(ofDepth[i] ?? wide, wide));
  });
  const total = (of: keyof WiderIsBetter) => counts.reduce((sum, count) => sum + count[of], 0);
  return { pairs: total('pairs'), better: total('better'), worse: total('worse') };
}

function compare(narrow: CurveOfWidth, wide: CurveOfWidth): WiderIsBetter {
  const narrowScores = new Map(scoreGrid(narrow.points).finished.map(({ value, scores }) => [value, scores]));
  const differences = scoreGrid(wide.points).finished.flatMap(({ value, scores }) => {
    const other = narrowScores.get(value);
    return other?.length === scores.length ? [scores.map((score, s) => score - (other[s] ?? 0))] : [];
  });
  const least = leastDifference(differences);
  const means = differences.map(mean);
  return {
    pairs: means.length,
    better: means.filter((difference) => difference < -least).length,
    worse: means.filter((difference) => difference > least).length,
  };
}

function leastDifference(differences: readonly number[][]): number {
  const seeds = differences[0]?.length ?? 0;
  const degreesOfFreedom = differences.length * (seeds - 1);
  if (degreesOfFreedom < 1) return Infinity;
  const squares = differences.flatMap((row) => row.map((difference) => (difference - mean(row)) ** 2));
  const variance = squares.reduce((a, b) => a + b, 0) / degreesOfFreedom;
  return studentQuantile(0.95, degreesOfFreedom) * Math.sqrt(variance / seeds);
}
