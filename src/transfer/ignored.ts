import type { HyperparameterValue } from '../model/definition.js';
import type { TrialRecord } from '../records/trial.js';
import { endsOf, type Dimension } from './space.js';
import { trialOf, type Tuning } from './tuning.js';

/** Nearly every hyperparameter that is used shows within a few steps; what does not, a schedule's end, is trained in full. */
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
  values: readonly HyperparameterValue[];
  steps: number;
}

/**
 * Trains each hyperparameter's two furthest values, all others at the model's own: losses that are equal to the last bit
 * over a full training show one that the model ignores.
 *
 * A few steps come first, and spare those that differ there the rest. Of a choice all values are trained in full. Trials
 * that did not finish show nothing.
 */
export async function probeIgnored(tuning: Tuning): Promise<Probe> {
  const ends = tuning.space.map((dimension) => ({ dimension, values: endsOf(dimension) }));
  const short = await alike(tuning, ends, Math.min(PROBE_STEPS, tuning.steps));
  const suspected = short.alike.map(({ dimension }) => ({ dimension, values: valuesOf(dimension) }));
  if (!short.isComplete || suspected.length === 0) return { ...short, ignored: [] };
  const full = await alike(tuning, suspected, tuning.steps);
  const ignored = full.alike.map(({ dimension: { hyperparameter }, values }) => ({
    hyperparameter,
    values,
    steps: tuning.steps,
  }));
  return { ignored, made: [...short.made, ...full.made], isComplete: full.isComplete };
}

/** A hyperparameter, and some of its values. */
interface Tried {
  dimension: Dimension;
  values: readonly HyperparameterValue[];
}

/** Those of some hyperparameters whose values all train alike, none where the time budget ended first. */
async function alike(
  tuning: Tuning,
  tried: readonly Tried[],
  steps: number,
): Promise<{ alike: Tried[]; made: TrialRecord[]; isComplete: boolean }> {
  const keys = tried.map(({ dimension: { hyperparameter }, values }) =>
    values.map((value) => trialOf(tuning, { [hyperparameter]: value }, { steps })),
  );
  const made = await tuning.trials.make(keys.flat(), 'which hyperparameters matter');
  if (made.length < keys.flat().length) return { alike: [], made, isComplete: false };
  let at = 0;
  const same = tried.filter(({ values }) => {
    const [first, ...others] = made.slice(at, (at += values.length));
    return first !== undefined && others.every((other) => isSame(first, other));
  });
  return { alike: same, made, isComplete: true };
}

/** All values of a choice, for any may be the one that differs; the ends of a range. */
function valuesOf(dimension: Dimension): readonly HyperparameterValue[] {
  return dimension.scale === 'choice' ? dimension.values : endsOf(dimension);
}

function isSame(a: TrialRecord, b: TrialRecord): boolean {
  if (a.state !== 'finished' || b.state !== 'finished') return false;
  return a.score === b.score && a.loss.length === b.loss.length && a.loss.every((loss, i) => loss === b.loss[i]);
}

/** That the model ignores a hyperparameter, as a sentence. */
export function ignoredText({ hyperparameter, values, steps }: IgnoredHyperparameter): string {
  const all = `${values.slice(0, -1).join(', ')} and with ${String(values.at(-1))}`;
  return `The model ignores ${hyperparameter}: ${steps} steps with ${all} have the same losses to the last bit.`;
}
