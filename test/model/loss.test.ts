import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, EngineName } from '../../src/engine/engine.js';
import { watchingKernels } from '../../src/engine/kernel-watch.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type Scalar, type Tensor } from '../../src/engine/tf.js';
import { namedLoss } from '../../src/model/loss.js';
import { relativeRms } from '../engine/agreement.js';

const loss = namedLoss('softmaxCrossEntropy');
const ofTfjs = (labels: Tensor, logits: Tensor) => tf.losses.softmaxCrossEntropy<Tensor, Scalar>(labels, logits);
const oneHot = (classes: number[], depth: number) => tf.oneHot(tf.tensor1d(classes, 'int32'), depth);

describe.each<EngineName>(['cpu', 'onnx', 'wasm'])('softmaxCrossEntropy on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name, { threads: 1 });
  });
  afterAll(() => engine.dispose());

  /** A loss and its gradient. */
  async function of(f: typeof loss, labels: Tensor, logits: Tensor): Promise<[value: number, gradient: Float32Array]> {
    const { value, grad } = tf.valueAndGrad((z) => f(labels, z))(logits);
    const [values, gradient] = await engine.read([value, grad]);
    return [values[0], gradient];
  }

  it('is the mean over rows of the logarithm of a probability', async () => {
    // Probabilities of [0, ln 2, ln 5]: 1/8, 2/8, 5/8; of [0, 0, 0]: 1/3 each.
    const logits = tf.tensor2d([0, Math.log(2), Math.log(5), 0, 0, 0], [2, 3]);
    const [value, gradient] = await of(loss, oneHot([1, 0], 3), logits);
    expect(value).toBeCloseTo((Math.log(4) + Math.log(3)) / 2, 6);
    const expected = [1 / 8, 2 / 8 - 1, 5 / 8, 1 / 3 - 1, 1 / 3, 1 / 3].map((x) => x / 2);
    expect(relativeRms(gradient, Float32Array.from(expected))).toBeLessThan(1e-6);
  });

  it.each<[string, () => [Tensor, Tensor]]>([
    ['rows', () => [oneHot([3, 0, 6, 6], 7), tf.randomNormal([4, 7], 0, 3, 'float32', 1)]],
    [
      'soft labels',
      () => [tf.softmax(tf.randomNormal([5, 4], 0, 1, 'float32', 2)), tf.randomNormal([5, 4], 0, 1, 'float32', 3)],
    ],
    [
      'positions of sequences',
      () => [tf.reshape(oneHot([1, 2, 0, 2, 1, 1], 3), [2, 3, 3]), tf.randomNormal([2, 3, 3], 0, 2, 'float32', 4)],
    ],
    ['a single row', () => [tf.tensor1d([0, 1, 0]), tf.tensor1d([1, 2, 3])]],
    ['large logits', () => [oneHot([0, 1], 3), tf.tensor2d([900, 0, -900, 900, 880, -3e4], [2, 3])]],
    [
      'labels as whole numbers',
      () => [tf.cast(oneHot([2, 1], 3), 'int32'), tf.randomNormal([2, 3], 0, 1, 'float32', 5)],
    ],
  ])('is that of TF.js for %s', async (_, make) => {
    const [labels, logits] = make();
    const [value, gradient] = await of(loss, labels, logits);
    const [expected, expectedGradient] = await of(ofTfjs, labels, logits);
    expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-5 * Math.abs(expected));
    expect(relativeRms(gradient, expectedGradient)).toBeLessThan(1e-5);
  });

  it('is NaN where a logit is', async () => {
    const [value, gradient] = await of(loss, oneHot([0, 1], 2), tf.tensor2d([1, Number.NaN, 1, 2], [2, 2]));
    expect(value).toBeNaN();
    expect(gradient[0]).toBeNaN();
  });

  it('refuses labels of another shape', () => {
    expect(() => loss(tf.zeros([2, 3]), tf.zeros([2, 4]))).toThrow(/softmaxCrossEntropy.*2,3 and 2,4/);
  });

  it('takes half the kernels of TF.js, and leaves nothing behind', () => {
    const [labels, logits] = [tf.cast(oneHot([3, 0], 7), 'float32'), tf.zeros([2, 7])];
    const kernels = (f: typeof loss) => {
      let count = 0;
      const step = () => tf.tidy(() => void tf.grad((z) => f(labels, z))(logits));
      watchingKernels({ called: () => (count += 1) }, step);
      return count;
    };
    const { numTensors } = tf.memory();
    expect(kernels(loss)).toBeLessThanOrEqual(kernels(ofTfjs) / 2);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
