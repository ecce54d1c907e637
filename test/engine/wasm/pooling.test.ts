import type { Tensor4D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { tf, type Tensor } from '../../../src/engine/tf.js';
import { computedOn, disagreement } from '../agreement.js';

const POOLINGS = [
  [2, 2, 'valid'],
  [3, 2, 'same'],
  [3, 1, 'same'],
  [[2, 3], [1, 2], 'valid'],
  [2, 3, 'valid'],
  [3, 2, 1],
] as [number | [number, number], number | [number, number], 'same' | 'valid' | number][];

describe('maxPoolGrad', () => {
  it('gives the whole gradient to the first of several equal values', async () => {
    const { values } = await computedOn('wasm', () =>
      tf.grad((x) => tf.maxPool(x as Tensor4D, 2, 2, 'valid').sum())(tf.zeros([1, 4, 4, 1])),
    );
    expect([...values[0]]).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]);
  });
});

describe.each(['maxPool', 'avgPool'] as const)('%s on wasm', (pool) => {
  it.each(POOLINGS)(
    'agrees with cpu in value and gradient for window %j, strides %j, pad %j',
    async (size, strides, pad) => {
      const value = (x: Tensor) =>
        tf[pool](x as Tensor4D, size, strides, pad, typeof pad === 'number' ? 'floor' : undefined);
      expect(
        await disagreement(() => {
          const x = tf.randomNormal([2, 7, 8, 3]);
          return [value(x), tf.grad((x) => value(x).square().sum())(x)];
        }),
      ).toBeLessThan(1e-5);
    },
  );
});
