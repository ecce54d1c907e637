import type { tf, Optimizer, Variable } from '../engine/tf.js';
import { failure } from '../errors.js';
import type { OptimizerFamily } from '../parametrization/optimizer-family.js';
import { anew, remembered } from './anew.js';
import { opened, type ScaledRates } from './inner-optimizer.js';
import { MultipliedOptimizer } from './multiplied-optimizer.js';
import { parameterGroups, requireFamily, type RateMultipliers } from './parameter-groups.js';
import type { ModelLike } from './parameters.js';
import { scalingOf, type ParameterScaling } from './scaling.js';

function multipliersOf(
  model: ModelLike,
  parameters: ReadonlyMap<string, ParameterScaling>,
  grouping: { family: OptimizerFamily; rateMultipliers?: RateMultipliers | undefined },
): Map<Variable, number> {
  const rated = parameterGroups(model, grouping).flatMap(({ rate, names }) =>
    names.flatMap((name): [Variable, number][] => {
      const variable = parameters.get(name)?.parameter.variable;
      return variable === undefined ? [] : [[variable, rate]];
    }),
  );
  return new Map(rated);
}

/** What `scaled` may be told. */
export interface ScaledOptions {
  /**
   * How the optimizer's update follows the gradient: `sgd` (proportional), `sign` (as Adam's), `muon` (every matrix
   * orthogonalised); read from its class name unless given.
   */
  family?: OptimizerFamily;
  /** Factors of your own, by glob over parameter names; none unless given. */
  rateMultipliers?: RateMultipliers;
}

/**
 * Any other `tf.Optimizer` in µP, by scaling each variable's update: θ ← θ_old + m^-c · (θ_new − θ_old).
 *
 * Updates alone: a weight decay inside it is multiplied along, and its epsilon stays what it is.
 *
 * @param optimizer - TF.js's or your own; its base rate is the one it was made with
 * @param model - one with base shapes
 * @throws CoordCheckError OPTIMIZER_FAMILY_UNKNOWN where the class is unknown and no family given; OPTIMIZER_SCALED for an
 * optimizer of ours; BASE_SHAPES_MISSING, BASE_SHAPES_OUTGROWN, FACTOR_GLOB_UNKNOWN, FACTOR_INVALID
 */
export function scaled(
  optimizer: InstanceType<typeof tf.Optimizer>,
  model: ModelLike,
  { family, rateMultipliers }: ScaledOptions = {},
): InstanceType<typeof tf.Optimizer> & ScaledRates {
  const className = optimizer.getClassName();
  if ('effectiveLearningRate' in optimizer) throw failure('OPTIMIZER_SCALED', { className });
  const grouping = { family: requireFamily(className, family), rateMultipliers };
  const { parameters } = scalingOf(model);
  const named = [...parameters.values()].map(({ parameter }) => parameter);
  const multipliers = multipliersOf(model, parameters, grouping);
  const around = (inner: Optimizer) => new MultipliedOptimizer(opened(inner), named, { multipliers });
  return remembered(around(optimizer), () => around(anew(optimizer)));
}
