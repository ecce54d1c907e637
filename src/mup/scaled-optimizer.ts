import type { tf, Optimizer, Variable } from '../engine/tf.js';
import { failure } from '../errors.js';
import type { OptimizerFamily } from '../parametrization/optimizer-family.js';
import { anew, remembered } from './anew.js';
import type { NamedTensor } from './gradients.js';
import { opened, type InnerOptimizer, type ScaledRates } from './inner-optimizer.js';
import { MultipliedOptimizer } from './multiplied-optimizer.js';
import { namedState, parameterNamed, restoreNamed } from './named-state.js';
import { parameterGroups, requireFamily, type RateMultipliers } from './parameter-groups.js';
import type { ModelLike } from './parameters.js';
import { isPositional, keptBy } from './positional-state.js';
import { scalingOf, type ParameterScaling } from './scaling.js';

/** Any `tf.Optimizer` in µP, each variable's update multiplied by m^-c; its state is saved under parameter names. */
export class ScaledOptimizer extends MultipliedOptimizer {
  readonly #parameters: ReadonlyMap<string, ParameterScaling>;

  constructor(
    inner: InnerOptimizer,
    model: ModelLike,
    grouping: { family: OptimizerFamily; rateMultipliers?: RateMultipliers | undefined },
  ) {
    const { parameters } = scalingOf(model);
    super(inner, multipliersOf(model, parameters, grouping));
    this.#parameters = parameters;
  }

  override async getWeights(): Promise<NamedTensor[]> {
    const [iterations, ...state] = await super.getWeights();
    const named = isPositional(this.inner) ? parameterNamed(state, this.#parameters) : state;
    return [iterations as NamedTensor, ...named];
  }

  /** TF.js's own optimizers go on exactly; what becomes of a state of your own class is that class's business. */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    const { inner } = this;
    if (!isPositional(inner)) return super.setWeights(weights);
    const [className, kept] = [this.getClassName(), keptBy(inner)];
    const state = namedState(weights, { className, parameters: this.#parameters, kept });
    await restoreNamed(inner, state, { iterations: weights[0] as NamedTensor, members: [...state.keys()] });
    this.order = new Set(state.keys());
    await this.extractIterations(weights);
  }
}

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
  const around = (inner: Optimizer) => new ScaledOptimizer(opened(inner), model, grouping);
  return remembered(around(optimizer), () => around(anew(optimizer)));
}
