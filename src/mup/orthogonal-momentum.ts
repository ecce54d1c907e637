import { tf, type Optimizer, type Tensor, type Variable } from '../engine/tf.js';
import { MomentumOptimizer } from './momentum-optimizer.js';
import { orthogonalized } from './newton-schulz.js';

/** What Muon does to a matrix, besides its rate. */
export interface OrthogonalMomentumOptions {
  momentum: number;
  nesterov: boolean;
  newtonSchulzSteps: number;
  /** How a variable is taken for a matrix, by its name. */
  layoutOf(variableName: string): MatrixLayout;
}

/** How a kernel is taken for a matrix [all others, fan-out]. */
export interface MatrixLayout {
  /** The order of its axes that puts fan-out last; its own inverse. */
  axes: readonly number[];
  /** Multiplies its orthogonalised update. */
  factor: number;
}

/**
 * Muon's step for matrices: θ ← θ − rate · factor · O(u), u the momentum of the gradient, O its orthogonalisation.
 *
 * m ← β·m + (1 − β)·g; u = β·m + (1 − β)·g with Nesterov's look-ahead, else m. A kernel of rank above 2 is flattened to
 * [all others, fan-out]: a convolution's to [kh·kw·in, out], also a transposed one's.
 * Source: Jordan et al., Muon: an optimizer for hidden layers in neural networks, kellerjordan.github.io/posts/muon (2024).
 */
export class OrthogonalMomentum extends MomentumOptimizer {
  readonly #options: OrthogonalMomentumOptions;

  constructor(learningRate: number, options: OrthogonalMomentumOptions) {
    super(learningRate);
    this.#options = options;
  }

  protected override step(variable: Variable, gradient: Tensor, momentum: Variable): void {
    const { momentum: beta, nesterov, newtonSchulzSteps, layoutOf } = this.#options;
    const { axes, factor } = layoutOf(variable.name);
    const news = tf.mul(gradient, 1 - beta);
    const kept = tf.add(tf.mul(momentum, beta), news);
    const wanted = nesterov ? tf.add(tf.mul(kept, beta), news) : kept;
    const kernel = transposed(wanted, axes);
    const matrix = tf.reshape(kernel, [-1, kernel.shape.at(-1) ?? 1]);
    const update = transposed(tf.reshape(orthogonalized(matrix, newtonSchulzSteps), kernel.shape), axes);
    variable.assign(tf.sub(variable, tf.mul(update, this.learningRate * factor)));
    momentum.assign(kept);
  }

  override getClassName(): string {
    return 'Muon';
  }

  override getConfig(): ReturnType<Optimizer['getConfig']> {
    const { momentum, nesterov, newtonSchulzSteps } = this.#options;
    return { learningRate: this.learningRate, momentum, nesterov, newtonSchulzSteps };
  }
}

function transposed(kernel: Tensor, axes: readonly number[]): Tensor {
  return axes.every((axis, i) => axis === i) ? kernel : tf.transpose(kernel, [...axes]);
}
