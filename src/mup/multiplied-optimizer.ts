import { tf, type Tensor, type Variable } from '../engine/tf.js';
import { ForwardingOptimizer } from './forwarding-optimizer.js';
import { gradientsByName, inOrder, type Gradients, type NamedTensor } from './gradients.js';
import type { InnerOptimizer } from './inner-optimizer.js';
import { namedState, parameterNamed, restoreNamed, type Parameters } from './named-state.js';
import type { NamedParameter } from './parameters.js';
import { isPositional, keptBy } from './positional-state.js';
import { underFactor, type VariableSettings } from './variable-settings.js';

/** Factors of each variable; 1 for those that are absent. */
export interface UpdateFactors {
  /** Of its update. */
  multipliers: ReadonlyMap<Variable, number>;
  /** Of its gradient, before the optimizer sees it. */
  gradientFactors?: ReadonlyMap<Variable, number>;
}

/**
 * Any optimizer with each variable's update multiplied afterwards: θ ← θ_old + multiplier · (θ_new − θ_old).
 *
 * Exact for every optimizer whose update is proportional to its rate. Epsilon is not multiplied: it stays inside. State is
 * saved under parameter names.
 */
export class MultipliedOptimizer extends ForwardingOptimizer<InnerOptimizer> {
  readonly #parameters: Parameters;
  /** Every variable seen so far: a missing gradient must not move up another's state. */
  #order = new Set<string>();
  readonly #updates = new Map<string, { variable: Variable; multiplier: number }>();
  readonly #gradients: ReadonlyMap<string, number>;

  /**
   * @param inner - TF.js's, one of `coordcheck/mup`, or the user's own
   * @param parameters - of the model that it trains
   */
  constructor(
    inner: InnerOptimizer,
    parameters: readonly NamedParameter[],
    { multipliers, gradientFactors = new Map() }: UpdateFactors,
  ) {
    super(inner);
    this.#parameters = new Map(parameters.map((parameter) => [parameter.variable.name, { parameter }]));
    for (const [variable, multiplier] of multipliers) this.#updates.set(variable.name, { variable, multiplier });
    this.#gradients = new Map([...gradientFactors].map(([{ name }, factor]) => [name, factor]));
  }

  /** None where it sees other gradients than its variables have: against these epsilon is another for each. */
  override get epsilon(): number | undefined {
    return this.#isGradientKept() ? super.epsilon : undefined;
  }

  override effectiveLearningRate(variableName: string): number {
    return super.effectiveLearningRate(variableName) * (this.#updates.get(variableName)?.multiplier ?? 1);
  }

  override settingsOf(variableName: string): VariableSettings | null {
    const settings = super.settingsOf(variableName);
    if (settings === null) return null;
    const learningRate = settings.learningRate * (this.#updates.get(variableName)?.multiplier ?? 1);
    const factor = this.#gradients.get(variableName) ?? 1;
    return underFactor({ ...settings, learningRate }, this.getClassName(), factor);
  }

  override applyGradients(gradients: Gradients): void {
    if (this.#isGradientKept()) return this.#apply(gradients);
    const multiplied = Object.fromEntries(
      [...gradientsByName(gradients)].map(([name, gradient]) => [
        name,
        tf.mul<Tensor>(gradient, this.#gradients.get(name) ?? 1),
      ]),
    );
    this.#apply(multiplied);
    tf.dispose(multiplied);
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

  override dispose(): void {
    // A user's own need not have one.
    (this.inner as Partial<InnerOptimizer>).dispose?.();
  }

  #isGradientKept(): boolean {
    return [...this.#gradients.values()].every((factor) => factor === 1);
  }

  #apply(gradients: Gradients): void {
    const byName = gradientsByName(gradients);
    const before = [...byName.keys()].flatMap((name) => {
      const found = this.#updates.get(name);
      return found === undefined || found.multiplier === 1 ? [] : [{ ...found, old: tf.clone(found.variable) }];
    });
    for (const name of byName.keys()) this.#order.add(name);
    // Outside any tidy of ours: an optimizer may make its state at the first step.
    super.applyGradients(isPositional(this.inner) ? inOrder(this.#order, byName) : gradients);
    for (const { variable, multiplier, old } of before) {
      tf.tidy(() => variable.assign(tf.add(old, tf.mul(tf.sub(variable, old), multiplier))));
      old.dispose();
    }
  }
}
