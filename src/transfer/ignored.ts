import type { HyperparameterValue } from '../model/definition.js';
import type { TrialRecord } from '../records/trial.js';
import { endsOf } from './space.js';
import { trialOf, type Tuning } from './tuning.js';

/** Every hyperparameter that is used shows within a few steps: only one that is not leaves each loss the same to the bit. */
const PROBE_STEPS = 10;

/** Which of the searched hyperparameters make no difference to the model. */
export interface Probe {
  ignored: IgnoredHyperparameter[];
  made: TrialRecord[];
  isComplete: boolean;
}

/** A hyperparameter that makes no difference, and the values and steps that show it. */
export interface IgnoredHyperparameter {
  hyperparameter: string;
  ends: [HyperparameterValue, HyperparameterValue];
  steps: number;
}

/**
 * Trains each hyperparameter's two furthest values for a few steps, all others at the model's own: losses that are equal
 * to the last bit show one that the model ignores. Trials that did not finish show nothing.
 */
export async function probeIgnored(tuning: Tuning): Promise<Probe> {
  const steps = Math.min(PROBE_STEPS, tuning.steps);
  const ends = tuning.space.map((dimension) => ({ name: dimension.hyperparameter, ends: endsOf(dimension) }));
  const keys = ends.flatMap(({ name, ends: pair }) => pair.map((end) => trialOf(tuning, { [name]: end }, { steps })));
  const made = await tuning.trials.make(keys, 'which hyperparameters matter');
  if (made.length < keys.length) return { ignored: [], made, isComplete: false };
  const ignored = ends.flatMap(({ name, ends: pair }, i) => {
    const [low, high] = [made[2 * i], made[2 * i + 1]];
    return low !== undefined && high !== undefined && isSame(low, high)
      ? [{ hyperparameter: name, ends: pair, steps }]
      : [];
  });
  return { ignored, made, isComplete: true };
}

function isSame(a: TrialRecord, b: TrialRecord): boolean {
  if (a.state !== 'finished' || b.state !== 'finished') return false;
  return a.score === b.score && a.loss.length === b.loss.length && a.loss.every((loss, i) => loss === b.loss[i]);
}

/** That the model ignores a hyperparameter, as a sentence. */
export function ignoredText({ hyperparameter, ends, steps }: IgnoredHyperparameter): string {
  return `The model ignores ${hyperparameter}: ${steps} steps with ${ends[0]} and with ${ends[1]} have the same losses to the last bit.`;
}
