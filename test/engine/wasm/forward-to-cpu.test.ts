import { describe, it } from 'vitest';
import { tf } from '../../../src/engine/tf.js';
import { expectAgreement } from '../agreement.js';

describe('forwardToCpu', () => {
  it.each([1, 2])('gives cpu’s gradients of conv3d at stride %j', async (stride) => {
    await expectAgreement(() =>
      tf.grads(
        (x, f) =>
          tf
            .conv3d(x as never, f as never, stride, 'same')
            .square()
            .sum() as never,
      )([tf.randomNormal([2, 4, 4, 4, 2]), tf.randomNormal([3, 3, 3, 2, 2])]),
    );
  });

  it('draws from a multinomial what cpu draws', async () => {
    await expectAgreement(() => tf.multinomial(tf.randomNormal([2, 5]) as never, 20), 0);
  });

  it('hands on several outputs and whole numbers', async () => {
    await expectAgreement(() => {
      const { values, indices } = tf.unique(tf.tensor1d([3, 1, 3, 2], 'int32'));
      return [values, indices, tf.einsum('ij,j->i', tf.randomNormal([3, 4]), tf.randomNormal([4]))];
    });
  });
});
