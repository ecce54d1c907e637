import { tf, type Variable } from '../engine/tf.js';
import {
  GroupedOptimizer,
  gradientsByName,
  type Gradients,
  type GroupedOptimizerOptions,
} from './grouped-optimizer.js';
import type { ModelLike } from './parameters.js';
import { scalingOf } from './scaling.js';

/** Weight decay as an optimizer of ours shows it. */
export interface DecayedRates {
  /** The base decay. */
  readonly weightDecay: number;
  /**
   * A variable's own decay. Coupled, it is the one that the variable's own rate multiplies: base decay / the multiplier
   * of its rate. Independent, it is the base decay.
   */
  effectiveWeightDecay(variableName: string): number;
}

/** How weights decay beside the update. */
export interface WeightDecayOptions {
  weightDecay: number;
  /** Whether the decay is taken as it is, whatever the rate. */
  independent: boolean;
  variables: ReadonlyMap<string, Variable>;
}

/**
 * A grouped optimizer with decoupled weight decay: a weight is multiplied before its update, by the same number for
 * every variable at every width.
 *
 * That is 1 − base rate · decay, or, where decay is independent, 1 − decay · (base rate / the one it was made with).
 * Sources: Loshchilov & Hutter, Decoupled Weight Decay Regularization, arXiv:1711.05101; independent: Wortsman et al.,
 * Small-scale proxies for large-scale Transformer training instabilities, arXiv:2309.14322.
 */
export class DecayingOptimizer extends GroupedOptimizer implements DecayedRates {
  readonly weightDecay: number;
  readonly #decay: WeightDecayOptions;
  readonly #firstRate: number;

  constructor(options: GroupedOptimizerOptions, decay: WeightDecayOptions) {
    super(options);
    this.weightDecay = decay.weightDecay;
    this.#decay = decay;
    this.#firstRate = options.learningRate;
  }

  effectiveWeightDecay(variableName: string): number {
    return this.#decay.independent ? this.weightDecay : this.weightDecay / this.rateMultiplier(variableName);
  }

  override applyGradients(gradients: Gradients): void {
    if (this.weightDecay !== 0) this.#shrink(gradients);
    super.applyGradients(gradients);
  }

  #shrink(gradients: Gradients): void {
    const kept = 1 - this.weightDecay * (this.#decay.independent ? this.#factor() : this.learningRate);
    for (const name of gradientsByName(gradients).keys()) {
      const variable = this.#decay.variables.get(name);
      if (variable !== undefined) tf.tidy(() => variable.assign(tf.mul(variable, kept)));
    }
  }

  /** What a schedule has made of the rate; made with none, an optimizer has no schedule to follow. */
  #factor(): number {
    return this.#firstRate === 0 ? 1 : this.learningRate / this.#firstRate;
  }
}

/**
 * A grouped optimizer whose gradients take in weightDecay · θ, the L2 regularisation that SGD calls weight decay.
 *
 * Rate × decay is the same for every variable at every width. Momentum remembers the decay, as in PyTorch.
 */
export class RegularizedOptimizer extends GroupedOptimizer implements DecayedRates {
  readonly weightDecay: number;
  readonly #variables: ReadonlyMap<string, Variable>;

  constructor(options: GroupedOptimizerOptions, decay: Omit<WeightDecayOptions, 'independent'>) {
    super(options);
    this.weightDecay = decay.weightDecay;
    this.#variables = decay.variables;
  }

  effectiveWeightDecay(variableName: string): number {
    return this.weightDecay / this.rateMultiplier(variableName);
  }

  override applyGradients(gradients: Gradients): void {
    if (this.weightDecay === 0) return super.applyGradients(gradients);
    const made = [...gradientsByName(gradients)].map(([name, gradient]) => {
      const variable = this.#variables.get(name);
      const decay = this.effectiveWeightDecay(name);
      const tensor = tf.tidy(() => (variable ? tf.add(gradient, tf.mul(variable, decay)) : tf.clone(gradient)));
      return { name, tensor };
    });
    super.applyGradients(made);
    tf.dispose(made.map(({ tensor }) => tensor));
  }
}

/** The variables of a model by name, trainable or not. @throws CoordCheckError BASE_SHAPES_MISSING */
export function variablesOf(model: ModelLike): Map<string, Variable> {
  return new Map([...scalingOf(model).parameters].map(([name, { parameter }]) => [name, parameter.variable]));
}
