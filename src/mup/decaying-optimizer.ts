import type { Gradients } from './gradients.js';
import { GroupedOptimizer, type GroupedOptimizerOptions } from './grouped-optimizer.js';
import type { VariableSettings } from './variable-settings.js';
import { applyRegularized, shrinkWeights } from './weight-decay.js';

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

/** Weight decay beside the update. */
export interface DecayOptions {
  /** Each step multiplies a weight by 1 − learningRate · weightDecay, the base rate at every width. */
  weightDecay?: number;
  /**
   * Takes the decay whole, whatever the rate: 1 − weightDecay, times what a schedule makes of the rate; false unless
   * given. The `mup` package has it as `decoupled_wd`.
   */
  independentWeightDecay?: boolean;
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
  readonly #isIndependent: boolean;
  readonly #firstRate: number;

  constructor(options: GroupedOptimizerOptions, { weightDecay = 0, independentWeightDecay = false }: DecayOptions) {
    super(options);
    this.weightDecay = weightDecay;
    this.#isIndependent = independentWeightDecay;
    this.#firstRate = options.learningRate;
  }

  effectiveWeightDecay(variableName: string): number {
    return this.#isIndependent ? this.weightDecay : this.weightDecay / this.rateMultiplier(variableName);
  }

  /** Independent decay as the coupled one that takes the same: decay / rate, whatever a schedule makes of both. */
  override settingsOf(variableName: string): VariableSettings {
    const settings = super.settingsOf(variableName);
    const independent = settings.learningRate === 0 ? 0 : this.weightDecay / settings.learningRate;
    return { ...settings, weightDecay: this.#isIndependent ? independent : this.effectiveWeightDecay(variableName) };
  }

  override applyGradients(gradients: Gradients): void {
    if (this.weightDecay !== 0) this.#shrink(gradients);
    super.applyGradients(gradients);
  }

  #shrink(gradients: Gradients): void {
    const kept = 1 - this.weightDecay * (this.#isIndependent ? this.#factor() : this.learningRate);
    shrinkWeights(gradients, (name) => {
      const variable = this.parameters.get(name)?.parameter.variable;
      return variable && { variable, kept };
    });
  }

  /** What a schedule has made of the rate; made with none, an optimizer has no schedule to follow. */
  #factor(): number {
    return this.#firstRate === 0 ? 1 : this.learningRate / this.#firstRate;
  }
}

/**
 * A grouped optimizer whose gradients take in weightDecay · θ: L2 regularisation, which PyTorch's SGD and Adam call
 * weight decay.
 *
 * A variable's own decay is the base decay / the multiplier of its rate, as in the `mup` package: rate × decay is the
 * same for every variable at every width. Momenta remember the decay, as in PyTorch.
 */
export class RegularizedOptimizer extends GroupedOptimizer implements DecayedRates {
  readonly weightDecay: number;

  constructor(options: GroupedOptimizerOptions, weightDecay = 0) {
    super(options);
    this.weightDecay = weightDecay;
  }

  effectiveWeightDecay(variableName: string): number {
    return this.weightDecay / this.rateMultiplier(variableName);
  }

  override settingsOf(variableName: string): VariableSettings {
    const weightDecay = this.effectiveWeightDecay(variableName);
    return { ...super.settingsOf(variableName), weightDecay, decayForm: 'regularization' };
  }

  override applyGradients(gradients: Gradients): void {
    if (this.weightDecay === 0) return super.applyGradients(gradients);
    applyRegularized(
      gradients,
      (name) => {
        const variable = this.parameters.get(name)?.parameter.variable;
        return variable && { variable, decay: this.effectiveWeightDecay(name) };
      },
      (made) => super.applyGradients(made),
    );
  }
}
