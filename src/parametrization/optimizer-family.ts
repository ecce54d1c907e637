/**
 * How an optimizer's update follows the gradient's size, which is all that its width exponent depends on.
 *
 * `sgd`: proportional to the gradient. `sign`: normalised coordinate by coordinate, so the gradient's size drops out.
 */
export type OptimizerFamily = 'sgd' | 'sign';

const FAMILIES: Readonly<Record<string, OptimizerFamily>> = {
  sgd: 'sgd',
  momentum: 'sgd',
  nesterov: 'sgd',
  adam: 'sign',
  adamw: 'sign',
  nadam: 'sign',
  adamax: 'sign',
  lion: 'sign',
  signsgd: 'sign',
  adadelta: 'sign',
  rmsprop: 'sign',
  adagrad: 'sign',
};

/** Classes that leave their family while gradients are small against a constant in their denominator. */
const GRADIENT_DEPENDENT = new Set(['rmsprop', 'adagrad', 'adadelta']);

/**
 * The family of an optimizer, by its class name as TF.js's `getClassName()` gives it; `AdamOptimizer` is read as `Adam`.
 *
 * @param className - in any case, with or without the suffix `Optimizer`
 * @returns the family, or null for a class that is not known (a user's own, Muon, Shampoo)
 */
export function optimizerFamily(className: string): OptimizerFamily | null {
  return FAMILIES[key(className)] ?? null;
}

/**
 * Whether an optimizer's family also depends on the measured gradient.
 *
 * TF.js's Adagrad (accumulator starts at 0.1), RMSProp (epsilon 1e-7 inside the root) and Adadelta follow the `sgd` row
 * while the squared gradient is far below those constants, and the `sign` row above.
 */
export function familyDependsOnGradient(className: string): boolean {
  return GRADIENT_DEPENDENT.has(key(className));
}

function key(className: string): string {
  return className.toLowerCase().replace(/optimizer$/, '');
}
