import { tf, type Optimizer, type Tensor, type Variable } from '../engine/tf.js';
import type { OptimizerFamily } from '../parametrization/optimizer-family.js';
import { gradientsByName, type Gradients } from './gradients.js';
import { setRate, type InnerOptimizer, type ScaledRates } from './inner-optimizer.js';
import { requireFamily } from './parameter-groups.js';
import type { ModelLike } from './parameters.js';
import { rateMultiplier, scalingOf } from './scaling.js';

/** TF.js's optimizers that keep a variable's state by its position among the gradients. */
const POSITIONAL = new Set<unknown>([
  tf.MomentumOptimizer,
  tf.AdagradOptimizer,
  tf.AdadeltaOptimizer,
  tf.AdamOptimizer,
  tf.AdamaxOptimizer,
  tf.RMSPropOptimizer,
]);

/**
 * Any `tf.Optimizer` with each variable's update scaled afterwards: θ ← θ_old + m^-c · (θ_new − θ_old).
 *
 * Exact for every optimizer whose update is proportional to its rate. Epsilon is not scaled: it stays inside.
 */
export class ScaledOptimizer extends tf.Optimizer implements ScaledRates {
  readonly #inner: InnerOptimizer & { epsilon?: number };
  readonly #scaled = new Map<string, { variable: Variable; multiplier: number }>();
  readonly #order = new Set<string>();

  constructor(inner: InnerOptimizer, model: ModelLike, family: OptimizerFamily) {
    super();
    this.#inner = inner;
    for (const [name, scaling] of scalingOf(model).parameters) {
      const multiplier = rateMultiplier(scaling, family);
      if (multiplier !== 1) this.#scaled.set(name, { variable: scaling.parameter.variable, multiplier });
    }
  }

  get learningRate(): number {
    return this.#inner.learningRate;
  }

  set learningRate(rate: number) {
    setRate(this.#inner, rate);
  }

  /** The constant in the inner optimizer's denominator, where it shows one. */
  get epsilon(): number | undefined {
    return this.#inner.epsilon;
  }

  setLearningRate(rate: number): void {
    this.learningRate = rate;
  }

  effectiveLearningRate(variableName: string): number {
    return this.learningRate * (this.#scaled.get(variableName)?.multiplier ?? 1);
  }

  override applyGradients(gradients: Gradients): void {
    const byName = gradientsByName(gradients);
    const before = [...byName.keys()].flatMap((name) => {
      const found = this.#scaled.get(name);
      return found === undefined ? [] : [{ ...found, old: tf.clone(found.variable) }];
    });
    // Outside any tidy of ours: an optimizer may make its state at the first step.
    this.#inner.applyGradients(POSITIONAL.has(this.#inner.constructor) ? this.#inOrder(byName) : gradients);
    for (const { variable, multiplier, old } of before) {
      tf.tidy(() => variable.assign(tf.add(old, tf.mul(tf.sub(variable, old), multiplier))));
      old.dispose();
    }
    this.incrementIterations();
  }

  override dispose(): void {
    this.#inner.dispose();
  }

  override getClassName(): string {
    return this.#inner.getClassName();
  }

  override getConfig(): ReturnType<Optimizer['getConfig']> {
    return this.#inner.getConfig();
  }

  /** Every variable seen so far, each step in the same order: a missing gradient must not move up another's state. */
  #inOrder(byName: ReadonlyMap<string, Tensor>): { name: string; tensor: Tensor }[] {
    for (const name of byName.keys()) this.#order.add(name);
    return [...this.#order].map((name) => ({ name, tensor: byName.get(name) ?? null })) as {
      name: string;
      tensor: Tensor;
    }[];
  }
}

/** What `scaled` may be told. */
export interface ScaledOptions {
  /**
   * How the optimizer's update follows the gradient: `sgd` (proportional), `sign` (as Adam's), `muon` (every matrix
   * orthogonalised); read from its class name unless given.
   */
  family?: OptimizerFamily;
}

/**
 * Any other `tf.Optimizer` in µP, by scaling each variable's update: θ ← θ_old + m^-c · (θ_new − θ_old).
 *
 * @param optimizer - TF.js's or your own; its base rate is the one it was made with
 * @param model - one with base shapes
 * @throws CoordCheckError BASE_SHAPES_MISSING, or OPTIMIZER_FAMILY_UNKNOWN where the class is unknown and no family given
 */
export function scaled(
  optimizer: InstanceType<typeof tf.Optimizer>,
  model: ModelLike,
  { family }: ScaledOptions = {},
): InstanceType<typeof tf.Optimizer> & ScaledRates {
  const known = requireFamily(optimizer.getClassName(), family);
  return new ScaledOptimizer(optimizer as unknown as InnerOptimizer, model, known);
}
