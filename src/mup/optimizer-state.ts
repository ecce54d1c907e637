import { tf, type Tensor, type Variable } from '../engine/tf.js';
import { gradientsByName, type Gradients } from './gradients.js';

/**
 * A variable of state for each trained variable, zero at first: momentum.
 *
 * Kept by the variable's name, not by its position among the gradients as in TF.js's own optimizers: a variable whose
 * gradient is missing in some step keeps its momentum, and gets nobody else's.
 */
export class OptimizerState {
  readonly #variables = new Map<string, Variable>();

  /** The state of a variable, of its shape. */
  of(variable: Variable): Variable {
    const known = this.#variables.get(variable.name);
    if (known !== undefined) return known;
    const made = tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
    this.#variables.set(variable.name, made);
    return made;
  }

  dispose(): void {
    for (const variable of this.#variables.values()) variable.dispose();
    this.#variables.clear();
  }
}

/** What a step has a gradient for: the registered variables of those names. */
export function trainedVariables(gradients: Gradients): { variable: Variable; gradient: Tensor }[] {
  const registered = tf.engine().registeredVariables;
  return [...gradientsByName(gradients)].flatMap(([name, gradient]) => {
    const variable = registered[name];
    return variable === undefined ? [] : [{ variable, gradient }];
  });
}
