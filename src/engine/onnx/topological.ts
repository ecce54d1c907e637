import type { GraphNode } from './graph.js';

/**
 * Nodes in topological order, inputs first; those that have their values end the search.
 *
 * @param wanted - the nodes to be computed
 * @param further - what a node has to come after, beside its inputs
 */
export function topological(
  wanted: readonly GraphNode[],
  further: (node: GraphNode) => readonly GraphNode[] = () => [],
): GraphNode[] {
  const order: GraphNode[] = [];
  const seen = new Set<GraphNode>();
  const stack: { node: GraphNode; first: readonly GraphNode[]; next: number }[] = [];
  const enter = (node: GraphNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    stack.push({ node, first: node.isGiven ? [] : [...node.inputs, ...further(node)], next: 0 });
  };
  for (const node of wanted) {
    enter(node);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const first = top.first[top.next++];
      if (first !== undefined) enter(first);
      else order.push(stack.pop()!.node);
    }
  }
  return order;
}
