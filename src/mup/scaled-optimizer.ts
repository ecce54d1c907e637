import { tf, type Optimizer, type Tensor, type Variable } from '../engine/tf.js';
import { failure } from '../errors.js';
import type { OptimizerFamily } from '../parametrization/optimizer-family.js';
import { anew, remembered } from './anew.js';
import { ForwardingOptimizer } from './forwarding-optimizer.js';
import { gradientsByName, inOrder, type Gradients, type NamedTensor } from './gradients.js';
import { opened, type InnerOptimizer, type ScaledRates } from './inner-optimizer.js';
import { namedState, parameterNamed, restoreNamed } from './named-state.js';
import { parameterGroups, requireFamily, type RateMultipliers } from './parameter-groups.js';
import type { ModelLike } from './parameters.js';
import { isPositional, keptBy } from './positional-state.js';
import { scalingOf, type ParameterScaling } from './scaling.js';

/**
 * Any `tf.Optimizer` with each variable's update scaled afterwards: θ ← θ_old + m^-c · (θ_new − θ_old).
 *
 * Exact for every optimizer whose update is proportional to its rate. Epsilon is not scaled: it stays inside.
 */
export class ScaledOptimizer extends ForwardingOptimizer<InnerOptimizer> {
  readonly #parameters: ReadonlyMap<string, ParameterScaling>;
  readonly #multipliers = new Map<string, number>();
  #order = new Set<string>();

  constructor(
    inner: InnerOptimizer,
    model: ModelLike,
    grouping: { family: OptimizerFamily; rateMultipliers?: RateMultipliers | undefined },
  ) {
    super(inner);
    this.#parameters = scalingOf(model).parameters;
    for (const { rate, names } of parameterGroups(model, grouping))
      for (const name of names) this.#multipliers.set(name, rate);
  }

  override effectiveLearningRate(variableName: string): number {
    return this.learningRate * this.#multiplier(variableName);
  }

  override applyGradients(gradients: Gradients): void {
    const byName = gradientsByName(gradients);
    const before = [...byName.keys()].flatMap((name): { variable: Variable; multiplier: number; old: Tensor }[] => {
      const [multiplier, variable] = [this.#multiplier(name), this.#parameters.get(name)?.parameter.variable];
      return multiplier === 1 || variable === undefined ? [] : [{ variable, multiplier, old: tf.clone(variable) }];
    });
    for (const name of byName.keys()) this.#order.add(name);
    // Outside any tidy of ours: an optimizer may make its state at the first step.
    super.applyGradients(isPositional(this.inner) ? inOrder(this.#order, byName) : gradients);
    for (const { variable, multiplier, old } of before) {
      tf.tidy(() => variable.assign(tf.add(old, tf.mul(tf.sub(variable, old), multiplier))));
      old.dispose();
    }
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
    this.#order = new Set(state.keys());
    await this.extractIterations(weights);
  }

  #multiplier(variableName: string): number {
    return this.#multipliers.get(variableName) ?? 1;
  }
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
 * optimizer of ours; BASE_SHAPES_MISSING, BASE_SHAPES_OUTGROWN, RATE_GLOB_UNKNOWN, RATE_FACTOR_INVALID
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
