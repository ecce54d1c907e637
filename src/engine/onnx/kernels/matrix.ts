import { tf } from '../../tf.js';
import { sizeOf, type Graph, type GraphNode } from '../graph.js';
import { binary, type KernelTable, type OnnxKernel } from './kernel.js';
import { batchedProduct, matrixProduct, type Transposed } from './matrix-product.js';
import { activated } from './fused-activation.js';

const { assertAndGetBroadcastShape } = tf.backend_util;

/** a · b over the last two axes, broadcast over the others. @throws TF.js's error where these do not go together */
function product(graph: Graph, a: GraphNode, b: GraphNode, { transposeA, transposeB }: Transposed): GraphNode {
  const rows = a.shape.at(transposeA ? -1 : -2)!;
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  const batch = assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, rows, columns];
  if (sizeOf(batch) === 1) {
    const [x, y] = [graph.reshape(a, a.shape.slice(-2)), graph.reshape(b, b.shape.slice(-2))];
    return graph.reshape(matrixProduct(graph, x, y, { transposeA, transposeB }), shape);
  }
  return batchedProduct(graph, [a, b], shape, { transposeA, transposeB });
}

/** Matrices that cannot be multiplied are declined, too: cpu's kernel says at once what is wrong with them. */
const batchMatMul: OnnxKernel = (graph, { a, b }, attributes) => {
  const transposed = attributes as unknown as Transposed;
  const isPossible = a!.type === 'float32' && sizeOf(a!.shape) > 0 && sizeOf(b!.shape) > 0;
  return isPossible && areMultiplied(a!.shape, b!.shape, transposed) ? product(graph, a!, b!, transposed) : null;
};

function areMultiplied(a: readonly number[], b: readonly number[], { transposeA, transposeB }: Transposed): boolean {
  return a.length >= 2 && b.length >= 2 && a.at(transposeA ? -2 : -1) === b.at(transposeB ? -1 : -2);
}

const fusedMatMul: OnnxKernel = (graph, { a, b, bias, preluActivationWeights }, attributes) => {
  if (sizeOf(a!.shape) === 0 || sizeOf(b!.shape) === 0) return null;
  const result = product(graph, a!, b!, attributes as unknown as Transposed);
  const sum = bias === undefined ? result : binary(graph, 'Add', result, bias);
  return activated(graph, sum, attributes, preluActivationWeights);
};

/** Products of matrices, alone or with bias and activation fused. */
export const matrixKernels: KernelTable = {
  BatchMatMul: batchMatMul,
  _FusedMatMul: fusedMatMul,
};
