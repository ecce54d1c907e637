import { baseOf, sameNumbers, type Graph, type GraphNode } from '../graph.js';
import { apply, binary, cast } from './kernel.js';

/**
 * (m · x) · n as (m ∧ n) · x, where m and n are truth values as numbers: the gradient of a maximum pool behind a rectifier,
 * for one. Truth values are put together, not numbers, which are four times as large; the result is the same to the bit.
 *
 * @returns null where the factors are not so, or are of different shapes
 */
export function maskedTwice(graph: Graph, product: GraphNode, mask: GraphNode): GraphNode | null {
  const outer = truthsOf(mask);
  const inside = baseOf(product);
  const isProduct = inside.op === 'Mul' && inside.values === null;
  if (outer === null || !isProduct || !sameNumbers(product.shape, mask.shape)) return null;
  const [first, x] = inside.inputs;
  const inner = truthsOf(first!);
  if (inner === null || inner.size !== inside.size) return null;
  const both = apply(graph, 'And', [inner, graph.reshape(outer, inner.shape)]);
  return graph.reshape(binary(graph, 'Mul', cast(graph, both, 'float32'), x!), product.shape);
}

/** The truth values that a node shows as floats; null where it does not. */
function truthsOf({ op, type, values, inputs }: GraphNode): GraphNode | null {
  const isShown = op === 'Cast' && type === 'float32' && values === null && inputs[0]?.type === 'bool';
  return isShown ? inputs[0]! : null;
}
