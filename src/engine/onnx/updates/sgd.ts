import { asFloats, tf, type Tensor } from '../../tf.js';
import { binary, type OnnxKernel } from '../kernels/kernel.js';
import { replaceUpdate, variableNamed, type Updating } from './update.js';

/** The kernel's name; TF.js has none of its own for it. */
export const SGD_UPDATE = 'SgdUpdate';

/** What TF.js's SGD is made of. */
interface Sgd extends Updating {
  /** −rate. */
  c: Tensor;
}

/**
 * Has TF.js's SGD update a variable by one kernel, to the bit as by its own two; where nobody else reads the gradient, the
 * rate may be a factor of what it is a product of (`direct-updates.ts`), which is another last digit.
 */
export function replaceSgdUpdate(): void {
  replaceUpdate(tf.SGDOptimizer.prototype as unknown as Sgd, SGD_UPDATE, (sgd, gradients) => {
    for (const [name, gradient] of gradients) {
      if (gradient === null || gradient === undefined) continue;
      const value = variableNamed(name);
      tf.tidy(() => {
        const inputs = { value, gradient: asFloats(gradient), rate: sgd.c };
        value.assign(tf.engine().runKernel(SGD_UPDATE, inputs));
      });
    }
  });
}

/** θ ← θ − rate · g, from θ (`value`), g (`gradient`) and −rate (`rate`). */
export const sgdUpdate: OnnxKernel = (graph, { value, gradient, rate }) =>
  binary(graph, 'Add', binary(graph, 'Mul', rate!, gradient!), value!);
