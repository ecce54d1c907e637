import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Engine, EngineName } from '../../../src/engine/engine.js';
import { directUpdates } from '../../../src/engine/onnx/direct-updates.js';
import { ProgramRunner } from '../../../src/engine/onnx/elementwise/run-program.js';
import { Graph, type GraphNode } from '../../../src/engine/onnx/graph.js';
import { apply, binary } from '../../../src/engine/onnx/kernels/kernel.js';
import type { LazyBackend } from '../../../src/engine/onnx/lazy-backend.js';
import { stagesOf } from '../../../src/engine/onnx/stages.js';
import { topological } from '../../../src/engine/onnx/topological.js';
import { openEngine } from '../../../src/engine/open-engine.js';
import { tf, type Tensor } from '../../../src/engine/tf.js';
import { relativeRms } from '../agreement.js';

const graph = new Graph();
const leaf = (...shape: number[]) => graph.leaf(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape, 'float32');
const product = (a: GraphNode, b: GraphNode, transA: 0 | 1) => {
  const shape = [a.shape[transA], b.shape[1]];
  return apply(graph, 'Gemm', [a, b], { shape, attributes: { transA, transB: 0 } });
};

/** θ + rate · xᵀ · δ, where δ is what θ makes of x, and its parts. */
function updated({ rows = 64, inputs = 256, outputs = 128 } = {}) {
  const [theta, x, rate] = [leaf(inputs, outputs), leaf(rows, inputs), leaf()];
  const delta = apply(graph, 'Tanh', [product(x, theta, 0)]);
  const gradient = product(x, delta, 1);
  const node = binary(graph, 'Add', binary(graph, 'Mul', rate, gradient), theta);
  return { node, theta, delta, gradient };
}

/** δ through θ: what the layer before learns from. */
function backThrough({ delta, theta }: { delta: GraphNode; theta: GraphNode }): GraphNode {
  return apply(graph, 'Gemm', [delta, theta], { shape: [64, 256], attributes: { transA: 0, transB: 1 } });
}

function directlyUpdated(...wanted: GraphNode[]) {
  return directUpdates(topological(wanted), new Set(wanted));
}

/** What an update waits for, beside its own parts; undefined where it is not direct. */
function awaited({ node }: { node: GraphNode }, ...others: GraphNode[]) {
  return directlyUpdated(...others, node).get(node)?.awaited;
}

/** Whether an update is direct where it is asked for, beside some others. */
function isDirect(update: { node: GraphNode }, ...others: GraphNode[]): boolean {
  return awaited(update, ...others) !== undefined;
}

describe('directUpdates', () => {
  it('are products of few rows that nobody else reads', () => {
    expect(isDirect(updated())).toBe(true);
    expect(isDirect(updated({ rows: 128 }))).toBe(true);
    expect(isDirect(updated({ rows: 129 }))).toBe(false);
    expect(isDirect(updated({ rows: 1 })), 'an outer product').toBe(false);
    expect(isDirect(updated({ inputs: 127 })), 'small').toBe(false);
    const measured = updated();
    expect(isDirect(measured, measured.gradient)).toBe(false);
    expect(isDirect(measured, apply(graph, 'Abs', [measured.gradient]))).toBe(false);
  });

  it('are none by what was computed before', () => {
    const compute = (x: GraphNode) => Object.assign(x, { values: new Float32Array(x.size), inputs: [] });
    const [step, gradient] = [updated(), updated()];
    compute(step.node.inputs[0]);
    expect(isDirect(step)).toBe(false);
    compute(gradient.gradient);
    expect(isDirect(gradient)).toBe(false);
  });

  it('wait for products that read the value and are not part of the update', () => {
    const hidden = updated();
    const back = backThrough(hidden);
    expect(awaited(hidden)).toEqual([]);
    expect(awaited(hidden, back)).toEqual([back]);
    const other = updated();
    const both = [back, backThrough(other)];
    expect(directlyUpdated(hidden.node, other.node, ...both).size).toBe(2);
  });

  it('wait for no product that would be computed after them', () => {
    const hidden = updated();
    const [x, y] = [leaf(8, 256), leaf(8, 256)];
    const few = product(binary(graph, 'Mul', x, y), hidden.theta, 0);
    const changed = binary(graph, 'Add', binary(graph, 'Mul', x, y), x);
    const wanted = [few, changed, hidden.node];
    const nodes = topological(wanted);
    const { stages, updates } = stagesOf(nodes, new Set(wanted));
    expect(updates.get(hidden.node)?.awaited).toEqual([few]);
    expect(stages[nodes.indexOf(few)]).toBe('main');
  });

  it('are none where the value is read by what they do not wait for', () => {
    const hidden = updated();
    expect(isDirect(updated(), apply(graph, 'Abs', [hidden.theta])), 'another’s').toBe(true);
    expect(isDirect(hidden, apply(graph, 'Abs', [hidden.theta]))).toBe(false);
    expect(isDirect(hidden, apply(graph, 'Abs', [hidden.node])), 'of the new value').toBe(true);
  });

  it('are none where they would wait for one another', () => {
    const [first, second] = [updated(), updated()];
    // Each value's further reader takes what the other's update makes.
    const crossed = [product(first.node, second.theta, 1), product(second.node, first.theta, 1)];
    expect(directlyUpdated(first.node, second.node, crossed[0]).size).toBe(1);
    expect(directlyUpdated(first.node, second.node, ...crossed).size).toBe(0);
  });
});

const ROWS = 32;
const WIDTHS = [300, 200, 100] as const;

type Gradients = { name: string; tensor: Tensor }[];

