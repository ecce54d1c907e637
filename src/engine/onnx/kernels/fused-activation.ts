import { FUSED_ACTIVATIONS } from '../../fused-activations.js';
import type { Graph, GraphNode } from '../graph.js';
import { elementwiseKernels } from './elementwise.js';

/** The fused activation of a product or convolution; null for one that TF.js does not name. */
export function activated(
  graph: Graph,
  x: GraphNode,
  { activation = 'linear', leakyreluAlpha }: Readonly<Record<string, unknown>>,
  alpha: GraphNode | undefined,
): GraphNode | null {
  if (activation === 'linear' || activation === null) return x;
  const kernel = elementwiseKernels[FUSED_ACTIVATIONS[activation as string] ?? ''];
  if (kernel === undefined) return null;
  const inputs: Record<string, GraphNode> = alpha === undefined ? { x } : { x, alpha };
  return kernel(graph, inputs, { alpha: leakyreluAlpha }) as GraphNode | null;
}
