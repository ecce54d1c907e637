import { tf, type Optimizer, type Variable } from '../engine/tf.js';
import { anew, remembered } from './anew.js';
import { factorsByGlob } from './factors-by-glob.js';
import { opened, type ScaledRates } from './inner-optimizer.js';
import { namedParameters, type ModelLike } from './parameters.js';
import { MultipliedOptimizer } from './multiplied-optimizer.js';

/** Factors by glob over parameter names, as `coordcheck prescribe` prints them; where several match, their product. */
export type FactorsByName = Readonly<Record<string, number>>;

/**
 * Multiplies initial values in place. The model needs no base shapes.
 *
 * @param model - freshly built
 * @returns the same model
 * @throws CoordCheckError FACTOR_GLOB_UNKNOWN, FACTOR_INVALID
 */
export function multiplyInit<M extends ModelLike>(model: M, factors: FactorsByName): M {
  for (const [variable, factor] of factorsOf(model, factors, 'the factors of initial values')) {
    if (factor !== 1) tf.tidy(() => variable.assign(tf.mul(variable, factor)));
  }
  return model;
}

/**
 * Any optimizer with each parameter's updates multiplied: θ ← θ_old + factor · (θ_new − θ_old), which is what another
 * learning rate does. The model needs no base shapes.
 *
 * @param optimizer - TF.js's, one of `mup`, or your own; a weight decay inside it is multiplied along
 * @param factors - of updates
 * @param options.gradients - factors of gradients before the optimizer sees them, so that its epsilon, which stays what it
 * is, stays in proportion to them
 * @throws CoordCheckError FACTOR_GLOB_UNKNOWN, FACTOR_INVALID
 */
export function multiplyUpdates(
  optimizer: InstanceType<typeof tf.Optimizer>,
  model: ModelLike,
  factors: FactorsByName,
  { gradients = {} }: { gradients?: FactorsByName } = {},
): InstanceType<typeof tf.Optimizer> & ScaledRates {
  const named = namedParameters(model);
  const multipliers = factorsOf(model, factors, 'the factors of updates');
  const gradientFactors = factorsOf(model, gradients, 'the factors of gradients');
  const around = (inner: Optimizer) => {
    return new MultipliedOptimizer(opened(inner), named, { multipliers, gradientFactors });
  };
  return remembered(around(optimizer), () => around(anew(optimizer)));
}

/** The factor of every variable of a model. */
function factorsOf(model: ModelLike, factors: FactorsByName, where: string): Map<Variable, number> {
  const parameters = namedParameters(model);
  const names = parameters.map(({ name }) => name);
  const factorOf = factorsByGlob(factors, names, where);
  return new Map(parameters.map(({ name, variable }) => [variable, factorOf(name)]));
}
