import type { TensorInfo } from '@tensorflow/tfjs-core';
import { tf } from '../tf.js';
import type { Composition, CompositionScope } from './composition.js';

/**
 * Multiply-adds a matrix pair needs before it pays to take it out of its batch: 32³. Below, copying it and packing
 * it for the fast kernel (20 µs) costs more than wasm's slow loop.
 */
const LARGE_PRODUCT = 32 ** 3;

/**
 * BatchMatMul: the product of the last two dimensions of a and b, batches broadcast as the cpu backend does it.
 *
 * wasm has one fast product, for a single pair of matrices, neither of them transposed; for all else it has a loop
 * 10 to 50 times slower. So operands are transposed first, and large pairs go one by one through the fast product.
 */
export const batchMatMul: Composition<'a' | 'b'> = (scope, inputs, { transposeA, transposeB }) => {
  const a = transposeA ? transposed(scope, inputs.a) : inputs.a;
  const b = transposeB ? transposed(scope, inputs.b) : inputs.b;
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const columns = b.shape.at(-1)!;
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  // The fast product refuses an empty sum, and leaves whatever was in memory.
  if (inner === 0) return zeros(scope, [...batch, rows, columns]);
  if (tf.util.sizeFromShape(batch) === 1 || rows * inner * columns < LARGE_PRODUCT) {
    return scope.original({ a, b }, { transposeA: false, transposeB: false });
  }
  return pairByPair(scope, a, b, [...batch, rows, columns]);
};

function pairByPair(scope: CompositionScope, a: TensorInfo, b: TensorInfo, shape: number[]): TensorInfo {
  const out = scope.allocate(shape);
  const matrixSize = shape.at(-2)! * shape.at(-1)!;
  const pairs = tf.util.sizeFromShape(shape) / matrixSize;
  for (let pair = 0; pair < pairs; pair++) {
    const left = matrixAt(scope, a, pair);
    // A new tensor for each: the fast product remembers b by its identity, in packed form.
    const right = matrixAt(scope, b, pair);
    const product = scope.original({ a: left, b: right }, { transposeA: false, transposeB: false });
    scope.values(out).set(scope.values(product), pair * matrixSize);
    for (const temporary of [left, right, product]) scope.release(temporary);
  }
  return out;
}

/** Copies matrix `index` of a batch, counted round when the batch is shorter (broadcasting). */
function matrixAt(scope: CompositionScope, batch: TensorInfo, index: number): TensorInfo {
  const shape = batch.shape.slice(-2);
  const matrix = scope.allocate([1, ...shape]);
  const size = tf.util.sizeFromShape(shape);
  const values = scope.values(batch);
  const start = (index * size) % values.length;
  scope.values(matrix).set(values.subarray(start, start + size));
  return matrix;
}

function zeros(scope: CompositionScope, shape: number[]): TensorInfo {
  const out = scope.allocate(shape);
  scope.values(out).fill(0);
  return out;
}

function transposed(scope: CompositionScope, x: TensorInfo): TensorInfo {
  const rank = x.shape.length;
  const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2];
  return scope.run('Transpose', { x }, { perm });
}
