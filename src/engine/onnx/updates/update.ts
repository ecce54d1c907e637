import { tf, type Optimizer, type Tensor, type Variable } from '../../tf.js';

/** What TF.js's optimizers take, and a list that may have gaps. */
export type Gradients = Parameters<Optimizer['applyGradients']>[0];

/** A variable's name with its gradient, in the order by which an optimizer knows its state; none where the loss knows nothing of it. */
export type NamedGradient = readonly [name: string, gradient: Tensor | null | undefined];

/** What every optimizer of TF.js's has, whatever it is made of. */
export interface Updating {
  applyGradients(gradients: Gradients): void;
  incrementIterations(): void;
}

/**
 * Has an optimizer of TF.js's update its variables by a kernel of ours, on backends that have it.
 *
 * @param prototype - of the optimizer's class
 * @param kernelName - called once a variable
 * @param updateAll - does what the class's `applyGradients` does, up to the count of iterations
 */
export function replaceUpdate<T extends Updating>(
  prototype: T,
  kernelName: string,
  updateAll: (optimizer: T, gradients: readonly NamedGradient[]) => void,
): void {
  const { applyGradients } = prototype;
  prototype.applyGradients = function (this: T, gradients) {
    if (tf.getKernel(kernelName, tf.getBackend()) === undefined) applyGradients.call(this, gradients);
    else {
      updateAll(this, listed(gradients));
      this.incrementIterations();
    }
  };
}

function listed(gradients: Gradients): readonly NamedGradient[] {
  return Array.isArray(gradients)
    ? gradients.map(({ name, tensor }) => [name, tensor] as const)
    : Object.entries<Tensor>(gradients);
}

/** The variable that TF.js has registered under a name. */
export function variableNamed(name: string): Variable {
  return tf.engine().registeredVariables[name] as Variable;
}
