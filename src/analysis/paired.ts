import { mean } from './score-grid.js';
import { studentQuantile } from './student.js';

/** A mean over seeds. */
export interface MeanOfSeeds {
  mean: number;
  /** 95 % confidence interval: mean ± t · s / √k for k seeds; null for one seed. */
  interval: [number, number] | null;
}

/** Mean of a value over seeds, with Student's interval of k − 1 degrees of freedom. */
export function meanOfSeeds(values: readonly number[]): MeanOfSeeds {
  const count = values.length;
  const center = mean(values);
  if (count < 2) return { mean: center, interval: null };
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  const standardError = Math.sqrt(squares / (count - 1) / count);
  const half = studentQuantile(0.95, count - 1) * standardError;
  return { mean: center, interval: [center - half, center + half] };
}

/**
 * Mean of a − b, seed by seed: seeds share their batches, and what a seed adds to both is no error of the difference.
 *
 * @param a - one value a seed
 * @param b - of the same seeds in the same order
 */
export function pairedDifference(a: readonly number[], b: readonly number[]): MeanOfSeeds {
  return meanOfSeeds(a.map((value, i) => value - (b[i] ?? Number.NaN)));
}

/** Whether an interval of a difference leaves out 0: the two can be told apart. */
export function isDistinguishable({ interval: bounds }: MeanOfSeeds): boolean {
  return bounds !== null && (bounds[0] > 0 || bounds[1] < 0);
}
