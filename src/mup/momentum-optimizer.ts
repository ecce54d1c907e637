import { tf, type Tensor, type Variable } from '../engine/tf.js';
import { gradientsByName, type Gradients, type NamedTensor } from './gradients.js';
import { split } from './named-state.js';

/**
 * What the optimizers that TF.js has not have in common: a rate, and a momentum for each variable, zero at first.
 *
 * Kept by the variable's name, not by its position among the gradients as in TF.js's own optimizers: a variable whose
 * gradient is missing in some step keeps its momentum, and gets nobody else's.
 */
export abstract class MomentumOptimizer extends tf.Optimizer {
  learningRate: number;
  readonly #momenta = new Map<string, Variable>();

  constructor(learningRate: number) {
    super();
    this.learningRate = learningRate;
  }

  /** Updates a variable and its momentum; what it makes besides is freed. */
  protected abstract step(variable: Variable, gradient: Tensor, momentum: Variable): void;

  override applyGradients(gradients: Gradients): void {
    const registered = tf.engine().registeredVariables;
    for (const [name, gradient] of gradientsByName(gradients)) {
      const variable = registered[name];
      if (variable === undefined) continue;
      const momentum = this.#momentumOf(variable);
      tf.tidy(() => this.step(variable, gradient, momentum));
    }
    this.incrementIterations();
  }

  override dispose(): void {
    for (const momentum of this.#momenta.values()) momentum.dispose();
    this.#momenta.clear();
  }

  override async getWeights(): Promise<NamedTensor[]> {
    const momenta = [...this.#momenta].map(([name, tensor]) => ({ name: `${name}/momentum`, tensor }));
    return [await this.saveIterations(), ...momenta];
  }

  override async setWeights(weights: NamedTensor[]): Promise<void> {
    const state = await this.extractIterations(weights);
    const momenta = state.map(({ name, tensor }) => [split(name)[0], tf.variable(tensor, false)] as const);
    this.dispose();
    for (const [name, momentum] of momenta) this.#momenta.set(name, momentum);
  }

  #momentumOf(variable: Variable): Variable {
    const known = this.#momenta.get(variable.name);
    if (known !== undefined) return known;
    const made = tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
    this.#momenta.set(variable.name, made);
    return made;
  }
}
