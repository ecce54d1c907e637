import { describe, expect, it } from 'vitest';
import { Graph, type GraphNode } from '../../../src/engine/onnx/graph.js';
import { binary, cast } from '../../../src/engine/onnx/kernels/kernel.js';
import { maskedTwice } from '../../../src/engine/onnx/kernels/masks.js';
import { tf, type Tensor } from '../../../src/engine/tf.js';
import { computedOn } from '../agreement.js';

const VALUES = [1, -1, 0, -0, Infinity, -Infinity, NaN, 3.5];
const PAIRS = [0, 1, 2, 3].map((bits) => [bits & 1, bits >> 1] as const);

async function valuesOn(engine: 'onnx' | 'cpu', compute: () => Tensor): Promise<number[]> {
  const { values } = await computedOn(engine, compute);
  return [...values[0]];
}

describe('a product of numbers and two masks', () => {
  it('is what two products give, to the sign of zero', async () => {
    const all = PAIRS.flatMap(([m, n]) => VALUES.map((x) => ({ m, n, x })));
    const masked = await valuesOn('onnx', () => {
      const truths = (key: 'm' | 'n') =>
        tf.cast(
          all.map((one) => one[key]),
          'bool',
        );
      const numbers = tf.tensor1d(all.map(({ x }) => x));
      return tf.mul(tf.mul(tf.cast(truths('m'), 'float32'), numbers), tf.cast(truths('n'), 'float32'));
    });
    expect(masked).toEqual(all.map(({ m, n, x }) => m * x * n));
  });

  it.each([
    [
      [4, 1],
      [1, 4],
    ],
    [[4, 1], [4]],
    [[4], [1, 4]],
    [
      [2, 2],
      [1, 2, 2],
    ],
  ])('has the shape and values of a broadcast product for %j and %j', async (shape, maskShape) => {
    const broadcast = () => {
      const truths = (of: number[]) => tf.cast(tf.cast(tf.reshape(tf.tensor1d([1, 0, 1, 1]), of), 'bool'), 'float32');
      const inner = tf.mul(truths(shape), tf.reshape(tf.tensor1d([1, 2, 3, 4]), shape));
      return tf.mul(inner, truths(maskShape));
    };
    expect(await computedOn('onnx', broadcast)).toEqual(await computedOn('cpu', broadcast));
  });

  it('is the gradient of a maximum pool behind a rectifier', async () => {
    const gradient = () => {
      const x = tf.tensor4d([1, -1, 2, 5, -3, -4, 2, 0.5, 7, -8, -1, -2, 3, 9, -6, -5], [1, 4, 4, 1]);
      return tf.grad((t) => tf.maxPool(tf.relu(t as typeof x), 2, 2, 'valid').square())(x);
    };
    // Twice the maximum of each window, where it stands; the last window's is cut off.
    const expected = [2, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 18, 0, 0];
    expect((await valuesOn('onnx', gradient)).map(Math.abs)).toEqual(expected);
    expect((await valuesOn('cpu', gradient)).map(Math.abs)).toEqual(expected);
  });
});

describe('maskedTwice', () => {
  const graph = new Graph();
  const leaf = (shape: number[], type: 'float32' | 'bool') => {
    const size = shape.reduce((a, b) => a * b, 1);
    return graph.leaf(type === 'bool' ? new Uint8Array(size) : new Float32Array(size), shape, type);
  };
  const mask = (shape: number[]) => cast(graph, leaf(shape, 'bool'), 'float32');
  const product = (a: GraphNode, b: GraphNode) => binary(graph, 'Mul', a, b);

  it('puts masks together, whatever the shapes they are shown in', () => {
    const inside = product(mask([2, 3]), leaf([2, 3], 'float32'));
    const result = maskedTwice(graph, graph.reshape(inside, [6]), mask([6]));
    expect(result?.shape).toEqual([6]);
    expect(result?.inputs[0]?.inputs[0]?.inputs[0]?.op).toBe('And');
  });

  it.each([
    ['the second factor is no mask', () => [product(mask([4]), leaf([4], 'float32')), leaf([4], 'float32')]],
    ['the first product has no mask', () => [product(leaf([4], 'float32'), leaf([4], 'float32')), mask([4])]],
    ['a mask is repeated', () => [product(mask([2, 2]), leaf([2, 2], 'float32')), mask([2])]],
    ['each is repeated along the other', () => [product(mask([4, 1]), leaf([4, 1], 'float32')), mask([1, 4])]],
    ['one has an axis more', () => [product(mask([4]), leaf([4], 'float32')), mask([1, 4])]],
    ['the inner mask is repeated', () => [product(mask([2]), leaf([2, 2], 'float32')), mask([2, 2])]],
  ] as const)('leaves it where %s', (_, factors) => {
    const [a, b] = factors();
    expect(maskedTwice(graph, a, b)).toBeNull();
  });
});
