import { tf, type Optimizer } from '../engine/tf.js';
import { gradientsByName, inOrder, type Gradients, type NamedTensor } from './gradients.js';
import { setRate, type InnerOptimizer, type ScaledRates } from './inner-optimizer.js';
import { namedState, parameterNamed, restoreNamed } from './named-state.js';
import { parameterGroups, UNSCALED, type GroupingOptions, type GroupMultipliers } from './parameter-groups.js';
import type { ModelLike } from './parameters.js';
import { keptBy, savedState } from './positional-state.js';
import { scalingOf, type ParameterScaling } from './scaling.js';
import { shownEpsilon, type ShowsSettings, type VariableSettings } from './variable-settings.js';

/** What a grouped optimizer is made of. */
export interface GroupedOptimizerOptions {
  /** Class name shown to others, by which the optimizer's family is known. */
  className: string;
  learningRate: number;
  /** One with base shapes. */
  model: ModelLike;
  grouping: GroupingOptions;
  /** Makes the optimizer of one group. */
  inner(rate: number, multipliers: GroupMultipliers): InnerOptimizer;
}

/**
 * A `tf.Optimizer` that hands each group of variables to a TF.js optimizer of its own, at its own rate.
 *
 * With a single group (base width, or SP) it does exactly what the plain TF.js optimizer does.
 */
export class GroupedOptimizer extends tf.Optimizer implements ScaledRates, ShowsSettings {
  /** The model's parameters, by variable name. */
  protected readonly parameters: ReadonlyMap<string, ParameterScaling>;
  readonly #options: GroupedOptimizerOptions;
  readonly #multipliers: readonly GroupMultipliers[];
  readonly #inners: readonly InnerOptimizer[];
  readonly #groupOf = new Map<string, number>();
  /** The variables that had a gradient so far, of each group, in the order in which its optimizer keeps their state. */
  readonly #members: Set<string>[];
  #learningRate: number;

  /** @throws CoordCheckError as `parameterGroups` does */
  constructor(options: GroupedOptimizerOptions) {
    super();
    const { model, grouping, learningRate } = options;
    this.parameters = scalingOf(model).parameters;
    const groups = parameterGroups(model, grouping);
    this.#options = options;
    this.#learningRate = learningRate;
    this.#multipliers = groups;
    this.#inners = groups.map((group) => options.inner(group.rate * learningRate, group));
    this.#members = groups.map(() => new Set());
    for (const [i, { names }] of groups.entries()) for (const name of names) this.#groupOf.set(name, i);
  }

  get learningRate(): number {
    return this.#learningRate;
  }

  set learningRate(rate: number) {
    this.#learningRate = rate;
    for (const [i, inner] of this.#inners.entries()) setRate(inner, rate * this.#multipliersOf(i).rate);
  }

  setLearningRate(rate: number): void {
    this.learningRate = rate;
  }

  /** The constant in the groups' denominators, where all have the same. */
  get epsilon(): number | undefined {
    const [first, ...others] = new Set(this.#inners.map((inner) => (inner as { epsilon?: number }).epsilon));
    return others.length === 0 ? first : undefined;
  }

  effectiveLearningRate(variableName: string): number {
    return this.#learningRate * this.rateMultiplier(variableName);
  }

  /** What a variable's rate is, over the base rate. */
  rateMultiplier(variableName: string): number {
    return this.#multipliersOf(this.#groupIndex(variableName)).rate;
  }

  settingsOf(variableName: string): VariableSettings {
    return {
      learningRate: this.effectiveLearningRate(variableName),
      weightDecay: 0,
      decayForm: 'decoupled',
      epsilon: shownEpsilon(this.#inners[this.#groupIndex(variableName)]),
    };
  }

  override applyGradients(gradients: Gradients): void {
    const byName = gradientsByName(gradients);
    for (const name of byName.keys()) this.#members[this.#groupIndex(name)]?.add(name);
    // Also where no member has a gradient: Adam counts steps to correct its bias.
    for (const [i, inner] of this.#inners.entries()) inner.applyGradients(inOrder(this.#members[i] ?? [], byName));
    this.incrementIterations();
  }

  override dispose(): void {
    for (const inner of this.#inners) inner.dispose();
  }

  override getClassName(): string {
    return this.#options.className;
  }

  override getConfig(): ReturnType<Optimizer['getConfig']> {
    return { ...this.#inners[0]?.getConfig(), learningRate: this.#learningRate };
  }

  /** The state of every variable that had a gradient so far, under the names that its parameter has in every run. */
  override async getWeights(): Promise<NamedTensor[]> {
    const states = await Promise.all(this.#inners.map(savedState));
    return [await this.saveIterations(), ...parameterNamed(states.flat(), this.parameters)];
  }

  /**
   * Goes on exactly as the optimizer whose `getWeights` are given, which was made with the same settings for the same
   * model: also in another process.
   *
   * @throws CoordCheckError OPTIMIZER_STATE_UNMATCHED
   */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    const { parameters } = this;
    // One class throughout, and so one answer.
    const kept = [...new Set(this.#inners.flatMap(keptBy))];
    const state = namedState(weights, { className: this.getClassName(), parameters, kept });
    const iterations = weights[0] as NamedTensor;
    for (const [i, inner] of this.#inners.entries()) {
      const members = [...state.keys()].filter((name) => this.#groupIndex(name) === i);
      await restoreNamed(inner, state, { iterations, members });
      this.#members[i] = new Set(members);
    }
    await this.extractIterations(weights);
  }

  /** Variables of no model, such as a loss's own scale, are in the first group, which is not scaled. */
  #groupIndex(variableName: string): number {
    return this.#groupOf.get(variableName) ?? 0;
  }

  #multipliersOf(group: number): GroupMultipliers {
    return this.#multipliers[group] ?? UNSCALED;
  }
}
