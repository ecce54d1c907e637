import { tf, type Tensor } from '../engine/tf.js';

/** A place of the forward pass with the tensor seen there. */
export interface Tapped {
  name: string;
  /** The value there, kept until the caller disposes it. */
  tensor: Tensor;
  /** Identity of the model's own tensor: two taps with the same one show the same place. */
  sourceId: number;
  /** Only recorded where no other tap shows the same tensor. */
  isSpare?: true;
}

/** The recording under way, if any: forward passes are synchronous, so there is at most one. */
let recording: Tapped[] | null = null;

/** The layer whose `call` runs, if one does. */
let layer: string | null = null;

/** Runs a layer's call, so that places inside are named after it. */
export function withinLayer<T>(name: string, f: () => T): T {
  const outer = layer;
  layer = name;
  try {
    return f();
  } finally {
    layer = outer;
  }
}

/** The name of a place inside the layer whose call runs: `layer/place`, or `place` where none does. */
export function inLayer(place: string): string {
  return layer === null ? place : `${layer}/${place}`;
}

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
    const source = tensor as unknown as Tensor;
    // Kept, because the tidies of the layers in between end before the pass does.
    recording.push({ name, tensor: tf.keep(sharing(source)), sourceId: source.id });
  }
  return tensor;
}

/** Marks a place that is of interest only if no other tap of the pass shows its tensor. */
export function spareTap(name: string, tensor: Tensor): void {
  const count = recording?.length;
  tap(name, tensor);
  const spare = count === undefined ? undefined : recording?.[count];
  if (spare !== undefined) spare.isSpare = true;
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
    return { value: f(), taps: numberRepeats(withoutSpares(taps)) };
  } catch (error) {
    disposeTaps(taps);
    throw error;
  } finally {
    recording = outer;
  }
}

/** A tap's name as the model gives it, without the number of a repeat. */
export function withoutNumber(name: string): string {
  return name.replace(/#\d+$/, '');
}

/** Another tensor on the same data: a reshape shares it on every engine, while wasm's clone copies. */
export function sharing(x: Tensor): Tensor {
  return tf.reshape(x, x.shape);
}

/** Frees the tensors of taps. */
export function disposeTaps(taps: readonly Tapped[]): void {
  for (const { tensor } of taps) tensor.dispose();
}

function withoutSpares(taps: readonly Tapped[]): Tapped[] {
  return taps.filter(({ tensor, sourceId, isSpare }, i) => {
    const isShown = taps.some((other, j) => other.sourceId === sourceId && (!other.isSpare || j < i) && j !== i);
    if (isSpare === true && isShown) tensor.dispose();
    return isSpare !== true || !isShown;
  });
}

function numberRepeats(taps: Tapped[]): Tapped[] {
  const total = new Map<string, number>();
  for (const { name } of taps) total.set(name, (total.get(name) ?? 0) + 1);
  const seen = new Map<string, number>();
  return taps.map((tapped) => {
    const { name } = tapped;
    if (total.get(name) === 1) return tapped;
    const use = (seen.get(name) ?? 0) + 1;
    seen.set(name, use);
    return { ...tapped, name: `${name}#${use}` };
  });
}
