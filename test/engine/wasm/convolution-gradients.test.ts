import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { tf, type Tensor } from '../../../src/engine/tf.js';
import { computedOn, disagreement } from '../agreement.js';

type Padding = 'same' | 'valid' | number | [[number, number], [number, number], [number, number], [number, number]];

interface Variant {
  /** Images, height, width, channels. */
  x: [number, number, number, number];
  /** Height, width, channels in, channels out (or their multiplier). */
  filter: [number, number, number, number];
  strides: [number, number];
  pad: Padding;
}

const VARIANTS: Variant[] = [
  { x: [2, 6, 7, 3], filter: [3, 3, 3, 4], strides: [1, 1], pad: 'same' },
  { x: [2, 6, 7, 3], filter: [3, 2, 3, 4], strides: [1, 1], pad: 'valid' },
  { x: [2, 7, 6, 3], filter: [3, 3, 3, 2], strides: [2, 2], pad: 'same' },
  { x: [2, 8, 6, 3], filter: [3, 3, 3, 2], strides: [2, 2], pad: 'valid' },
  { x: [1, 9, 8, 2], filter: [2, 3, 2, 3], strides: [3, 2], pad: 'valid' },
  { x: [3, 5, 5, 1], filter: [1, 1, 1, 6], strides: [1, 1], pad: 'valid' },
  { x: [2, 5, 5, 4], filter: [1, 1, 4, 2], strides: [2, 2], pad: 'same' },
  { x: [1, 5, 5, 2], filter: [5, 5, 2, 3], strides: [1, 1], pad: 'valid' },
  { x: [2, 5, 5, 2], filter: [3, 3, 2, 2], strides: [1, 1], pad: 2 },
  {
    x: [2, 5, 6, 2],
    filter: [3, 3, 2, 2],
    strides: [2, 1],
    pad: [
      [0, 0],
      [2, 1],
      [0, 1],
      [0, 0],
    ],
  },
  {
    x: [1, 4, 4, 2],
    filter: [2, 2, 2, 2],
    strides: [1, 1],
    pad: [
      [0, 0],
      [3, 3],
      [2, 3],
      [0, 0],
    ],
  },
];

const named = ({ x, filter, strides, pad }: Variant) => JSON.stringify({ x, filter, strides, pad });

/** Both gradients of Σ conv(x, filter)² / 2, whose dy is the convolution's own value. */
function gradients(variant: Variant, convolution: 'conv2d' | 'depthwiseConv2d'): Tensor[] {
  const { x, filter, strides, pad } = variant;
  const loss = (x: Tensor, filter: Tensor) =>
    tf[convolution](x as Tensor4D, filter as Tensor4D, strides, pad)
      .square()
      .sum()
      .div(2);
  return tf.grads((x, filter) => loss(x, filter))([tf.randomNormal(x), tf.randomNormal(filter)]);
}

describe('conv2dBackpropInput and conv2dBackpropFilter', () => {
  for (const variant of VARIANTS) {
    it(`agree with cpu for ${named(variant)}`, async () => {
      expect(await disagreement(() => gradients(variant, 'conv2d'))).toBeLessThan(1e-5);
    });
  }

  it('give hand-derived gradients', async () => {
    const { values } = await computedOn('wasm', () => {
      const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
      const filter = tf.tensor4d([1, 10, 100, 1000], [2, 2, 1, 1]);
      return tf.grads((x, filter) => tf.conv2d(x as Tensor4D, filter as Tensor4D, 1, 'valid').sum<Scalar>())([
        x,
        filter,
      ]);
    });
    // Each input pixel gets the sum of the filter positions that saw it; each position the sum of the pixels it saw.
    expect([...values[0]]).toEqual([1, 11, 10, 101, 1111, 1010, 100, 1100, 1000]);
    expect([...values[1]]).toEqual([12, 16, 24, 28]);
  });
});

describe('depthwiseBackpropInput and depthwiseBackpropFilter', () => {
  for (const variant of VARIANTS) {
    it(`agree with cpu for ${named(variant)}`, async () => {
      expect(await disagreement(() => gradients(variant, 'depthwiseConv2d'))).toBeLessThan(1e-5);
    });
  }
});

describe('Conv2D on wasm', () => {
  it('agrees with cpu under dilation', async () => {
    expect(
      await disagreement(() =>
        tf.conv2d(tf.randomNormal([2, 9, 9, 3]) as never, tf.randomNormal([3, 3, 3, 4]) as never, 1, 'same', 'NHWC', 2),
      ),
    ).toBeLessThan(1e-5);
  });

  it('has cpu’s gradient where it is transposed', async () => {
    expect(
      await disagreement(() =>
        tf.grads((x, f) =>
          tf
            .conv2dTranspose(x as Tensor4D, f as Tensor4D, [2, 8, 8, 3], 2, 'same')
            .square()
            .sum<Scalar>(),
        )([tf.randomNormal([2, 4, 4, 5]), tf.randomNormal([3, 3, 3, 5])]),
      ),
    ).toBeLessThan(1e-5);
  });
});
