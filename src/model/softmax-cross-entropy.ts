import { asFloats, tf, type Tensor } from '../engine/tf.js';

/**
 * Cross-entropy of softmax(z) with labels y, the mean over rows: −Σ y · log softmax(z) / rows. Its gradient is
 * (softmax(z) − y) / rows, which holds where a row's labels sum to 1.
 *
 * The value and gradient of `tf.losses.softmaxCrossEntropy` at its defaults, in a fraction of the kernels: around a narrow
 * model the others are a quarter of a training step. Labels are constants: no gradient goes through them.
 *
 * @param labels - of the logits' shape, classes along the last axis
 * @param logits - any number of rows
 * @throws Error where the shapes differ
 */
export function softmaxCrossEntropy(labels: Tensor, logits: Tensor): Tensor {
  tf.util.assertShapesMatch(labels.shape, logits.shape, 'Error in softmaxCrossEntropy: ');
  const weights = asFloats(labels);
  const rows = Math.max(1, logits.size / (logits.shape.at(-1) ?? 1));
  const ofLogits = tf.customGrad((z, save) => {
    const logs = tf.logSoftmax(z as Tensor);
    (save as (tensors: Tensor[]) => void)([weights, logs]);
    const gradFunc = (dy: Tensor, [y, saved]: Tensor[]) =>
      tf.mul(tf.sub(tf.exp(saved as Tensor), y as Tensor), tf.div(dy, rows));
    return { value: tf.div(tf.sum(tf.mul(weights, logs)), -rows), gradFunc };
  });
  return ofLogits(asFloats(logits));
}
