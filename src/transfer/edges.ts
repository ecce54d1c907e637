import type { Setting } from '../records/trial.js';
import type { SearchedTrial } from '../verdict/tune-result.js';
import type { Dimension } from './space.js';

/** The share of a range next to each end in which a best value is taken to be at the edge. */
const EDGE = 0.1;

/** Trials within an octave, or within a tenth of an even range, of each other are neighbours. */
const NEIGHBOURING_OCTAVES = 1;

/** Sentences on searched values that may not be the best there are: next to the end of their range. */
export function edgeNotes(space: readonly Dimension[], values: Setting): string[] {
  return space.flatMap((dimension) => {
    const share = shareOf(dimension, values[dimension.hyperparameter]);
    if (share === null || (share >= EDGE && share <= 1 - EDGE)) return [];
    const { hyperparameter: name } = dimension;
    const end = share < EDGE ? 'lower' : 'upper';
    return [`${name} is best at the ${end} edge of its range: the best value may lie beyond. Widen --space ${name}.`];
  });
}

/**
 * A sentence where a trial close to the chosen values diverged: a wider model, or a longer training, may diverge at them.
 */
export function divergenceNote(
  space: readonly Dimension[],
  values: Setting,
  trials: readonly SearchedTrial[],
): string | null {
  const near = trials.filter(
    (trial) => trial.state === 'diverged' && space.every((dimension) => isNear(dimension, values, trial.values)),
  );
  if (near.length === 0) return null;
  const what = near.length === 1 ? 'A trial' : `${near.length} trials`;
  return `${what} within an octave of the chosen setting diverged: it is at the edge of stability, and a longer training may cross it. Leave a margin.`;
}

/** Where a value is in its range, from 0 to 1; null for a choice. */
function shareOf(dimension: Dimension, value: Setting[string] | undefined): number | null {
  if (dimension.scale === 'choice' || typeof value !== 'number') return null;
  const { from, to, scale } = dimension;
  return scale === 'log' ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
}

function isNear(dimension: Dimension, a: Setting, b: Setting): boolean {
  const [one, other] = [a[dimension.hyperparameter], b[dimension.hyperparameter]];
  if (dimension.scale === 'choice' || typeof one !== 'number' || typeof other !== 'number') return one === other;
  if (dimension.scale === 'log') return Math.abs(Math.log2(one / other)) <= NEIGHBOURING_OCTAVES;
  return Math.abs(one - other) <= EDGE * (dimension.to - dimension.from);
}
