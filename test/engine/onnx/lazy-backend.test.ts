import type { OnnxKernel } from '../../../src/engine/onnx/kernels/kernel.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import type { LazyBackend } from '../../../src/engine/onnx/lazy-backend.js';
import { openEngine } from '../../../src/engine/open-engine.js';
import { tf, type Optimizer, type Tensor, type Variable } from '../../../src/engine/tf.js';
import { relativeRms } from '../agreement.js';

let engine: Engine;
let backend: LazyBackend;
beforeAll(async () => {
  engine = await openEngine('onnx', { threads: 1 });
  backend = tf.backend() as unknown as LazyBackend;
  // Whoever reads a freed block reads NaN.
  backend.heap.poisons = true;
});
afterAll(async () => {
  backend.heap.poisons = false;
  await engine.dispose();
});
beforeEach(() => backend.flush());

const valuesOf = async (...tensors: Tensor[]) => (await engine.read(tensors)).map((values) => [...values]);

/** A matrix of size × size with values that differ. */
const matrix = (size: number, scale = 1) =>
  tf.tensor2d(
    Float32Array.from({ length: size * size }, (_, i) => (scale * Math.sin(i)) / size),
    [size, size],
  );

/** Three numbers expanded to two places: which cannot be, and shows only when it is computed. */
function impossible(): Tensor {
  const x = tf.tensor1d([1, 2, 3]);
  const kernel: OnnxKernel = (graph, inputs) =>
    graph.node({ op: 'Expand', inputs: [inputs['x'], graph.constant('int64', [2])], shape: [2], type: 'float32' });
  const info = backend.record({ kernelName: 'Impossible', kernel, inputs: { x }, attributes: {} });
  x.dispose();
  return tf.engine().makeTensorFromTensorInfo(info as never);
}

