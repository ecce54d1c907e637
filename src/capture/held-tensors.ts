import type { Tensor } from '../engine/tf.js';

/** Freed tensors are forgotten whenever this many more have come. */
const SWEEP = 1024;

/** Tensors that a run keeps between its passes: freed with it wherever it ends, also where the model throws. */
export class HeldTensors {
  #tensors = new Set<Tensor>();
  #sweepAt = SWEEP;

  /** @returns the same tensor, which its user may still dispose sooner */
  hold(tensor: Tensor): Tensor {
    this.#tensors.add(tensor);
    if (this.#tensors.size >= this.#sweepAt) this.#sweep();
    return tensor;
  }

  dispose(): void {
    for (const tensor of this.#tensors) tensor.dispose();
    this.#tensors.clear();
  }

  #sweep(): void {
    this.#tensors = new Set([...this.#tensors].filter(({ isDisposed }) => !isDisposed));
    this.#sweepAt = this.#tensors.size + SWEEP;
  }
}
