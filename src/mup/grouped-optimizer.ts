import { tf, type NamedTensorMap, type Optimizer, type Tensor } from '../engine/tf.js';
import { UNSCALED, type GroupMultipliers, type ParameterGroup } from './parameter-groups.js';

/** Gradients as TF.js hands them to an optimizer: by variable name, or as a list. */
export type Gradients = NamedTensorMap | { name: string; tensor: Tensor }[];

/** An inner TF.js optimizer with its rate open to change. */
export type InnerOptimizer = Optimizer & { learningRate: number; setLearningRate?(rate: number): void };

/** A rate as an optimizer of ours shows it: the base one, and each variable's own. */
export interface ScaledRates {
  /** The base rate, which transfers between widths. Setting it sets every group's, so schedules stay scaled. */
  learningRate: number;
  /** The rate a variable is trained with: base rate × its multiplier. */
  effectiveLearningRate(variableName: string): number;
}

/** What a grouped optimizer is made of. */
export interface GroupedOptimizerOptions {
  /** Class name shown to others, by which the optimizer's family is known. */
  className: string;
  learningRate: number;
  groups: readonly ParameterGroup[];
  /** Makes the optimizer of one group. */
  inner(rate: number, multipliers: GroupMultipliers): InnerOptimizer;
}

/**
 * A `tf.Optimizer` that hands each group of variables to a TF.js optimizer of its own, at its own rate.
 *
 * With a single group (base width, or SP) it does exactly what the plain TF.js optimizer does.
 */
export class GroupedOptimizer extends tf.Optimizer implements ScaledRates {
  readonly #options: GroupedOptimizerOptions;
  readonly #inners: InnerOptimizer[];
  readonly #groupOf = new Map<string, number>();
  readonly #members: string[][];
  #learningRate: number;

  constructor(options: GroupedOptimizerOptions) {
    super();
    this.#options = options;
    this.#learningRate = options.learningRate;
    this.#members = options.groups.map(({ names }) => [...names]);
    this.#inners = options.groups.map((group) => options.inner(group.rate * options.learningRate, group));
    for (const [i, { names }] of options.groups.entries()) for (const name of names) this.#groupOf.set(name, i);
  }

  get learningRate(): number {
    return this.#learningRate;
  }

  set learningRate(rate: number) {
    this.#learningRate = rate;
    for (const [i, inner] of this.#inners.entries()) setRate(inner, rate * this.#multipliers(i).rate);
  }

  setLearningRate(rate: number): void {
    this.learningRate = rate;
  }

  effectiveLearningRate(variableName: string): number {
    return this.#learningRate * this.rateMultiplier(variableName);
  }

  /** What a variable's rate is, over the base rate. */
  rateMultiplier(variableName: string): number {
    return this.#multipliers(this.#groupOf.get(variableName) ?? 0).rate;
  }

  override applyGradients(gradients: Gradients): void {
    const byName = gradientsByName(gradients);
    // TF.js's optimizers keep their moments by position: every call must list the same variables in the same order.
    for (const name of byName.keys()) if (!this.#groupOf.has(name)) this.#adopt(name);
    for (const [i, inner] of this.#inners.entries()) {
      const list = (this.#members[i] ?? []).map((name) => ({ name, tensor: byName.get(name) ?? null }));
      // Also when the list is empty or holds no gradient: Adam counts steps to correct its bias.
      inner.applyGradients(list as { name: string; tensor: Tensor }[]);
    }
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

  #adopt(name: string): void {
    this.#groupOf.set(name, 0);
    this.#members[0]?.push(name);
  }

  #multipliers(i: number): GroupMultipliers {
    return this.#options.groups[i] ?? UNSCALED;
  }
}

/** Gradients by variable name; those that are null are left out. */
export function gradientsByName(gradients: Gradients): Map<string, Tensor> {
  const entries = Array.isArray(gradients)
    ? gradients.map(({ name, tensor }): [string, Tensor] => [name, tensor])
    : Object.entries(gradients);
  return new Map(entries.filter(([, tensor]) => (tensor as Tensor | null | undefined) != null));
}

/** Changes an optimizer's rate the way its class wants it: SGD keeps a tensor of it, Adam reads the number. */
export function setRate(optimizer: InnerOptimizer, rate: number): void {
  if (typeof optimizer.setLearningRate === 'function') optimizer.setLearningRate(rate);
  else optimizer.learningRate = rate;
}
