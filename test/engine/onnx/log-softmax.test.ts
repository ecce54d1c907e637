import { describe, expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/open-engine.js';
import { watchingKernels } from '../../../src/engine/kernel-watch.js';
import { tf, type Tensor } from '../../../src/engine/tf.js';
import { disagreement } from '../agreement.js';

const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 3, 'float32', seed);
const logits = () => random([3, 5], 1);
const weights = () => random([3, 5], 2);
const weighted = (x: Tensor) => tf.sum(tf.mul(tf.logSoftmax(x), weights()));

describe('logSoftmax on onnx', () => {
  it.each<[string, () => Tensor]>([
    ['rows', () => tf.logSoftmax(logits())],
    ['vectors', () => tf.logSoftmax(random([7], 3))],
    ['deep tensors, the axis named', () => tf.logSoftmax(random([2, 3, 4], 4), 2)],
    ['large numbers', () => tf.logSoftmax(tf.tensor1d([1e4, -1e4, 9990]))],
    ['whole numbers', () => tf.logSoftmax(tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32'))],
    ['no rows', () => tf.logSoftmax(tf.zeros([0, 3]))],
    ['gradients', () => tf.grad(weighted)(logits())],
  ])('is what cpu computes for %s', async (_, compute) => {
    expect(await disagreement(compute, 'onnx')).toBeLessThan(1e-6);
  });

  it('is one kernel, and TF.js’s own words for another axis than the last', async () => {
    const engine = await openEngine('onnx', { threads: 1 });
    const names: string[] = [];
    watchingKernels({ called: ({ kernelName }) => names.push(kernelName) }, () => tf.logSoftmax(tf.ones([2, 3])));
    expect(names).toEqual(['LogSoftmax']);
    expect(() => tf.logSoftmax(tf.ones([2, 3]), 0)).toThrow('non-last dimension');
    await engine.dispose();
  });

  it('is NaN along an axis that has one, or an infinity', async () => {
    const engine = await openEngine('onnx', { threads: 1 });
    const rows = tf.tensor2d([
      [1, 2, Number.NaN],
      [1, Number.POSITIVE_INFINITY, 2],
      [0, Number.NEGATIVE_INFINITY, 0],
    ]);
    const [values] = await engine.read([tf.logSoftmax(rows)]);
    expect([...values.subarray(0, 6)]).toEqual(Array.from({ length: 6 }, () => Number.NaN));
    expect([...values.subarray(6)]).toEqual([
      expect.closeTo(-Math.LN2, 6),
      Number.NEGATIVE_INFINITY,
      expect.closeTo(-Math.LN2, 6),
    ]);
    await engine.dispose();
  });
});
