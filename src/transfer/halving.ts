/** One rung of a search: so many trials, trained for so many steps. */
export interface Rung {
  trials: number;
  steps: number;
}

/** What a schedule of rungs is made for. */
export interface SearchBudget {
  /** Settings that begin. */
  trials: number;
  /** Steps of a full training. */
  steps: number;
  /** `random` trains all of them in full; `halving` stops the worse ones early. */
  search: 'random' | 'halving';
  /** How many trials are to be left for a comparison over several seeds. */
  finalists: number;
}

/** Of each rung one in three goes on, with three times the steps: Hyperband's choice, within a few per cent of the best. */
const ETA = 3;

/** Under ten steps the loss tells of the initial values more than of the hyperparameters. */
const FEWEST_STEPS = 10;

/**
 * The rungs of successive halving: each keeps the better third of the one before and trains it three times as long.
 *
 * n_i = ⌈n / η^i⌉ trials of r_i = ⌈R / η^(k − i)⌉ steps, the last with all R, and k as large as leaves the finalists and
 * r_0 ≥ 10. Every rung but the last costs about the same, n · R / η^k. A trial of a rung is trained from its initial
 * weights, as the beginning of a longer one, so that it depends on nothing but its own key: against going on from saved
 * weights that costs η / (η − 1) = 1.5 times as much at most. Under a schedule of fixed length a short rung ends before the
 * rate has decayed.
 *
 * Sources: Jamieson & Talwalkar, Non-stochastic Best Arm Identification and Hyperparameter Optimization,
 * arXiv:1502.07943; Li et al., Hyperband, arXiv:1603.06560.
 */
export function rungsOf({ trials, steps, search, finalists }: SearchBudget): Rung[] {
  if (search === 'random') return [{ trials, steps }];
  let halvings = 0;
  while (trials / ETA ** (halvings + 1) >= finalists && steps / ETA ** (halvings + 1) >= FEWEST_STEPS) halvings += 1;
  return Array.from({ length: halvings + 1 }, (_, i) => ({
    trials: Math.ceil(trials / ETA ** i),
    steps: Math.ceil(steps / ETA ** (halvings - i)),
  }));
}

/** A trial of a rung as it ended; a null score is one that diverged or failed. */
export interface Scored {
  index: number;
  score: number | null;
}

/**
 * Trials from best to worst: by score, those without one last, equal ones in their own order.
 *
 * Depends on the trials as a set, so not on the order in which they were finished.
 */
export function ranked<T extends Scored>(trials: readonly T[]): T[] {
  const order = ({ score }: T): number => score ?? Number.POSITIVE_INFINITY;
  return trials.toSorted((a, b) => (order(a) === order(b) ? a.index - b.index : order(a) - order(b)));
}

/** The trials that go on: the best so many of those with a score, in their own order. */
export function survivors<T extends Scored>(trials: readonly T[], count: number): T[] {
  const scored = ranked(trials).filter(({ score }) => score !== null);
  return scored.slice(0, count).toSorted((a, b) => a.index - b.index);
}
