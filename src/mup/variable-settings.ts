import { tf, type Optimizer } from '../engine/tf.js';

/** What an optimizer does with one variable, as plain numbers. */
export interface VariableSettings {
  /** The rate it is trained with; under a schedule, the one that the schedule's factors multiply. */
  learningRate: number;
  /** What a step takes of the weight over the rate: rate · decay · θ; 0 where nothing decays. */
  weightDecay: number;
  /** Where the decay enters: into the gradient (L2 regularisation), or beside the update. */
  decayForm: DecayForm;
  /** The constant in the denominator; null for an optimizer without one. */
  epsilon: number | null;
}

/** `regularization`: weightDecay · θ is added to the gradient. `decoupled`: rate · weightDecay · θ is taken off the weight. */
export type DecayForm = 'regularization' | 'decoupled';

/** An optimizer that tells variables apart. */
export interface ShowsSettings {
  /** Null where it is made around one that does not show what it does. */
  settingsOf(variableName: string): VariableSettings | null;
}

/** TF.js's own optimizers, which treat all variables alike. */
const PLAIN = new Set<unknown>([
  tf.SGDOptimizer,
  tf.MomentumOptimizer,
  tf.AdagradOptimizer,
  tf.AdadeltaOptimizer,
  tf.AdamOptimizer,
  tf.AdamaxOptimizer,
  tf.RMSPropOptimizer,
]);

/** What an optimizer does with a variable; null for a class that is neither TF.js's nor ours. */
export function variableSettings(optimizer: Optimizer, variableName: string): VariableSettings | null {
  if (showsSettings(optimizer)) return optimizer.settingsOf(variableName);
  const { learningRate } = optimizer as unknown as { learningRate?: unknown };
  if (!PLAIN.has(optimizer.constructor) || typeof learningRate !== 'number') return null;
  return { learningRate, weightDecay: 0, decayForm: 'regularization', epsilon: shownEpsilon(optimizer) };
}

/** Whether an optimizer has settings for each variable. */
export function showsSettings(optimizer: object): optimizer is ShowsSettings {
  return 'settingsOf' in optimizer;
}

/** The constant in an optimizer's denominator; null where it shows none. */
export function shownEpsilon(optimizer: object | undefined): number | null {
  const { epsilon } = (optimizer ?? {}) as { epsilon?: unknown };
  return typeof epsilon === 'number' ? epsilon : null;
}