/** Weights of two layers after steps of SGD at changing rates, updated in the order that `arrange` puts gradients in. */
async function trained(name: EngineName, arrange: (gradients: Gradients) => Gradients = (gradients) => gradients) {
  const engine = await openEngine(name, { threads: 1 });
  const made = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 0.1, 'float32', seed);
  const x = made([ROWS, WIDTHS[0]], 1);
  const [first, second] = [0, 1].map((i) => tf.variable(made([WIDTHS[i], WIDTHS[i + 1]], 2 + i)));
  const optimizer = tf.train.sgd(0.5);
  for (const rate of [0.5, 0.25, 0.25, 0.1]) {
    optimizer.setLearningRate(rate);
    const loss = engine.step(() => {
      const f = () => tf.mean(tf.square(tf.matMul(tf.tanh(tf.matMul(x, first)), second))).asScalar();
      const { value, grads } = tf.variableGrads(f);
      optimizer.applyGradients(arrange(Object.entries(grads).map(([key, tensor]) => ({ name: key, tensor }))));
      return tf.keep(value);
    });
    await engine.read([loss]);
    loss.dispose();
  }
  const values = await engine.read([first, second]);
  tf.dispose([x, first, second]);
  optimizer.dispose();
  await engine.dispose();
  return values as [Float32Array, Float32Array];
}

describe('directUpdates of a value read under another shape', () => {
  it('are none where one of those who do is not waited for', () => {
    const [theta, x, rate] = [leaf(256, 128), leaf(64, 256), leaf()];
    const reshaped = graph.reshape(theta, [128, 256]);
    const delta = apply(graph, 'Gemm', [x, reshaped], { shape: [64, 128], attributes: { transA: 0, transB: 1 } });
    const node = binary(graph, 'Add', binary(graph, 'Mul', rate, product(x, delta, 1)), theta);
    expect(isDirect({ node })).toBe(true);
    expect(isDirect({ node }, apply(graph, 'Abs', [reshaped]))).toBe(false);
  });
});

describe('training with direct updates', () => {
  it('gives cpu’s weights, in whatever order, and whether gradients are looked at or not', async () => {
    const expected = await trained('cpu');
    const read: Tensor[] = [];
    const arrangements = {
      'as they are': (gradients: Gradients) => gradients,
      'the last layer first': (gradients: Gradients) => gradients.toReversed(),
      'looked at': (gradients: Gradients) => {
        read.push(tf.keep(tf.norm(gradients[0].tensor)));
        return gradients;
      },
    };
    for (const [name, arrange] of Object.entries(arrangements)) {
      const got = await trained('onnx', arrange);
      got.forEach((values, i) => expect(relativeRms(values, expected[i]), name).toBeLessThan(1e-6));
    }
    expect(read).toHaveLength(4);
  });
});

describe('a product of a value that is updated directly', () => {
  /** Products with θ, one made before the update's gradient and one after, and θ, in two steps. */
  async function products(name: EngineName) {
    const engine = await openEngine(name, { threads: 1 });
    const made = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);
    const theta = tf.variable(made([300, 100], 1));
    const [x, delta, ...others] = [made([ROWS, 300], 2), made([ROWS, 100], 3), made([40, 300], 4), made([50, 300], 5)];
    const optimizer = tf.train.sgd(0.5);
    const read: Float32Array[] = [];
    for (let step = 0; step < 2; step += 1) {
      const kept = engine.step(() => {
        const first = tf.keep(tf.matMul(others[0], theta));
        const gradient = tf.matMul(x, delta, true);
        const second = tf.keep(tf.matMul(others[1], theta));
        optimizer.applyGradients([{ name: theta.name, tensor: gradient }]);
        return [first, second];
      });
      read.push(...(await engine.read([...kept, theta])));
      tf.dispose(kept);
    }
    tf.dispose([theta, x, delta, ...others]);
    optimizer.dispose();
    await engine.dispose();
    return read;
  }

  it('is one of the value before', async () => {
    const expected = await products('cpu');
    (await products('onnx')).forEach((got, i) => expect(relativeRms(got, expected[i])).toBeLessThan(1e-6));
  });
});

describe('an updated value', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('onnx', { threads: 1 });
  });
  afterAll(() => engine.dispose());

  it('is written over the one before, unless somebody has that', () => {
    const backend = tf.backend() as unknown as LazyBackend;
    const { heap } = backend;
    const x = tf.randomNormal([ROWS, 300], 0, 1, 'float32', 1);
    const weights = tf.variable(tf.zeros([300, 100]).add(1));
    const optimizer = tf.train.sgd(0.5);
    const step = () => {
      engine.step(() => optimizer.minimize(() => tf.mean(tf.tanh(tf.matMul(x, weights))).asScalar()));
      return [...weights.dataSync().subarray(0, 3)];
    };
    step();
    const { bytes } = heap;
    const place = backend.nodeOf(weights.dataId).values;
    const programs = vi.spyOn(ProgramRunner.prototype, 'run');
    step();
    expect(backend.nodeOf(weights.dataId).values).toBe(place);
    expect(programs, 'no generated code is left to update with').not.toHaveBeenCalled();
    programs.mockRestore();
    const before = tf.clone(weights);
    const kept = [...before.dataSync().subarray(0, 3)];
    const after = step();
    expect(backend.nodeOf(weights.dataId).values).not.toBe(place);
    expect(heap.bytes).toBe(bytes + weights.size * 4);
    expect(after).not.toEqual(kept);
    expect([...before.dataSync().subarray(0, 3)]).toEqual(kept);
    before.dispose();
    step();
    expect(heap.bytes).toBe(bytes);
    tf.dispose([x, weights]);
    optimizer.dispose();
  });
});
