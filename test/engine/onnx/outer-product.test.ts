import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import { Graph, LEAF, type GraphNode } from '../../../src/engine/onnx/graph.js';
import { apply, binary, scalar } from '../../../src/engine/onnx/kernels/kernel.js';
import { topological } from '../../../src/engine/onnx/topological.js';
import { isOuterProduct, stagesOf } from '../../../src/engine/onnx/stages.js';
import { openEngine } from '../../../src/engine/open-engine.js';
import { tf, type Optimizer, type Tensor } from '../../../src/engine/tf.js';
import { relativeRms } from '../agreement.js';

const graph = new Graph();
const leaf = (shape: [number, number]) => graph.leaf(new Float32Array(shape[0] * shape[1]).fill(1), shape, 'float32');
const product = (a: GraphNode, b: GraphNode, { transA = 0, transB = 0 } = {}) => {
  const shape = [a.shape[transA === 1 ? 1 : 0], b.shape[transB === 1 ? 0 : 1]];
  return apply(graph, 'Gemm', [a, b], { shape, attributes: { transA, transB } });
};

/** The stages of a product's node where these are asked for. */
const stageOf = (node: GraphNode, ...wanted: GraphNode[]) => {
  const nodes = topological(wanted);
  return stagesOf(nodes, new Set(wanted)).stages[nodes.indexOf(node)];
};

describe('isOuterProduct', () => {
  it('is true of products that sum over one term, however their vectors lie', () => {
    expect(isOuterProduct(product(leaf([1, 6]), leaf([1, 8]), { transA: 1 }))).toBe(true);
    expect(isOuterProduct(product(leaf([6, 1]), leaf([1, 8])))).toBe(true);
    expect(isOuterProduct(product(leaf([6, 1]), leaf([8, 1]), { transB: 1 }))).toBe(true);
    expect(isOuterProduct(product(leaf([2, 6]), leaf([2, 8]), { transA: 1 }))).toBe(false);
    expect(isOuterProduct(product(leaf([1, 6]), leaf([6, 8])))).toBe(false);
    expect(isOuterProduct(product(leaf([1, 1]), leaf([1, 8])))).toBe(false);
    expect(isOuterProduct(apply(graph, 'Mul', [leaf([2, 2]), leaf([2, 2])]))).toBe(false);
  });
});

describe('stagesOf', () => {
  // More than what may be computed after the updates.
  const [w, a, b] = [leaf([60, 80]), leaf([1, 60]), leaf([1, 80])];
  const gradient = product(a, b, { transA: 1 });
  const updated = binary(graph, 'Add', w, binary(graph, 'Mul', gradient, scalar(graph, -0.1)));

  it('leaves a gradient that only updates a weight to the update', () => {
    expect(w.op).toBe(LEAF);
    expect(stageOf(gradient, updated)).toBe('tail');
    expect(stageOf(gradient, updated, gradient)).toBe('tail');
  });

  it('has its vectors computed before any update reads them', () => {
    // ∂loss/∂(x·W + b) updates b itself, and makes W's gradient.
    const [bias, y] = [leaf([1, 80]), leaf([1, 80])];
    const vector = binary(graph, 'Mul', y, scalar(graph, 2));
    const biasUpdated = binary(graph, 'Add', bias, vector);
    const byVector = product(a, vector, { transA: 1 });
    const weightUpdated = binary(graph, 'Add', w, byVector);
    expect(stageOf(vector, biasUpdated)).toBe('tail');
    expect(stageOf(vector, biasUpdated, weightUpdated)).toBe('main');
    expect(stageOf(byVector, biasUpdated, weightUpdated)).toBe('tail');
  });

  it('leaves one that is read otherwise, or updates nothing, to ONNX Runtime', () => {
    expect(stageOf(gradient, updated, apply(graph, 'Exp', [gradient]))).toBe('main');
    expect(stageOf(gradient, gradient)).toBe('main');
    const turned = product(leaf([1, 80]), leaf([1, 60]), { transA: 1 });
    const other = binary(graph, 'Add', updated, graph.reshape(turned, [60, 80]));
    expect(stageOf(gradient, other)).toBe('tail');
    expect(stageOf(turned, other)).toBe('main');
    const long = leaf([1, 2 ** 17]);
    expect(isOuterProduct(product(long, b, { transA: 1 }))).toBe(false);
  });
});

describe('training on a batch of one', () => {
  let engine: Engine;
  beforeEach(async () => {
    engine = await openEngine('onnx', { threads: 1 });
  });
  afterAll(() => engine.dispose());

  const made = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 0.3, 'float32', seed);

  /** Weights, and the sizes of their gradients, after some steps on an engine. */
  async function trained(name: 'onnx' | 'cpu', optimizer: () => Optimizer, isMeasured: boolean) {
    await engine.dispose();
    engine = await openEngine(name, { threads: 1 });
    const [x, y] = [made([1, 37], 1), tf.tensor2d([[1, 0, 0, 1, 0]])];
    const weights = [made([37, 41], 2), made([41, 5], 3), made([1, 41], 4)].map((value) => tf.variable(value));
    const opened = optimizer();
    const loss = () => {
      return tf.losses.sigmoidCrossEntropy(
        y,
        tf.matMul(tf.tanh(tf.add(tf.matMul(x, weights[0]), weights[2])), weights[1]),
      ) as never;
    };
    const sizes: Tensor[] = [];
    for (let step = 0; step < 5; step += 1) {
      const seen = engine.step(() => {
        const { grads } = tf.variableGrads(loss, weights);
        opened.applyGradients(grads);
        return isMeasured ? tf.keep(tf.stack(Object.values(grads).map((g) => tf.mean(tf.square(g))))) : tf.scalar(0);
      });
      sizes.push(seen);
      await engine.read([seen]);
    }
    const values = await engine.read([...weights, ...sizes]);
    opened.dispose();
    tf.dispose([x, y, ...weights, ...sizes]);
    return values;
  }

  const OPTIMIZERS = {
    sgd: () => tf.train.sgd(0.5),
    momentum: () => tf.train.momentum(0.1, 0.9),
    adam: () => tf.train.adam(0.01, 0.9, 0.999, 1e-3),
  };

  it.each(Object.entries(OPTIMIZERS))('gives what cpu gives under %s, measured or not', async (_, optimizer) => {
    for (const isMeasured of [false, true]) {
      const expected = await trained('cpu', optimizer, isMeasured);
      const got = await trained('onnx', optimizer, isMeasured);
      for (const [i, values] of got.entries()) expect(relativeRms(values, expected[i])).toBeLessThan(1e-5);
    }
  });

  it('gives the same weights to the bit, measured or not', async () => {
    const [bare, measured] = [
      await trained('onnx', OPTIMIZERS.sgd, false),
      await trained('onnx', OPTIMIZERS.sgd, true),
    ];
    expect(measured.slice(0, 3)).toEqual(bare.slice(0, 3));
  });
});
