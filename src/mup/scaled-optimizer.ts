import { tf, type Optimizer, type Variable } from '../engine/tf.js';
import type { OptimizerFamily } from '../parametrization/optimizer-family.js';
import {
  gradientsByName,
  setRate,
  type Gradients,
  type InnerOptimizer,
  type ScaledRates,
} from './grouped-optimizer.js';
import type { ModelLike } from './parameters.js';
import { rateMultiplier, scalingOf } from './scaling.js';

/**
 * Any `tf.Optimizer` with each variable's update scaled afterwards: θ ← θ_old + m^-c · (θ_new − θ_old).
 *
 * Exact for every optimizer whose update is proportional to its rate. Epsilon is not scaled: it stays inside.
 */
export class ScaledOptimizer extends tf.Optimizer implements ScaledRates {
  readonly #inner: InnerOptimizer;
  readonly #scaled = new Map<string, { variable: Variable; multiplier: number }>();

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

  setLearningRate(rate: number): void {
    this.learningRate = rate;
  }

  effectiveLearningRate(variableName: string): number {
    return this.learningRate * (this.#scaled.get(variableName)?.multiplier ?? 1);
  }

  override applyGradients(gradients: Gradients): void {
    const before = [...gradientsByName(gradients).keys()].flatMap((name) => {
      const found = this.#scaled.get(name);
      return found === undefined ? [] : [{ ...found, old: tf.clone(found.variable) }];
    });
    // Outside any tidy of ours: an optimizer may make its state at the first step.
    this.#inner.applyGradients(gradients);
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
}
