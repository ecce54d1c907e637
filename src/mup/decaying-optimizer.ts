import { tf, type Variable } from '../engine/tf.js';
import {
  GroupedOptimizer,
  gradientsByName,
  type Gradients,
  type GroupedOptimizerOptions,
} from './grouped-optimizer.js';

/** Weight decay as an optimizer of ours shows it. */
export interface DecayedRates {
  /** The base decay. */
  readonly weightDecay: number;
  /** A variable's own decay, the one that its own rate multiplies: base decay × base rate / its rate. */
  effectiveWeightDecay(variableName: string): number;
}

/** A grouped optimizer with decoupled weight decay whose product with the rate is the same for every variable. */
export class DecayingOptimizer extends GroupedOptimizer implements DecayedRates {
  readonly weightDecay: number;
  readonly #variables: ReadonlyMap<string, Variable>;

  constructor(
    options: GroupedOptimizerOptions,
    { weightDecay, variables }: { weightDecay: number; variables: ReadonlyMap<string, Variable> },
  ) {
    super(options);
    this.weightDecay = weightDecay;
    this.#variables = variables;
  }

  effectiveWeightDecay(variableName: string): number {
    return (this.weightDecay * this.learningRate) / this.effectiveLearningRate(variableName);
  }

  override applyGradients(gradients: Gradients): void {
    const kept = 1 - this.learningRate * this.weightDecay;
    for (const name of gradientsByName(gradients).keys()) {
      const variable = this.#variables.get(name);
      if (variable !== undefined) tf.tidy(() => variable.assign(tf.mul(variable, kept)));
    }
    super.applyGradients(gradients);
  }
}
