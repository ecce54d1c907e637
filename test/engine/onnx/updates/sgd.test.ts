import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.js';
import { watchingKernels } from '../../../../src/engine/kernel-watch.js';
import { SGD_UPDATE } from '../../../../src/engine/onnx/updates/sgd.js';
import { openEngine } from '../../../../src/engine/open-engine.js';
import { tf, type Tensor } from '../../../../src/engine/tf.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('onnx', { threads: 1 });
});
afterAll(() => engine.dispose());

const made = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

/** Values after two steps at different rates: of a matrix, of a scalar, and of a variable without a gradient. */
async function trained() {
  const variables = [[7, 5], [], [3]].map((shape, i) => tf.tidy(() => tf.variable(made(shape, i + 1))));
  const optimizer = tf.train.sgd(0.3);
  for (const rate of [0.3, 0.07]) {
    optimizer.setLearningRate(rate);
    const gradients = variables.map(({ name, shape }, i) => ({
      name,
      tensor: i === 2 ? (null as unknown as Tensor) : made(shape, 100 * rate + i),
    }));
    engine.step(() => optimizer.applyGradients(gradients));
    tf.dispose(gradients.flatMap(({ tensor }) => tensor ?? []));
  }
  const values = await engine.read(variables);
  optimizer.dispose();
  tf.dispose(variables);
  return values;
}

describe("SGD's update as one kernel", () => {
  it('is what TF.js computes, to the bit', async () => {
    const { numTensors } = tf.memory();
    const ours = await trained();
    const kernel = tf.getKernel(SGD_UPDATE, 'onnx');
    tf.unregisterKernel(SGD_UPDATE, 'onnx');
    const theirs = await trained();
    tf.registerKernel(kernel);
    expect(ours).toEqual(theirs);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('moves a parameter against its gradient, by one kernel', () => {
    const x = tf.variable(tf.tensor1d([1, 2]));
    const optimizer = tf.train.sgd(0.5);
    const called: string[] = [];
    watchingKernels({ called: ({ kernelName }) => called.push(kernelName) }, () =>
      engine.step(() => optimizer.applyGradients([{ name: x.name, tensor: tf.tensor1d([4, -2]) }])),
    );
    expect(called).toEqual([SGD_UPDATE]);
    expect([...x.dataSync()]).toEqual([-1, 3]);
    optimizer.dispose();
    x.dispose();
  });
});
