import { sameNumbers, type GraphNode } from './graph.js';
import { topological } from './topological.js';

/**
 * An update by a gradient that is a product, θ + rate · a · b, as one product that is added to θ where it lies. The gradient
 * is never stored: it would be written and read again by an operator that computes next to nothing.
 */
export interface DirectUpdate {
  /** What the product is added to. */
  value: GraphNode;
  rate: GraphNode;
  product: GraphNode;
  /** The product times the rate, computed no more than the product itself. */
  scaled: GraphNode;
  /** Who else reads the value, and is not among what the product is made of: the product has to wait for them. */
  awaited: readonly GraphNode[];
}

/** Smaller updates are as fast either way. */
const SMALLEST = 2 ** 14;
/**
 * Summands of a coordinate that ONNX Runtime adds up before it adds them to what is there: up to as many, θ is rounded once,
 * as by any other update. And with more the product takes so long that writing it does not matter.
 */
const MOST_SUMMANDS = 128;

/**
 * The direct updates among nodes, by the node of the updated value.
 *
 * θ is overwritten while the same graph runs, so whoever else reads it, also under another shape, which is the same memory,
 * has to have done so. Waited for are products, other layers' gradients for the most part: an elementwise operator would
 * have to be computed where it takes an array of its own. And only what needs no update itself, so that nobody waits for
 * himself.
 *
 * @param nodes - in topological order, inputs first
 * @param wanted - nodes whose values are asked for
 */
export function directUpdates(
  nodes: readonly GraphNode[],
  wanted: ReadonlySet<GraphNode>,
): ReadonlyMap<GraphNode, DirectUpdate> {
  const readers = readersIn(nodes);
  const readersOf = (x: GraphNode): GraphNode[] =>
    readers.get(x)!.flatMap((node) => (isMade(node, 'Reshape') && readers.has(node) ? readersOf(node) : [node]));
  const isOnlyFor = (x: GraphNode, reader: GraphNode) =>
    !wanted.has(x) && readers.get(x)!.every((node) => node === reader);
  const candidates = [...wanted].flatMap((node) => {
    const parts = updateOf(node);
    const isUnseen = parts !== null && isOnlyFor(parts.scaled, node) && isOnlyFor(parts.product, parts.scaled);
    return isUnseen ? [{ node, ...parts }] : [];
  });
  const unseen = new Set(candidates.flatMap(({ node, scaled, product }) => [node, scaled, product]));
  const updates = new Map<GraphNode, DirectUpdate>();
  for (const { node, ...parts } of candidates) {
    const before = new Set(topological(parts.product.inputs));
    const awaited = readersOf(parts.value).filter((reader) => reader !== node && !before.has(reader));
    const canWait = awaited.every(isProduct) && !topological(awaited).some((x) => unseen.has(x));
    if (canWait) updates.set(node, { ...parts, awaited });
  }
  return updates;
}

function readersIn(nodes: readonly GraphNode[]): ReadonlyMap<GraphNode, readonly GraphNode[]> {
  const readers = new Map<GraphNode, GraphNode[]>();
  for (const node of nodes) {
    if (node.isGiven) continue;
    for (const input of node.inputs) {
      const known = readers.get(input);
      if (known === undefined) readers.set(input, [node]);
      else known.push(node);
    }
  }
  return readers;
}

/** What a node updates by what, where it is an update. */
function updateOf(node: GraphNode): Omit<DirectUpdate, 'awaited'> | null {
  if (!isMade(node, 'Add') || node.size < SMALLEST) return null;
  const [scaled, value] = node.inputs as [GraphNode, GraphNode];
  if (!isMade(scaled, 'Mul')) return null;
  const [rate, product] = scaled.inputs as [GraphNode, GraphNode];
  const isStored = value.values !== null && sameNumbers(value.shape, node.shape);
  const isScaled = rate.shape.length === 0 && sameNumbers(product.shape, node.shape);
  return isStored && isScaled && isShortProduct(product) ? { value, rate, product, scaled } : null;
}

function isProduct({ op }: GraphNode): boolean {
  return op === 'Gemm' || op === 'FusedMatMul';
}

/** Of one summand generated code makes it part of the update itself. */
function isShortProduct(node: GraphNode): boolean {
  if (!isMade(node, 'Gemm') || node.inputs.length !== 2) return false;
  const summands = node.inputs[0]!.shape[node.attributes['transA'] === 1 ? 0 : 1]!;
  return summands > 1 && summands <= MOST_SUMMANDS;
}

/** Whether an operator has yet to make a node: what is there does not say of what it was made. */
function isMade(node: GraphNode, op: string): boolean {
  return !node.isGiven && node.op === op;
}