describe('LazyBackend', () => {
  it('computes everything recorded at the first read, in one flush', async () => {
    const before = backend.stats.flushes;
    const x = tf.tensor1d([1, 2, 3]);
    const [sum, product] = [tf.add(x, 1), tf.mul(x, 2)];
    expect(backend.stats.flushes).toBe(before);
    expect(await valuesOf(sum, product)).toEqual([
      [2, 3, 4],
      [2, 4, 6],
    ]);
    expect(backend.stats.flushes).toBe(before + 1);
    tf.dispose([x, sum, product]);
  });

  it('never computes what is disposed before anything is read', async () => {
    const x = tf.tensor1d([1, 2]);
    // Would throw while it is computed: 2 values do not fill 3 places.
    const wrong = tf.tidy(() => tf.add(x, 1));
    wrong.dispose();
    const before = backend.stats.flushes;
    expect(await valuesOf(x)).toEqual([[1, 2]]);
    expect(backend.stats.flushes).toBe(before);
    x.dispose();
  });

  it('compiles a structure once, whatever the values of its scalars', async () => {
    const rates: number[] = [];
    for (const rate of [0.1, 0.2, 0.3, 0.4]) {
      const before = backend.stats.plans;
      const [y] = await valuesOf(tf.tidy(() => tf.mul(tf.tensor1d([10, 20]), rate)));
      expect(y[0]).toBeCloseTo(10 * rate, 5);
      rates.push(backend.stats.plans - before);
    }
    expect(rates).toEqual([1, 0, 0, 0]);
  });

  it('computes an expression recorded twice once: a pass costs only what differs from the one before', async () => {
    const [w, v] = [matrix(32), matrix(32, 2)];
    const pass = (first: Tensor, last: Tensor) => tf.matMul(tf.relu(tf.matMul(first, first)), last);
    const [a, b, c] = [pass(w, w), pass(w, v), pass(w, w)];
    const nodes = [a, b, c].map(({ dataId }) => backend.nodeOf(dataId));
    expect(nodes[2]).toBe(nodes[0]);
    expect(nodes[1]).not.toBe(nodes[0]);
    expect(nodes[1]?.inputs[0]).toBe(nodes[0]?.inputs[0]);
    const [x, y, z] = await engine.read([a, b, c]);
    expect(z).toEqual(x);
    expect(
      relativeRms(
        y,
        x.map((value) => 2 * value),
      ),
    ).toBeLessThan(1e-6);
    tf.dispose([w, v, a, b, c]);
  });

  it('sums what holds one number in every place', async () => {
    const row = tf.range(0, 100);
    const [sum, rms] = tf.tidy(() => [
      tf.sum(tf.onesLike(row)),
      tf.sqrt(tf.mean(tf.square(tf.zerosLike(row).add(0.5)))),
    ]);
    expect(await valuesOf(sum, rms)).toEqual([[100], [0.5]]);
    tf.dispose([row, sum, rms]);
  });

  it('computes a chain of more arrays than a WebAssembly function has parameters', async () => {
    const arrays = Array.from({ length: 1100 }, (_, i) => tf.range(i, i + 64));
    await engine.read(arrays);
    const sum = tf.tidy(() => arrays.reduce((a, b) => tf.add(a, b)));
    const [values] = await engine.read([sum]);
    // Σ i for i < 1100, and 1100 times the place.
    expect([values[0], values[63]]).toEqual([604_450, 604_450 + 1100 * 63]);
    tf.dispose([sum, ...arrays]);
  });

  it('computes a maximum of one and of three in front of a stored array', async () => {
    const arrays = [tf.range(0, 64), tf.range(64, 0, -1), tf.range(0, 64).mul(0).add(40)];
    await engine.read(arrays);
    const largestOf = (inputs: Tensor[]) => {
      const named = Object.fromEntries(inputs.map((x, i) => [`x${i}`, x]));
      const largest: OnnxKernel = (graph, nodes) =>
        graph.node({ op: 'Max', inputs: Object.values(nodes), shape: [64], type: 'float32' });
      return tf
        .engine()
        .makeTensorFromTensorInfo(
          backend.record({ kernelName: 'Largest', kernel: largest, inputs: named, attributes: {} }) as never,
        );
    };
    const sums = [[arrays[0]], arrays].map((inputs) => tf.add(largestOf(inputs), arrays[0]));
    const [one, three] = await engine.read(sums);
    expect([one[0], one[63]]).toEqual([0, 126]);
    // max(0, 64, 40) + 0, max(30, 34, 40) + 30 and max(63, 1, 40) + 63.
    expect([three[0], three[30], three[63]]).toEqual([64, 70, 126]);
    tf.dispose([...arrays, ...sums]);
  });

  it('tells 0 from -0', async () => {
    const [a, b] = tf.tidy(() => [tf.div(1, tf.scalar(0)), tf.div(1, tf.scalar(-0))]);
    expect(await valuesOf(a, b)).toEqual([[Infinity], [-Infinity]]);
    tf.dispose([a, b]);
  });

  it('hands out copies: what a caller does to them, or a later step to the tensor, changes nothing else', async () => {
    const variable = tf.variable(matrix(16));
    const [first] = await engine.read([variable]);
    const kept = first.slice();
    tf.tidy(() => variable.assign(tf.mul(variable, 3)));
    await engine.read([variable]);
    expect(first).toEqual(kept);
    variable.dispose();
  });

  it('counts once who refers to numbers that a kernel counts out, also where a step departs from the one before', async () => {
    const a = tf.ones([16]).add(1);
    const references: number[] = [];
    for (const last of [tf.square, tf.square, tf.square, tf.tanh]) {
      const row = tf.range(0, 16);
      const y = tf.tidy(() => last(tf.mul(a, row)));
      await engine.read([y]);
      references.push(backend.nodeOf(row.dataId).references);
      tf.dispose([row, y]);
    }
    expect(references).toEqual([1, 1, 1, 1]);
    a.dispose();
  });

  it('names the kernel that recorded what fails', async () => {
    const result = impossible();
    await expect(engine.read([result])).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringMatching(/engine onnx.*Impossible/s),
    });
    result.dispose();
  });

  it('goes on after a step that failed', async () => {
    const result = impossible();
    const other = tf.square(tf.tensor1d([3]));
    const held = backend.heap.bytes;
    await expect(engine.read([result])).rejects.toThrow(/Impossible/);
    await expect(engine.read([other])).rejects.toThrow(/Square was recorded in a step that failed/);
    tf.dispose([result, other]);
    expect(backend.heap.bytes).toBe(held);
    const x = tf.add(tf.tensor1d([1, 2]), 1);
    expect(await valuesOf(x)).toEqual([[2, 3]]);
    x.dispose();
  });
});

