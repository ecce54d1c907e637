import type { RunRecord } from '../records/run.js';

/** A run, as records or as results have it: a loss that is not finite is text there, null here. */
interface Run {
  state: RunRecord['state'];
  loss: readonly (number | string | null)[];
}

/**
 * The first run in which a loss or an activation is not finite before the first update; null where none is.
 *
 * @param steps - that were planned
 */
export function brokenAtStart<R extends Run>(runs: readonly R[], steps: number): R | null {
  // With one step planned, a run that ends within it tells only by its loss whether the first update came before.
  const isLonger = steps > 1;
  const broken = runs.find(
    ({ state, loss: [loss = null, ...rest] }) =>
      state === 'diverged' && rest.length === 0 && (typeof loss !== 'number' || isLonger),
  );
  return broken ?? null;
}
