import { replaceGradient } from './replace-gradient.js';
import { tf, type Tensor } from './tf.js';

/**
 * Replaces TF.js's gradient of `tile`, which slices and adds once a repetition, by one sum.
 *
 * `tf.layers.layerNormalization` tiles gains and biases over the whole batch: with 512 tokens its own gradient is
 * thousands of kernels a norm.
 */
export function installTileGradient(): void {
  replaceGradient('Tile', (dy, x, { reps }) => tileGradient(dy, x, reps as number[]));
}

/** dx[i] = Σ over repetitions r of dy[r · size + i], along every axis. */
function tileGradient(dy: Tensor, x: Tensor, reps: readonly number[]): Tensor {
  const split = x.shape.flatMap((size, axis) => [reps[axis] ?? 1, size]);
  const repetitions = x.shape.map((_, axis) => 2 * axis);
  // A scalar is tiled along no axis at all.
  return x.rank === 0 ? tf.reshape(dy, []) : tf.sum(tf.reshape(dy, split), repetitions);
}
