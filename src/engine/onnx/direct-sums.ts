import type { GraphNode } from './graph.js';
import { isWholeReduction, type Stage } from './stages.js';
import type { Layout } from './step.js';

/** A sum over all coordinates of |x| or x² that one operator computes. */
export interface DirectSum {
  op: 'ReduceL1' | 'ReduceSumSquare';
  x: GraphNode;
  /** Position of |x| or x², which then need not be computed. */
  replaced: number;
  /** What the sum is divided by; null where the sum itself is asked for. */
  count: number | null;
}

/**
 * The sums and means of |x| and x² that ONNX has an operator for: sizes of activations, for the most part. It reads x
 * once, where |x| as an array of its own is written and read again: three times as long, and as much memory as x.
 *
 * @returns by position of the sum or mean; only of arrays that nothing else reads
 */
export function directSums({ nodes, staging, position, stored }: Layout, stage: Stage): ReadonlyMap<number, DirectSum> {
  const readers = new Map<GraphNode, number>();
  for (const { inputs } of nodes) for (const x of new Set(inputs)) readers.set(x, (readers.get(x) ?? 0) + 1);
  const sums = new Map<number, DirectSum>();
  nodes.forEach((node, i) => {
    if (staging.stages[i] !== stage || !isWholeReduction(node)) return;
    const inner = node.inputs[0]!;
    const replaced = position.get(inner)!;
    if (staging.stages[replaced] !== stage || stored.has(replaced) || readers.get(inner) !== 1) return;
    const op = sumOperator(inner);
    const count = node.op === 'ReduceMean' ? inner.size : null;
    if (op !== null) sums.set(i, { op, x: inner.inputs[0]!, replaced, count });
  });
  return sums;
}

function sumOperator({ op, inputs }: GraphNode): DirectSum['op'] | null {
  if (op === 'Abs') return 'ReduceL1';
  return op === 'Mul' && inputs[0] === inputs[1] ? 'ReduceSumSquare' : null;
}
