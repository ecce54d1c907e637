import type { Trials } from '../capture/trials.js';
import { seedsOf } from '../capture/trials.js';
import type { Setting, TrialKey, TrialRecord } from '../records/trial.js';
import type { Dimension } from './space.js';

/** What all stages of a tuning share: where trials are made, and what they have in common. */
export interface Tuning {
  trials: Trials;
  /** The proxy's. */
  width: number;
  depth: number | null;
  /** Of a full training. */
  steps: number;
  /** The model's own setting: declared defaults with what was set over them. */
  hyperparameters: Setting;
  space: readonly Dimension[];
  /** The seed that the search trains with. */
  searchSeed: number;
  /** Those of the comparison. The search has not seen them: its winner owes nothing to their luck. */
  seeds: readonly number[];
}

/** The search's seed, and as many others for the comparison. */
export function tuningSeeds(root: number, count: number): Pick<Tuning, 'searchSeed' | 'seeds'> {
  const [searchSeed = 0, ...seeds] = seedsOf(root, count + 1);
  return { searchSeed, seeds };
}

/** The trial of some values over the model's own setting. */
export function trialOf(
  { width, depth, steps, hyperparameters, searchSeed }: Tuning,
  values: Setting,
  other: Partial<Pick<TrialKey, 'width' | 'seed' | 'steps'>> = {},
): TrialKey {
  const setting = { ...hyperparameters, ...values };
  return { parametrization: 'mup', width, depth, seed: searchSeed, steps, setting, ...other };
}

/** A training that ends with more than this many times the loss it began with has come apart, numbers or not. */
const BLOWN_UP = 2;

/**
 * A trial's score; null where it failed or diverged: where a loss is not finite, or the score is above twice the untrained
 * model's loss. Such trials may have finished, for an optimizer that bounds its updates never reaches infinity.
 */
export function scoreOf({ score, loss: [untrained] }: TrialRecord): number | null {
  if (typeof score !== 'number') return null;
  return typeof untrained === 'number' && untrained > 0 && score > BLOWN_UP * untrained ? null : score;
}

/** What ends a tuning before it has chosen: why, and what would settle it. */
export interface Undecided {
  reason: string;
  settle: string;
}

/** That the time budget ended while something was made. */
export function outOfTime(what: string): Undecided {
  return {
    reason: `The time budget ended before ${what}.`,
    settle: 'The same command with --resume goes on from here.',
  };
}
