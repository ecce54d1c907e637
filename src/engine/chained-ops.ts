import type * as core from '@tensorflow/tfjs-core';

type Core = typeof core;
type Tensor = core.Tensor;

/** Methods that are the operation of the same name with the tensor as its first argument. */
const SAME_NAME = `
  abs acos acosh add all any argMax argMin asin asinh atan atan2 atanh avgPool batchNorm batchToSpaceND broadcastTo
  cast ceil clipByValue conv1d conv2d conv2dTranspose cos cosh cumprod cumsum depthToSpace depthwiseConv2d
  dilation2d div divNoNan dot elu equal erf euclideanNorm exp expandDims expm1 fft floor floorDiv gather greater
  greaterEqual ifft irfft isFinite isInf isNaN leakyRelu less lessEqual localResponseNormalization log log1p
  logSigmoid logSoftmax logSumExp logicalAnd logicalNot logicalOr logicalXor matMul max maxPool maximum mean min
  minimum mirrorPad mod mul neg norm notEqual oneHot onesLike pad pool pow prelu prod reciprocal relu relu6 reshape
  reverse rfft round rsqrt selu separableConv2d sigmoid sign sin sinh slice softmax softplus spaceToBatchND split
  sqrt square squaredDifference squeeze step stridedSlice sub sum tan tanh tile topk transpose unique
  unsortedSegmentSum unstack zerosLike`
  .trim()
  .split(/\s+/);

/** The methods whose arguments or name differ from the operation behind them. */
const irregular = (tf: Core): Record<string, (x: Tensor, ...rest: never[]) => unknown> => ({
  asScalar: (x) => {
    tf.util.assert(x.size === 1, () => `expected a tensor of one element, got shape [${x.shape.join(', ')}]`);
    return tf.reshape(x, []);
  },
  as1D: (x) => tf.reshape(x, [x.size]),
  as2D: (x, ...shape: number[]) => tf.reshape(x, shape),
  as3D: (x, ...shape: number[]) => tf.reshape(x, shape),
  as4D: (x, ...shape: number[]) => tf.reshape(x, shape),
  as5D: (x, ...shape: number[]) => tf.reshape(x, shape),
  flatten: (x) => tf.reshape(x, [x.size]),
  reshapeAs: (x, like: Tensor) => tf.reshape(x, like.shape),
  asType: (x, dtype: core.DataType) => tf.cast(x, dtype),
  toBool: (x) => tf.cast(x, 'bool'),
  toFloat: (x) => tf.cast(x, 'float32'),
  toInt: (x) => tf.cast(x, 'int32'),
  concat: (x, others: Tensor | Tensor[], axis?: number) => tf.concat([x, ...[others].flat()], axis),
  stack: (x, others: Tensor | Tensor[], axis?: number) => tf.stack([x, ...[others].flat()], axis),
  // The tensor is the value taken where the condition holds, not the condition.
  where: (x, condition: Tensor, otherwise: Tensor) => tf.where(condition, x, otherwise),
  resizeBilinear: (x, ...rest: [[number, number]]) => tf.image.resizeBilinear(x as core.Tensor4D, ...rest),
  resizeNearestNeighbor: (x, ...rest: [[number, number]]) =>
    tf.image.resizeNearestNeighbor(x as core.Tensor4D, ...rest),
});

/**
 * Puts TF.js's chained methods (`x.matMul(y)`, `x.mean(0)`) on its Tensor class.
 *
 * The union package `@tensorflow/tfjs` has them; the Node bundle of `tfjs-core` declares their types and leaves the
 * methods out. Each throws when its tensor is disposed. Repeating the call changes nothing.
 */
export function registerChainedOps(tf: Core): void {
  const operations = tf as unknown as Record<string, (x: Tensor, ...rest: never[]) => unknown>;
  const methods = irregular(tf);
  for (const name of SAME_NAME) methods[name] = operations[name]!;
  for (const [name, operation] of Object.entries(methods)) {
    Object.defineProperty(tf.Tensor.prototype, name, {
      value(this: Tensor, ...rest: never[]) {
        (this as unknown as { throwIfDisposed(): void }).throwIfDisposed();
        return operation(this, ...rest);
      },
      writable: true,
      configurable: true,
    });
  }
}
