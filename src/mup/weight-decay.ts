import { tf, type Tensor, type Variable } from '../engine/tf.js';
import { gradientsByName, type Gradients } from './gradients.js';

/** Each variable by name with its number; undefined for one that does not decay. */
type Decaying<Key extends string> = (name: string) => ({ variable: Variable } & Record<Key, number>) | undefined;

/** Decoupled decay: multiplies the variables that have a gradient by what each is to keep. */
export function shrinkWeights(gradients: Gradients, of: Decaying<'kept'>): void {
  for (const name of gradientsByName(gradients).keys()) {
    const found = of(name);
    if (found === undefined) continue;
    const { variable, kept } = found;
    tf.tidy(() => variable.assign(tf.mul<Tensor>(variable, kept)));
  }
}

/** Decay as regularisation: applies the gradients with decay · θ added to each. */
export function applyRegularized(gradients: Gradients, of: Decaying<'decay'>, apply: (made: Gradients) => void): void {
  const made = [...gradientsByName(gradients)].map(([name, gradient]) => {
    const found = of(name);
    const tensor = tf.tidy(() => (found ? tf.add(gradient, tf.mul(found.variable, found.decay)) : tf.clone(gradient)));
    return { name, tensor };
  });
  apply(made);
  tf.dispose(made.map(({ tensor }) => tensor));
}
