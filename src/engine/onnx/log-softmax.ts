import type { TensorLike } from '@tensorflow/tfjs-core';
import { tf, type Tensor } from '../tf.js';
import { apply, type KernelTable } from './kernels/kernel.js';

const LOG_SOFTMAX = 'LogSoftmax';

/** The kernel behind {@link replaceLogSoftmax}: z − log Σ exp(z) along an axis. TF.js has its name and gradient, but no cpu kernel. */
export const LOG_SOFTMAX_KERNEL: KernelTable = {
  [LOG_SOFTMAX]: (graph, { logits }, { axis }) =>
    apply(graph, LOG_SOFTMAX, [logits!], { attributes: { axis: axis as number } }),
};

/**
 * Has `tf.logSoftmax` call one kernel on backends that have it, where TF.js calls six: its own source means to, once there
 * are such backends. Once a process.
 */
export function replaceLogSoftmax(): void {
  const { logSoftmax } = tf;
  const withKernel = (logits: Tensor | TensorLike, axis = -1): Tensor => {
    if (!isFloats(logits) || tf.getKernel(LOG_SOFTMAX, tf.getBackend()) === undefined) return logSoftmax(logits, axis);
    const last = logits.rank - 1;
    if (axis !== -1 && axis !== last) return logSoftmax(logits, axis);
    return tf.engine().runKernel(LOG_SOFTMAX, { logits }, { axis: last });
  };
  Object.assign(tf, { logSoftmax: withKernel });
}

function isFloats(x: unknown): x is Tensor {
  return x instanceof tf.Tensor && x.dtype === 'float32' && x.rank > 0 && x.size > 0;
}
