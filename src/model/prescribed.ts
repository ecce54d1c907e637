import type { Optimizer } from '../engine/tf.js';
import { multiplyInit, multiplyUpdates, type FactorsByName } from '../mup/index.js';
import type { Model } from './definition.js';

/** A freshly built model with initial values multiplied by name, in place. */
export function withInitMultiplied<M extends Model>(model: M, factors: FactorsByName): M {
  return multiplyInit(model, factors);
}

/**
 * An optimizer with updates, and the gradients that it sees, multiplied by parameter name; the optimizer itself where
 * there is nothing to multiply.
 */
export function withUpdatesMultiplied(
  optimizer: Optimizer,
  model: Model,
  { updates, gradients }: { updates: FactorsByName; gradients: FactorsByName },
): Optimizer {
  const isPlain = Object.keys({ ...updates, ...gradients }).length === 0;
  return isPlain ? optimizer : multiplyUpdates(optimizer, model, updates, { gradients });
}