const OPTIMIZERS: Record<string, () => Optimizer> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  adam: () => tf.train.adam(0.01),
  rmsprop: () => tf.train.rmsprop(0.01),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.1),
  adamax: () => tf.train.adamax(0.01),
};

/** Two layers of 48 trained by hand; large enough to be updated in place. */
function training(optimizer: Optimizer) {
  const initial = [matrix(48, 6), matrix(48, 5)];
  const weights = initial.map((w) => tf.variable(w)) as [Variable, Variable];
  tf.dispose(initial);
  const x = matrix(48, 40);
  const step = () =>
    engine.step(() => {
      const loss = () => tf.mean(tf.square(tf.matMul(tf.relu(tf.matMul(x, weights[0])), weights[1]))) as never;
      return optimizer.minimize(loss, true, [...weights]) as unknown as Tensor;
    });
  return { weights, step, dispose: () => (tf.dispose([...weights, x]), optimizer.dispose()) };
}

describe('an optimizer on the lazy backend', () => {
  for (const [name, make] of Object.entries(OPTIMIZERS)) {
    it(`${name} leaves values that were kept before its step as they were`, async () => {
      const { weights, step, dispose } = training(make());
      const kept = weights.map((w) => tf.keep(tf.reshape(w, w.shape)));
      const before = await engine.read(kept);
      for (let i = 0; i < 3; i += 1) await engine.read([step()]);
      expect(await engine.read(kept)).toEqual(before);
      const after = await engine.read(weights);
      for (const [i, values] of after.entries()) expect(relativeRms(values, before[i])).toBeGreaterThan(1e-6);
      tf.dispose(kept);
      dispose();
    });

    it(`${name} computes the same whether steps are read one by one or together`, async () => {
      const [one, all] = [training(make()), training(make())];
      for (let i = 0; i < 4; i += 1) {
        await engine.read([one.step()]);
        all.step();
      }
      const [a, b] = [await engine.read(one.weights), await engine.read(all.weights)];
      for (const [i, values] of a.entries()) expect(relativeRms(values, b[i])).toBeLessThan(1e-6);
      one.dispose();
      all.dispose();
    });
  }

  it('updates large parameters in place: a step of Adam needs no more memory than one gradient', async () => {
    const { step, dispose } = training(tf.train.adam(0.01));
    const run = async () => {
      const loss = step();
      await engine.read([loss]);
      loss.dispose();
    };
    for (let i = 0; i < 3; i += 1) await run();
    const held = backend.heap.bytes;
    for (let i = 0; i < 5; i += 1) await run();
    expect(backend.heap.bytes).toBe(held);
    dispose();
  });

  it('holds as much after 1000 steps as after 10', async () => {
    const { step, dispose } = training(tf.train.adam(0.01));
    const run = async (count: number) => {
      for (let i = 0; i < count; i += 1) {
        const loss = step();
        await engine.read([loss]);
        loss.dispose();
      }
      return { bytes: backend.heap.bytes, tensors: engine.stats().tensors, ids: backend.numDataIds() };
    };
    const early = await run(10);
    expect(await run(990)).toEqual(early);
    dispose();
  });

  it('gives back all memory once everything is disposed', async () => {
    const held = backend.heap.bytes;
    const { step, dispose } = training(tf.train.adam(0.01));
    const loss = step();
    await engine.read([loss]);
    loss.dispose();
    expect(backend.heap.bytes).toBeGreaterThan(held);
    dispose();
    backend.flush();
    expect(backend.heap.bytes).toBe(held);
  });
});
