import { replaceGradient } from './replace-gradient.js';
import { tf, type Tensor } from './tf.js';

/**
 * Replaces TF.js's gradients of `sum` and `mean`, which make an array of ones in JavaScript, of the size of what was
 * summed, and hand it to the backend in every step: here the backend fills it, or does without.
 */
export function installReductionGradients(): void {
  replaceGradient('Sum', (dy, x, { axis }) => repeated(dy, x, axis as Axes));
  replaceGradient('Mean', (dy, x, { axis }) => repeated(tf.div(dy, x.size / Math.max(1, dy.size)), x, axis as Axes));
}

type Axes = number | number[];

/** The gradient of a sum over axes: each coordinate of x has the one of the sum it went into. */
function repeated(dy: Tensor, x: Tensor, axis: Axes): Tensor {
  const axes = new Set(tf.util.parseAxisParam(axis, x.shape));
  const shape = x.shape.map((size, i) => (axes.has(i) ? 1 : size));
  return tf.mul(tf.reshape(dy, shape), tf.fill(x.shape, 1));
}
