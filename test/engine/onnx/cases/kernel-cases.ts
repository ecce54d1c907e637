import { tf, type Tensor } from '../../../../src/engine/tf.js';

/** Computations that call a kernel, by what is particular about each. */
export type Cases = Record<string, () => Tensor | Tensor[]>;

/** Cases by the kernel they test. */
export type KernelCases = Record<string, Cases>;

/** More than the 32 values from which generated code computes, and no multiple of the four it takes at a time. */
export const MANY = 67;

/** `count` evenly spaced values. */
export function between(from: number, to: number, count = MANY): Tensor {
  return tf.tensor1d(Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1)));
}

/** What a diverged model computes with, between healthy values. */
export const unhealthy = () => tf.tensor1d([NaN, Infinity, 0.5, -Infinity, -0.5]);

/** {@link unhealthy} over and over, enough for generated code. */
export const manyUnhealthy = () => tf.tile(unhealthy(), [9]);

/** One value in every place. */
export const filled = (shape: number[], value: number, dtype?: 'float32' | 'int32' | 'bool'): Tensor =>
  tf.fill(shape, value, dtype);

/** Distinct whole numbers in an order that is not sorted. */
export function shuffled(shape: number[]): Tensor {
  const size = tf.util.sizeFromShape(shape);
  // 7919 is prime and no divisor of any size used here.
  return tf.tensor(
    Array.from({ length: size }, (_, i) => ((i * 7919) % size) - Math.floor(size / 2)),
    shape,
  );
}

/** Whole numbers from `low` to `high`, spread over a shape. */
export function whole(shape: number[], low: number, high: number): Tensor {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => low + ((i * 5) % (high - low + 1))),
    shape,
    'int32',
  );
}

/** Truth values, neither all true nor all false along any axis of a small shape. */
export function truths(shape: number[]): Tensor {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => (i * i) % 3 !== 1),
    shape,
    'bool',
  );
}
