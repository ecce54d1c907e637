import { tf, type Tensor } from '../engine/tf.js';

/** A place of the forward pass with the tensor seen there. */
export interface Tapped {
  name: string;
  tensor: Tensor;
}

/** The recording under way, if any: forward passes are synchronous, so there is at most one. */
let recording: Tapped[] | null = null;

/**
 * Marks a place of a hand-written forward pass, also inside a layer's `call`.
 *
 * Outside a check it does nothing, so it can stay in the model.
 *
 * @param name - the place's name in records and reports, for example `block0.attention.logits`
 * @param tensor - the tensor at that place, any shape
 * @returns the same tensor
 */
export function tap<T extends { readonly dtype: string }>(name: string, tensor: T): T {
  if (recording !== null && tensor.dtype === 'float32') {
    // A clone shares the data; keeping it outlives the tidies of the layers in between.
    recording.push({ name, tensor: tf.keep(tf.clone(tensor as unknown as Tensor)) });
  }
  return tensor;
}

/**
 * Records the taps of one forward pass.
 *
 * A name seen several times in the pass becomes `name#1`, `name#2`, … in call order.
 *
 * @returns what `f` returned, and the taps in call order; the caller disposes their tensors
 */
export function recordTaps<T>(f: () => T): { value: T; taps: Tapped[] } {
  const outer = recording;
  const taps: Tapped[] = [];
  recording = taps;
  try {
    return { value: f(), taps: numberRepeats(taps) };
  } catch (error) {
    for (const { tensor } of taps) tensor.dispose();
    throw error;
  } finally {
    recording = outer;
  }
}

function numberRepeats(taps: Tapped[]): Tapped[] {
  const total = new Map<string, number>();
  for (const { name } of taps) total.set(name, (total.get(name) ?? 0) + 1);
  const seen = new Map<string, number>();
  return taps.map(({ name, tensor }) => {
    if (total.get(name) === 1) return { name, tensor };
    const use = (seen.get(name) ?? 0) + 1;
    seen.set(name, use);
    return { name: `${name}#${use}`, tensor };
  });
}
