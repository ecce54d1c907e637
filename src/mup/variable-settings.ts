import { tf, type Optimizer } from '../engine/tf.js';
import { optimizerFamily } from '../parametrization/optimizer-family.js';
import { isPositional } from './positional-state.js';

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

/** What an optimizer does with a variable; null for a class that is neither TF.js's nor ours. */
export function variableSettings(optimizer: Optimizer, variableName: string): VariableSettings | null {
  if (showsSettings(optimizer)) return optimizer.settingsOf(variableName);
  const { learningRate } = optimizer as unknown as { learningRate?: unknown };
  if (!isPlain(optimizer) || typeof learningRate !== 'number') return null;
  return { learningRate, weightDecay: 0, decayForm: 'regularization', epsilon: shownEpsilon(optimizer) };
}

/** Whether an optimizer is one of TF.js's own, which treat all variables alike: SGD keeps nothing for them. */
function isPlain(optimizer: Optimizer): boolean {
  const { constructor } = optimizer;
  return constructor === tf.SGDOptimizer || isPositional(optimizer);
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

/** Optimizers with their epsilon inside the root, beside the squared gradient, which it follows. */
const SQUARED = new Set(['RMSProp']);

/** The power of the gradient that an optimizer's epsilon stands beside, by its class name. */
export function epsilonPower(className: string): 1 | 2 {
  return SQUARED.has(className) ? 2 : 1;
}

/**
 * The settings that train with a gradient as these do with f times the gradient.
 *
 * Where the update is proportional to the gradient, f · g at a rate is g at f times the rate. Elsewhere the size of the
 * gradient drops out, and epsilon becomes ε / f, inside a root ε / f². A decay in the gradient comes after the factor:
 * f · g + λ · θ = f · (g + λ / f · θ). One beside the update stays, as rate · λ.
 *
 * @param factor - f, above 0
 */
export function underFactor(settings: VariableSettings, className: string, factor: number): VariableSettings {
  const { learningRate, weightDecay, decayForm, epsilon } = settings;
  if (optimizerFamily(className) === 'sgd') {
    return { ...settings, learningRate: learningRate * factor, weightDecay: weightDecay / factor };
  }
  return {
    ...settings,
    weightDecay: decayForm === 'regularization' ? weightDecay / factor : weightDecay,
    epsilon: epsilon === null ? null : epsilon / factor ** epsilonPower(className),
  };
}
