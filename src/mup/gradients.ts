import type { NamedTensorMap, Optimizer, Tensor } from '../engine/tf.js';

/** A tensor under a name: a gradient, or a piece of an optimizer's state. */
export type NamedTensor = Awaited<ReturnType<Optimizer['getWeights']>>[number];

/** Gradients as TF.js hands them to an optimizer: by variable name, or as a list. */
export type Gradients = NamedTensorMap | NamedTensor[];

/** Gradients by variable name; those that are null are left out. */
export function gradientsByName(gradients: Gradients): Map<string, Tensor> {
  const entries = Array.isArray(gradients)
    ? gradients.map(({ name, tensor }): [string, Tensor] => [name, tensor])
    : Object.entries(gradients);
  return new Map(entries.filter(([, tensor]) => (tensor as Tensor | null | undefined) != null));
}

/**
 * Gradients as a list in a given order, null for a name without one: TF.js's optimizers keep a variable's state by its
 * position, so that every step must list the same variables in the same order.
 */
export function inOrder(names: Iterable<string>, byName: ReadonlyMap<string, Tensor>): NamedTensor[] {
  return [...names].map((name) => ({ name, tensor: byName.get(name) ?? null })) as NamedTensor[];
}
