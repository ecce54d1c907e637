import { tf, type Optimizer } from '../engine/tf.js';
import type { Gradients, NamedTensor } from './gradients.js';
import { baseRateOf, setRate, type InnerOptimizer, type ScaledRates } from './inner-optimizer.js';
import { restoreState, savedState } from './positional-state.js';
import { variableSettings, type ShowsSettings, type VariableSettings } from './variable-settings.js';

/**
 * A `tf.Optimizer` around another one, which it shows as itself: class, settings, rates and saved state.
 *
 * Its count of steps goes on from the inner optimizer's.
 */
export abstract class ForwardingOptimizer<Inner extends InnerOptimizer>
  extends tf.Optimizer
  implements ScaledRates, ShowsSettings
{
  protected readonly inner: Inner & Partial<ScaledRates> & { epsilon?: number; isScheduled?: boolean };

  constructor(inner: Inner) {
    super();
    this.inner = inner;
    while (this.iterations < inner.iterations) this.incrementIterations();
  }

  get learningRate(): number {
    return this.inner.learningRate;
  }

  /** The rate that a schedule inside multiplies; the rate itself where there is none. */
  get baseLearningRate(): number {
    return baseRateOf(this.inner);
  }

  set learningRate(rate: number) {
    this.setLearningRate(rate);
  }

  setLearningRate(rate: number): void {
    setRate(this.inner, rate);
  }

  /** The constant in the inner optimizer's denominator, where it shows one. */
  get epsilon(): number | undefined {
    return this.inner.epsilon;
  }

  effectiveLearningRate(variableName: string): number {
    return this.inner.effectiveLearningRate?.(variableName) ?? this.learningRate;
  }

  /** Whether a schedule moves its rates. */
  get isScheduled(): boolean {
    return this.inner.isScheduled === true;
  }

  settingsOf(variableName: string): VariableSettings | null {
    return variableSettings(this.inner, variableName);
  }

  override applyGradients(gradients: Gradients): void {
    this.inner.applyGradients(gradients);
    this.incrementIterations();
  }

  override dispose(): void {
    this.inner.dispose();
  }

  override getClassName(): string {
    // A user's own need not be a tf.Optimizer.
    return this.inner.getClassName?.() ?? this.inner.constructor.name;
  }

  override getConfig(): ReturnType<Optimizer['getConfig']> {
    return this.inner.getConfig();
  }

  override async getWeights(): Promise<NamedTensor[]> {
    return [await this.saveIterations(), ...(await savedState(this.inner))];
  }

  override async setWeights(weights: NamedTensor[]): Promise<void> {
    await restoreState(this.inner, weights);
    await this.extractIterations(weights);
  }
}
