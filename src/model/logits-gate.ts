import { tf, type Tensor } from '../engine/tf.js';
import { sharing, spareTap } from './tap.js';

/** The tap of a model's logits where no tap of its own shows them. */
const OUTPUT = 'output';

/** The gate all logits pass: watched, collected, or centred on given ones. */
export class LogitsGate {
  #call = 0;
  #centre: readonly Tensor[] | null = null;
  #collected: Tensor[] | null = null;
  #tapped = false;

  /** What the model's logits become on their way to the loss. */
  pass(x: Tensor): Tensor {
    const call = this.#call++;
    this.#collected?.push(tf.keep(sharing(x)));
    if (this.#tapped) spareTap(OUTPUT, x);
    const centre = this.#centre?.[call];
    return centre === undefined ? x : tf.sub(x, centre);
  }

  /** One pass of the model: calls are counted from 0 in each. */
  during<T>(f: () => T): T {
    this.#call = 0;
    return f();
  }

  /** A pass whose logits are tapped. */
  tapping<T>(f: () => T): T {
    this.#tapped = true;
    try {
      return f();
    } finally {
      this.#tapped = false;
    }
  }

  /** The logits of a pass, one tensor a call of the model; the caller disposes them. */
  collect(f: () => void): Tensor[] {
    const collected: Tensor[] = [];
    this.#collected = collected;
    try {
      f();
      return collected;
    } finally {
      this.#collected = null;
    }
  }

  /** A pass whose logits have `centre` subtracted, call by call. */
  centredOn<T>(centre: readonly Tensor[] | undefined, f: () => T): T {
    this.#centre = centre ?? null;
    try {
      return f();
    } finally {
      this.#centre = null;
    }
  }
}
