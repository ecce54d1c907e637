import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.js';
import { watchingKernels } from '../../../../src/engine/kernel-watch.js';
import { ADAM_UPDATE } from '../../../../src/engine/onnx/updates/adam.js';
import { openEngine } from '../../../../src/engine/open-engine.js';
import { relativeRms } from '../../agreement.js';
import { tf, type Optimizer, type Tensor, type Variable } from '../../../../src/engine/tf.js';

let engine: Engine;
beforeEach(async () => {
  engine = await openEngine('onnx', { threads: 1 });
});
afterAll(() => engine.dispose());

const SHAPES = { w: [7, 5], b: [5], scale: [], unused: [3] };
const STEPS = 4;

type Gradients = Record<string, Tensor>;

/** TF.js declares a map of variables and takes one of tensors. */
const apply = (optimizer: Optimizer, gradients: Gradients | { name: string; tensor: Tensor }[]) =>
  engine.step(() => optimizer.applyGradients(gradients as never));

const made = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

/** Gradients of a step, by variable: none of `unused`. */
function gradientsOf(variables: readonly Variable[], step: number): Gradients {
  const used = variables.filter(({ name }) => !name.endsWith('unused'));
  return Object.fromEntries(used.map(({ name, shape }, i) => [name, made(shape, 100 * step + i + 10)]));
}

/** Values and state after some steps of Adam at falling rates; gradients by name, or as a list with gaps. */
async function trained(form: 'map' | 'list') {
  const variables = Object.entries(SHAPES).map(([name, shape], i) => tf.variable(made(shape, i + 1), true, name));
  const optimizer = tf.train.adam(0.1, 0.8, 0.95, 1e-4);
  for (let step = 0; step < STEPS; step += 1) {
    const gradients = gradientsOf(variables, step);
    const list = variables.map(({ name }) => ({ name, tensor: gradients[name] }));
    apply(optimizer, form === 'map' ? gradients : list);
    Object.assign(optimizer, { learningRate: 0.1 / (step + 2) });
    tf.dispose(gradients);
  }
  const state = await optimizer.getWeights();
  const names = state.map(({ name }) => name);
  const values = await engine.read(variables);
  const kept = await engine.read(state.map(({ tensor }) => tensor));
  optimizer.dispose();
  tf.dispose([...variables, state[0].tensor]);
  return { names, values, kept };
}

/** The same by TF.js alone: the kernel is not there. */
async function trainedByTfjs(form: 'map' | 'list') {
  const kernel = tf.getKernel(ADAM_UPDATE, 'onnx');
  tf.unregisterKernel(ADAM_UPDATE, 'onnx');
  try {
    return await trained(form);
  } finally {
    tf.registerKernel(kernel);
  }
}

describe("Adam's update as one kernel", () => {
  it.each(['map', 'list'] as const)(
    'is what TF.js computes, its moments to the bit, gradients as a %s',
    async (form) => {
      const { values, ...ours } = await trained(form);
      const { values: expected, ...theirs } = await trainedByTfjs(form);
      expect(ours).toEqual(theirs);
      expect(ours.names).toHaveLength(1 + 2 * (form === 'map' ? 3 : 4));
      // A division for each coordinate is done as one of the step's numbers: a few roundings of 6e-8.
      for (const [i, array] of values.entries()) expect(relativeRms(array, expected[i])).toBeLessThan(2e-7);
    },
  );

  it('moves a parameter by the rate, against the sign of its first gradient', async () => {
    const x = tf.variable(tf.tensor1d([1, 1, 1]));
    const optimizer = tf.train.adam(0.25, 0.9, 0.999, 1e-8);
    apply(optimizer, { [x.name]: tf.tensor1d([3, -0.01, 0]) });
    const [values] = await engine.read([x]);
    for (const [i, expected] of [0.75, 1.25, 1].entries()) expect(values[i]).toBeCloseTo(expected, 5);
    optimizer.dispose();
    x.dispose();
  });

  it('takes one kernel a variable, and leaves nothing behind', () => {
    const variables = [tf.variable(made([4, 3], 1)), tf.variable(made([3], 2))];
    const optimizer = tf.train.adam(0.1);
    const step = () => {
      const gradients = gradientsOf(variables, 1);
      apply(optimizer, gradients);
      tf.dispose(gradients);
    };
    step();
    const { numTensors } = tf.memory();
    const called: string[] = [];
    watchingKernels({ called: ({ kernelName }) => called.push(kernelName) }, step);
    expect(called.filter((name) => name === ADAM_UPDATE)).toHaveLength(2);
    expect(called.filter((name) => ['Sqrt', 'RealDiv'].includes(name))).toEqual([]);
    expect(tf.memory().numTensors).toBe(numTensors);
    optimizer.dispose();
    tf.dispose(variables);
  });

  it('is not used on engines that lack the kernel', async () => {
    await engine.dispose();
    engine = await openEngine('cpu', { threads: 1 });
    const x = tf.variable(tf.scalar(1));
    const called: string[] = [];
    const optimizer = tf.train.adam(0.5);
    watchingKernels({ called: ({ kernelName }) => called.push(kernelName) }, () =>
      apply(optimizer, { [x.name]: tf.scalar(2) }),
    );
    expect(called).toContain('Sqrt');
    expect(called).not.toContain(ADAM_UPDATE);
    expect(x.dataSync()[0]).toBeCloseTo(0.5, 5);
  });
});
