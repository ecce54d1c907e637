import { expect, it } from 'vitest';
import { Graph, type GraphNode } from '../../../src/engine/onnx/graph.js';
import { binary, expanded } from '../../../src/engine/onnx/kernels/kernel.js';
import { tf } from '../../../src/engine/tf.js';
import { disagreement } from '../agreement.js';

const graph = new Graph();
const number = graph.leaf(Float32Array.of(2), [], 'float32');
const column = () => graph.leaf(Float32Array.of(1, 3), [2, 1], 'float32');

/** Operators with their shapes, from a node down to its first operand. */
function chain(node: GraphNode): string[] {
  const [first] = node.inputs;
  return [`${node.op} ${node.shape.join('×')}`, ...(first === undefined ? [] : chain(first))];
}

it('a repeated value meets a number before it is repeated', () => {
  const repeated = () => expanded(graph, column(), [2, 3]);
  expect(chain(binary(graph, 'Mul', repeated(), number))).toEqual(['Expand 2×3', 'Mul 2×1', 'Leaf 2×1']);
  expect(chain(binary(graph, 'Less', repeated(), number, 'bool'))).toEqual(['Expand 2×3', 'Less 2×1', 'Leaf 2×1']);
  const deep = graph.leaf(Float32Array.of(2), [1, 1, 1], 'float32');
  expect(chain(binary(graph, 'Mul', repeated(), deep))).toEqual(['Mul 1×2×3', 'Expand 2×3', 'Leaf 2×1']);
  const rows = graph.leaf(Float32Array.of(1, 2, 3), [3], 'float32');
  expect(chain(binary(graph, 'Mul', repeated(), rows))[0]).toBe('Mul 2×3');
});

it('the gradient of a sum of squares is what cpu computes', async () => {
  const rows = tf.grad((x) => tf.sum(tf.square(tf.sum(tf.square(x), 1, true))));
  expect(await disagreement(() => rows(tf.tensor2d([1, 2, 3, -4, 5, 6], [2, 3])), 'onnx')).toBeLessThan(1e-6);
});
