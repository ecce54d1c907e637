import { describe, expect, it } from 'vitest';
import { tf, type Tensor } from '../../../src/engine/tf.js';
import { computedOn, disagreement } from '../agreement.js';

const image = () => tf.tensor4d([NaN, 1, 2, 3], [1, 2, 2, 1]);
const one = () => tf.ones([1, 1, 1, 1]) as never;
const row = () => tf.tensor2d([[NaN, 1]]);

const CASES: Record<string, () => Tensor> = {
  'a convolution': () => tf.conv2d(image(), one(), 1, 'valid'),
  'a depthwise convolution': () => tf.depthwiseConv2d(image(), one(), 1, 'valid'),
  'a fused convolution with relu': () =>
    tf.fused.conv2d({ x: image(), filter: one(), strides: 1, pad: 'valid', activation: 'relu' }),
  'average pooling': () => tf.avgPool(image(), 2, 2, 'valid'),
  'a product': () => tf.matMul(row(), tf.ones([2, 2])),
  'a fused product with relu': () => tf.fused.matMul({ a: row(), b: tf.ones([2, 2]), activation: 'relu' }),
  'a fused product with relu6': () => tf.fused.matMul({ a: row(), b: tf.ones([2, 2]), activation: 'relu6' }),
  relu: () => tf.relu(row()),
  relu6: () => tf.relu6(row()),
  'clipping by value': () => tf.clipByValue(row(), -1, 1),
};

describe('NaN on wasm', () => {
  for (const [name, compute] of Object.entries(CASES)) {
    it(`is carried on by ${name}`, async () => {
      const { values } = await computedOn('wasm', compute);
      expect(values[0][0]).toBeNaN();
    });
  }
});

describe('clipByValue and relu6', () => {
  it('agree with cpu on finite and infinite values, whole and not', async () => {
    expect(
      await disagreement(() => {
        const clipped = tf.clipByValue(tf.tensor1d([-Infinity, -3, 0.5, 3, Infinity]), -1, 2);
        return [
          clipped,
          tf.clipByValue(tf.tensor1d([-3, 1, 9], 'int32'), -1, 2),
          tf.relu6(tf.randomNormal([50], 3, 4)),
        ];
      }),
    ).toBeLessThan(1e-5);
  });
});
