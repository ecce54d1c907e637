import { failure } from '../errors.js';
import { requireSettings } from './settings.js';

/** A learning-rate schedule: the factor on the base rate for the update of a step, the first being step 0. */
export type Schedule = (step: number) => number;

/** When and how far a decaying schedule falls. */
export interface DecayScheduleOptions {
  /** Steps of the whole training, warm-up included; the factor stays at its last value afterwards. */
  steps: number;
  /** Steps of linear warm-up before the decay; 0 unless given. */
  warmUpSteps?: number;
  /** The factor that the decay ends at; 0 unless given. */
  finalFactor?: number;
}

/** The same rate throughout. */
function constant(): Schedule {
  return () => 1;
}

/**
 * Rises linearly from 1/steps at step 0, so that no update is lost, to 1 at step `steps` − 1, and stays.
 *
 * @throws CoordCheckError SCHEDULE_INVALID
 */
function linearWarmUp({ steps }: { steps: number }): Schedule {
  requireSteps('steps of mup.schedules.linearWarmUp', steps, 1);
  return (step) => Math.min(1, (step + 1) / steps);
}

/**
 * Falls as half a cosine: final + (1 − final) · (1 + cos π·p) / 2, with p the part of the decay that is over.
 *
 * @throws CoordCheckError SCHEDULE_INVALID, SETTING_INVALID
 * Source: Loshchilov & Hutter, SGDR, arXiv:1608.03983, one cycle.
 */
function cosineDecay(options: DecayScheduleOptions): Schedule {
  return decay('cosineDecay', options, (part) => (1 + Math.cos(Math.PI * part)) / 2);
}

/**
 * Falls linearly: final + (1 − final) · (1 − p), with p the part of the decay that is over.
 *
 * @throws CoordCheckError SCHEDULE_INVALID, SETTING_INVALID
 */
function linearDecay(options: DecayScheduleOptions): Schedule {
  return decay('linearDecay', options, (part) => 1 - part);
}

/** The usual shapes of a learning rate over the steps of training, for `mup.schedule`. */
export const schedules = { constant, linearWarmUp, cosineDecay, linearDecay };

function decay(name: string, options: DecayScheduleOptions, shape: (part: number) => number): Schedule {
  const { steps, warmUpSteps = 0, finalFactor = 0 } = options;
  requireSettings(`mup.schedules.${name}`, { finalFactor });
  requireSteps(`warmUpSteps of mup.schedules.${name}`, warmUpSteps, 0);
  requireSteps(`steps of mup.schedules.${name}`, steps, warmUpSteps + 1);
  const warmUp = warmUpSteps === 0 ? constant() : linearWarmUp({ steps: warmUpSteps });
  return (step) => {
    if (step < warmUpSteps) return warmUp(step);
    const part = Math.min(1, (step - warmUpSteps) / (steps - warmUpSteps));
    return finalFactor + (1 - finalFactor) * shape(part);
  };
}

function requireSteps(what: string, steps: number, least: number): void {
  if (Number.isInteger(steps) && steps >= least) return;
  throw failure('SCHEDULE_INVALID', { what, expected: `a whole number from ${least}`, got: String(steps) });
}
