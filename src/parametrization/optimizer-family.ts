import type { Role } from './role.js';

/**
 * How an optimizer's update follows the gradient's size, which is all that its width exponent depends on.
 *
 * `sgd`: proportional to the gradient. `sign`: normalised coordinate by coordinate, so the gradient's size drops out.
 * `muon`: orthogonalised, so that a matrix's update has all singular values 1, whatever the gradient's.
 */
export type OptimizerFamily = 'sgd' | 'sign' | 'muon';

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
  // As TF.js has it: both its means start at 0, the update takes the old ones, and so their ratio is 1 for good.
  adadelta: 'sgd',
  rmsprop: 'sign',
  adagrad: 'sign',
  muon: 'muon',
};

/**
 * First updates of the form g / √(constant + share · g²), at TF.js's defaults: Adagrad's accumulator starts at 0.1;
 * RMSProp has its epsilon inside the root, beside a running mean of g² that takes 1 − decay of it at a time.
 */
const DENOMINATORS: Readonly<Record<string, { constant: number; share: number }>> = {
  adagrad: { constant: 0.1, share: 1 },
  rmsprop: { constant: 1e-7, share: 0.1 },
};

/** With one of the two terms below a tenth of the other, an exponent of ½ in the gradient is off by less than 0.05. */
const CLEAR = 10;

/**
 * The family of an optimizer, by its class name as TF.js's `getClassName()` gives it; `AdamOptimizer` is read as `Adam`.
 *
 * @param className - in any case, with or without the suffix `Optimizer`
 * @returns the family, or null for a class that is not known (a user's own, Shampoo)
 */
export function optimizerFamily(className: string): OptimizerFamily | null {
  return FAMILIES[key(className)] ?? null;
}

/**
 * The family that one parameter's update follows, where its optimizer treats parameters differently.
 *
 * Muon orthogonalises hidden matrices only; embeddings, vectors and readouts go to Adam.
 */
export function familyOfRole(family: OptimizerFamily, role: Role): OptimizerFamily {
  return family === 'muon' && role !== 'hidden' ? 'sign' : family;
}

/**
 * Whether an optimizer's family also depends on the measured gradient: see {@link familyByGradient}.
 */
export function familyDependsOnGradient(className: string): boolean {
  return key(className) in DENOMINATORS;
}

/**
 * Whether an update is g / (|g| + ε), with epsilon beside the gradient's size, as Adam has it. Inside the root, as
 * RMSProp has it, epsilon decides the family instead; what follows the gradient's size has none; and what an optimizer
 * of two kinds shows may be the other's.
 */
export function hasEpsilonBeside(className: string): boolean {
  return optimizerFamily(className) === 'sign' && !familyDependsOnGradient(className);
}

/**
 * The family of an optimizer at a measured gradient, by the constants that TF.js's classes have in their denominator.
 *
 * TF.js's Adagrad and RMSProp follow the `sgd` row while the squared gradient is far below that constant, and the `sign`
 * row above.
 *
 * @param gradientSize - RMS of one parameter's gradient, > 0
 * @returns null for a class that is not known, and between the two rows, where the exponent is neither's
 */
export function familyByGradient(className: string, gradientSize: number): OptimizerFamily | null {
  const denominator = DENOMINATORS[key(className)];
  if (denominator === undefined) return optimizerFamily(className);
  const ratio = (denominator.share * gradientSize ** 2) / denominator.constant;
  if (ratio < 1 / CLEAR) return 'sgd';
  return ratio > CLEAR ? 'sign' : null;
}

function key(className: string): string {
  return className.toLowerCase().replace(/optimizer$/, '');
}
