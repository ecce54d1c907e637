import type { Scalar, Tensor5D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { tf } from '../../../src/engine/tf.js';
import { disagreement } from '../agreement.js';

describe('forwardToCpu', () => {
  it.each([1, 2])('gives cpu’s gradients of conv3d at stride %j', async (stride) => {
    expect(
      await disagreement(() =>
        tf.grads((x, f) =>
          tf
            .conv3d(x as Tensor5D, f as Tensor5D, stride, 'same')
            .square()
            .sum<Scalar>(),
        )([tf.randomNormal([2, 4, 4, 4, 2]), tf.randomNormal([3, 3, 3, 2, 2])]),
      ),
    ).toBeLessThan(1e-5);
  });

  it('draws from a multinomial what cpu draws', async () => {
    expect(await disagreement(() => tf.multinomial(tf.randomNormal([2, 5]) as never, 20))).toBe(0);
  });

  it('hands on several outputs and whole numbers', async () => {
    expect(
      await disagreement(() => {
        const { values, indices } = tf.unique(tf.tensor1d([3, 1, 3, 2], 'int32'));
        return [values, indices, tf.einsum('ij,j->i', tf.randomNormal([3, 4]), tf.randomNormal([4]))];
      }),
    ).toBeLessThan(1e-5);
  });
});
