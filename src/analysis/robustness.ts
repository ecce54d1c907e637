import type { Optimum } from './optimum.js';
import { scoreGrid, type GridValue, type ScoredPoint } from './score-grid.js';

/** A loss this much above the optimum's is as good for practice. */
const AS_GOOD = 0.02;

/**
 * How many doublings of the value leave the mean loss within 2 % of its optimum's: the width of the basin.
 *
 * The stretch around the optimum where the line through the grid's means stays below loss + 0.02·|loss|. It ends at the
 * last value that finished before one that did not, or at the grid's end: the basin may be wider than the grid.
 *
 * @returns octaves; null where no optimum of positive numbers was found
 */
export function robustness(
  points: readonly ScoredPoint[],
  { log2Value, loss }: Pick<Optimum, 'log2Value' | 'loss'>,
): number | null {
  if (log2Value === null || loss === null) return null;
  const limit = loss + AS_GOOD * Math.abs(loss);
  const { values } = scoreGrid(points);
  const above = values.filter(({ x }) => x > log2Value);
  const below = values.filter(({ x }) => x < log2Value).toReversed();
  const start = { x: log2Value, mean: loss };
  return extent(start, above, limit) + extent(start, below, limit);
}

/** How far the line from the optimum through values further and further off stays below the limit. */
function extent(start: Pick<GridValue, 'x' | 'mean'>, values: readonly GridValue[], limit: number): number {
  let last = start;
  for (const next of values) {
    if (next.scores === null) break;
    if (next.mean > limit) {
      const share = (limit - last.mean) / (next.mean - last.mean);
      return Math.abs(last.x + share * (next.x - last.x) - start.x);
    }
    last = next;
  }
  return Math.abs(last.x - start.x);
}
