import { describe, expect, it } from 'vitest';
import { tf } from '../../../src/engine/tf.js';
import { computedOn, disagreement } from '../agreement.js';

describe('unsortedSegmentSum', () => {
  it('sums the rows of each segment and leaves out ids outside the range', async () => {
    const { values, shapes } = await computedOn('wasm', () =>
      tf.unsortedSegmentSum(
        tf.tensor2d([
          [1, 2],
          [3, 4],
          [5, 6],
          [7, 8],
          [9, 9],
        ]),
        tf.tensor1d([2, 0, 2, -1, 4], 'int32'),
        4,
      ),
    );
    expect(shapes).toEqual(['float32[4,2]']);
    expect([...values[0]]).toEqual([3, 4, 0, 0, 6, 8, 0, 0]);
  });

  it.each([[[7]], [[7, 3]], [[7, 2, 3]]])('agrees with cpu for values of shape %j', async (shape) => {
    expect(
      await disagreement(() =>
        tf.unsortedSegmentSum(tf.randomNormal(shape), tf.tensor1d([0, 3, 3, 1, 0, 5, 9], 'int32'), 6),
      ),
    ).toBeLessThan(1e-5);
  });

  it('keeps whole numbers whole', async () => {
    const { values, shapes } = await computedOn('wasm', () =>
      tf.unsortedSegmentSum(tf.tensor1d([1, 2, 3], 'int32'), tf.tensor1d([1, 1, 0], 'int32'), 2),
    );
    expect(shapes).toEqual(['int32[2]']);
    expect([...values[0]]).toEqual([3, 3]);
  });

  it('gives zeros for no rows', async () => {
    const { values } = await computedOn('wasm', () =>
      tf.unsortedSegmentSum(tf.zeros([0, 2]), tf.tensor1d([], 'int32'), 2),
    );
    expect([...values[0]]).toEqual([0, 0, 0, 0]);
  });

  it('is the gradient of an embedding', async () => {
    expect(
      await disagreement(() => {
        const ids = tf.tensor2d([1, 4, 1, 0, 2, 4], [2, 3], 'int32');
        return tf.grad((table) => tf.gather(table, ids).square().sum())(tf.randomNormal([5, 8]));
      }),
    ).toBeLessThan(1e-5);
  });
});
