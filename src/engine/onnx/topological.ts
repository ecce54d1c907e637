import type { GraphNode } from './graph.js';

/**
 * Nodes in topological order, inputs first; those that have their values end the search.
 *
 * @param wanted - the nodes to be computed
 */
export function topological(wanted: readonly GraphNode[]): GraphNode[] {
  const order: GraphNode[] = [];
  const seen = new Set<GraphNode>();
  const stack: { node: GraphNode; next: number }[] = [];
  const enter = (node: GraphNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    stack.push({ node, next: 0 });
  };
  for (const node of wanted) {
    enter(node);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const input = top.node.isGiven ? undefined : top.node.inputs[top.next++];
      if (input !== undefined) enter(input);
      else order.push(stack.pop()!.node);
    }
  }
  return order;
}
