import { mean } from './score-grid.js';
import { studentQuantile } from './student.js';

/** How scores scatter over seeds, what the seed and the value make of them being taken out. */
export interface Scatter {
  /** Standard deviation of one score. */
  deviation: number;
  degreesOfFreedom: number;
}

/**
 * Pooled residual of scores in two ways, value and seed: σ² = Σ (y_vs − ȳ_v − ȳ_s + ȳ)² / ((values − 1)(seeds − 1)).
 *
 * Seeds share their batches at all values, so that what a seed adds to all of them is no error of a difference.
 *
 * @param rows - scores of one value a row, seeds in the same order
 * @returns null where one seed or one value leaves nothing to tell
 */
export function scatter(rows: readonly (readonly number[])[]): Scatter | null {
  const seeds = rows[0]?.length ?? 0;
  const degreesOfFreedom = (rows.length - 1) * (seeds - 1);
  if (degreesOfFreedom < 1) return null;
  const whole = mean(rows.flat());
  const ofSeed = Array.from({ length: seeds }, (_, s) => mean(rows.map((row) => row[s] ?? 0)) - whole);
  const squares = rows.flatMap((row) => {
    const own = mean(row);
    return row.map((score, s) => (score - own - (ofSeed[s] ?? 0)) ** 2);
  });
  return { deviation: Math.sqrt(squares.reduce((a, b) => a + b, 0) / degreesOfFreedom), degreesOfFreedom };
}

/**
 * How far two means over the same seeds must be apart to differ by more than the seeds scatter:
 * t(confidence) · σ · √(2 / seeds).
 */
export function significantDifference(
  { deviation, degreesOfFreedom }: Scatter,
  { seeds, confidence = 0.95 }: { seeds: number; confidence?: number },
): number {
  return studentQuantile(confidence, degreesOfFreedom) * deviation * Math.sqrt(2 / seeds);
}
