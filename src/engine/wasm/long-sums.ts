import type { TensorInfo } from '@tensorflow/tfjs-core';
import { tf } from '../tf.js';
import { reshaped, type Composition } from './composition.js';

/** Shorter sums lose less than 1e-4 of a mean by rounding one term after another. */
const SHORTEST_SPLIT = 4096;

/**
 * A sum or a mean over everything, made of rows first, each about as long as there are rows.
 *
 * wasm adds one coordinate after the other in single precision: of a million equal terms a percent is lost, as much as
 * a slope may be off.
 */
export const byRows: Composition = (scope, inputs, attributes) => {
  const x = inputs['x'] as TensorInfo;
  const size = tf.util.sizeFromShape(x.shape);
  const axes = tf.util.parseAxisParam(attributes['axis'] as number[], x.shape);
  const rows = axes.length === x.shape.length && x.dtype === 'float32' ? rowsOf(size) : 1;
  if (rows === 1) return scope.original({ x }, attributes);
  const perRow = scope.original({ x: reshaped(x, [rows, size / rows]) }, { axis: [1], keepDims: false });
  const total = scope.original({ x: perRow }, { axis: [0], keepDims: false });
  if (attributes['keepDims'] !== true) return total;
  return reshaped(total, Array<number>(x.shape.length).fill(1));
};

/** How many rows of equal length a long sum is made of: the divisor next below the square root of its terms. */
function rowsOf(size: number): number {
  if (size < SHORTEST_SPLIT) return 1;
  for (let rows = Math.floor(Math.sqrt(size)); rows > 1; rows -= 1) if (size % rows === 0) return rows;
  return 1;
}
