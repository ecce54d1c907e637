import { describe, expect, it } from 'vitest';
import { directSums } from '../../../src/engine/onnx/direct-sums.js';
import { Graph, type GraphNode } from '../../../src/engine/onnx/graph.js';
import { apply, binary } from '../../../src/engine/onnx/kernels/kernel.js';
import { topological } from '../../../src/engine/onnx/topological.js';
import type { Layout } from '../../../src/engine/onnx/step.js';
import { tf, type Tensor } from '../../../src/engine/tf.js';
import { computedOn } from '../agreement.js';

const graph = new Graph();
/** Computed by ONNX Runtime, so that all is in one stage. */
const product = (scale = 1) => {
  const x = graph.leaf(Float32Array.of(scale, 2, 3, 4), [2, 2], 'float32');
  return apply(graph, 'Gemm', [x, x]);
};
const whole = (op: string, x: GraphNode) =>
  apply(graph, op, [x, graph.constant('int64', [0, 1])], { shape: [], attributes: { keepdims: 0 } });

/** The sums found where the last of these nodes are asked for and everything is computed in one stage. */
function found(...wanted: GraphNode[]) {
  const nodes = topological(wanted);
  const position = new Map(nodes.map((node, i) => [node, i]));
  const staging = {
    stages: nodes.map(({ isGiven }) => (isGiven ? 'given' : 'main')),
    groups: [],
    updates: new Map(),
  } as const;
  const layout: Layout = { nodes, position, staging, stored: new Set(wanted.map((node) => position.get(node)!)) };
  return [...directSums(layout, 'main').values()].map(({ op, count }) => ({ op, count }));
}

describe('directSums', () => {
  it('finds sums and means of |x| and x²', () => {
    const x = product();
    expect(found(whole('ReduceSum', apply(graph, 'Abs', [x])))).toEqual([{ op: 'ReduceL1', count: null }]);
    expect(found(whole('ReduceMean', apply(graph, 'Abs', [x])))).toEqual([{ op: 'ReduceL1', count: 4 }]);
    expect(found(whole('ReduceMean', binary(graph, 'Mul', x, x)))).toEqual([{ op: 'ReduceSumSquare', count: 4 }]);
  });

  it('leaves what is read elsewhere, asked for, or no such sum', () => {
    const [x, y] = [product(1), product(2)];
    const size = apply(graph, 'Abs', [x]);
    expect(found(whole('ReduceMean', size), size)).toEqual([]);
    expect(found(whole('ReduceMean', size), apply(graph, 'Exp', [size]))).toEqual([]);
    expect(found(whole('ReduceMean', binary(graph, 'Mul', x, y)))).toEqual([]);
    expect(found(whole('ReduceMax', size))).toEqual([]);
  });
});

describe('sizes on onnx', () => {
  const x = () => tf.mul(tf.randomNormal([300, 70], 0, 1, 'float32', 1), 2);
  const of = async (compute: () => Tensor | Tensor[]) => (await computedOn('onnx', compute)).values;

  it.each([
    ['|x|', (t: Tensor) => tf.abs(t)],
    ['x²', (t: Tensor) => tf.square(t)],
  ])('are those of %s itself', async (_, of2) => {
    const mean = async (isRead: boolean) => {
      const values = await of(() => {
        const inner = of2(x());
        return isRead ? [tf.mean(inner), inner] : [tf.mean(inner)];
      });
      return values[0][0];
    };
    const direct = await mean(false);
    expect(direct).toBeGreaterThan(0);
    expect(direct).toBe(await mean(true));
  });

  it('show what is not finite', async () => {
    const spoilt = (value: number) => of(() => tf.mean(tf.abs(tf.mul(tf.tensor1d([1, value, 2]), 1))));
    expect([...(await spoilt(Number.NaN))[0]]).toEqual([Number.NaN]);
    expect([...(await spoilt(Number.NEGATIVE_INFINITY))[0]]).toEqual([Infinity]);
    const squares = (value: number) => of(() => tf.sum(tf.square(tf.mul(tf.tensor1d([1, value, 2]), 1))));
    expect([...(await squares(Number.NaN))[0]]).toEqual([Number.NaN]);
    expect([...(await squares(Number.NEGATIVE_INFINITY))[0]]).toEqual([Infinity]);
  });
});
