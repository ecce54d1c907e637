import { tf, type Optimizer, type Tensor, type Variable } from '../engine/tf.js';
import { MomentumOptimizer } from './momentum-optimizer.js';

/** How fast Lion's momentum forgets: in the update, and in what it keeps. */
export interface LionBetas {
  beta1: number;
  beta2: number;
}

/**
 * Lion, which TF.js has not: θ ← θ − rate · sign(β₁·m + (1 − β₁)·g), then m ← β₂·m + (1 − β₂)·g.
 *
 * Weight decay is not in here. Where gradient and momentum are 0 nothing moves.
 * Source: Chen et al., Symbolic Discovery of Optimization Algorithms, arXiv:2302.06675.
 */
export class LionOptimizer extends MomentumOptimizer {
  readonly #betas: LionBetas;

  constructor(learningRate: number, betas: LionBetas) {
    super(learningRate);
    this.#betas = betas;
  }

  protected override step(variable: Variable, gradient: Tensor, momentum: Variable): void {
    const { beta1, beta2 } = this.#betas;
    const direction = tf.sign(tf.add(tf.mul(momentum, beta1), tf.mul(gradient, 1 - beta1)));
    variable.assign(tf.sub(variable, tf.mul(direction, this.learningRate)));
    momentum.assign(tf.add(tf.mul(momentum, beta2), tf.mul(gradient, 1 - beta2)));
  }

  override getClassName(): string {
    return 'Lion';
  }

  override getConfig(): ReturnType<Optimizer['getConfig']> {
    return { learningRate: this.learningRate, ...this.#betas };
  }
}
