import { ELEMENTWISE, UNARY } from './elementwise/program.js';
import { directUpdates, type DirectUpdate } from './direct-updates.js';
import { sameNumbers, SPLAT, type GraphNode } from './graph.js';

/**
 * Where a recorded node is computed.
 *
 * `given`: nowhere. `main`: by ONNX Runtime, first. `tail`: by generated code over whole parameters, in place: the
 * optimizer's update, unless it is direct, and the sizes of what it changes. `after`: by ONNX Runtime again, few numbers made from sums.
 */
export type Stage = 'given' | 'main' | 'tail' | 'after';

/** A group of tail nodes over arrays of one size, computed in one pass; in the order of recording. */
export type TailGroup = readonly number[];

/** How a list of nodes is computed. */
export interface Staging {
  stages: readonly Stage[];
  groups: readonly TailGroup[];
  /** Updates that the main stage computes in place, by their node. */
  updates: ReadonlyMap<GraphNode, DirectUpdate>;
}

/** Shorter arrays are not worth a call of generated code. */
const SHORTEST_TAIL = 32;
/** Longer vectors would not leave room where arrays are computed in pieces. */
const LONGEST_VECTOR = 2 ** 15;
/** Nor would the vectors of more products than this in one group. */
const MOST_PRODUCTS = 4;
/** Larger results of sums are activations, not statistics. */
const LARGEST_AFTER = 4096;

/** WebAssembly functions take 1000 parameters; an update of one variable has about twenty. */
const LARGEST_PROGRAM = 900;

const isElementwise = new Set<string>(ELEMENTWISE);
const isUnary = new Set<string>(UNARY);
const isReduction = new Set(['ReduceSum', 'ReduceMean']);

/** Whether a node sums all coordinates of its first input into one number. */
export function isWholeReduction(node: GraphNode): boolean {
  return isReduction.has(node.op) && node.size === 1 && node.type === 'float32' && node.inputs[0]!.size > 1;
}

/**
 * Whether a node multiplies every number of one vector by every one of another: a weight's gradient from a batch of one. Each
 * coordinate is one product, as an elementwise operator's is.
 */
export function isOuterProduct({ op, inputs, attributes, size }: GraphNode): boolean {
  if (op !== 'Gemm' || inputs.length !== 2) return false;
  const [a, b] = inputs as [GraphNode, GraphNode];
  if (a.shape[attributes['transA'] === 1 ? 0 : 1] !== 1 || a.size * b.size !== size) return false;
  return [a, b].every((x) => x.size > 1 && x.size <= LONGEST_VECTOR && x.op !== SPLAT);
}

/**
 * Decides where each node is computed.
 *
 * A tail is what only tails and the few numbers after them need, over stored arrays: a parameter's update, or sizes of
 * parameters. Everything else stays in one graph for ONNX Runtime, which forgets activations as it goes.
 *
 * @param nodes - in topological order, inputs first
 * @param wanted - nodes whose values are asked for
 */
export function stagesOf(nodes: readonly GraphNode[], wanted: ReadonlySet<GraphNode>): Staging {
  const position = new Map(nodes.map((node, i) => [node, i]));
  const updates = directUpdates(nodes, wanted);
  const stages = candidates(nodes, position, updates);
  const groups = groupsOf(nodes, stages, position).filter((group) => {
    const inGroup = new Set(group.map((i) => nodes[i]!));
    const arrays = group.flatMap((i) => arraysOf(nodes[i]!)).filter((x) => !inGroup.has(x));
    const updates = group.some((i) => wanted.has(nodes[i]!) && !isWholeReduction(nodes[i]!));
    const isOverStored = arrays.length > 0 && (updates ? arrays.some(isStored) : arrays.every(isStored));
    const products = [...inGroup].filter(isOuterProduct);
    const isOfOneShape = products.every(({ shape }) => sameNumbers(shape, products[0]!.shape));
    const fits = products.length <= MOST_PRODUCTS && sizeOfProgram(nodes, group) <= LARGEST_PROGRAM;
    const keeps = isOverStored && isOfOneShape && fits;
    if (!keeps) for (const i of group) stages[i] = 'main';
    return keeps;
  });
  nodes.forEach((node, i) => {
    if (stages[i] !== 'after') return;
    const follows = node.inputs.some((x) => ['tail', 'after'].includes(stages[position.get(x)!]!));
    if (!follows) stages[i] = 'main';
  });
  return { stages, groups, updates };
}

/** What a group's program takes and gives, at most: the inputs of its nodes, and its nodes. */
function sizeOfProgram(nodes: readonly GraphNode[], group: TailGroup): number {
  return new Set(group.flatMap((i) => [nodes[i]!, ...nodes[i]!.inputs])).size;
}

function isStored(x: GraphNode): boolean {
  return x.values !== null;
}

/** Backwards from what is asked for: a node may be computed late if all who need it are. */
function candidates(
  nodes: readonly GraphNode[],
  position: ReadonlyMap<GraphNode, number>,
  updates: Staging['updates'],
): Stage[] {
  const stages = nodes.map((node): Stage => (node.isGiven ? 'given' : 'main'));
  const awaited = new Set([...updates.values()].flatMap((update) => update.awaited));
  const isNeededBy = nodes.map((node) => ({ main: awaited.has(node), tail: false }));
  for (let i = nodes.length - 1; i >= 0; i -= 1) {
    const node = nodes[i]!;
    if (stages[i] === 'given') continue;
    const { main, tail } = isNeededBy[i]!;
    const isSum = isWholeReduction(node) && node.inputs[0]!.size >= SHORTEST_TAIL;
    if (updates.has(node)) stages[i] = 'main';
    else if (!main && isTailOperator(node)) stages[i] = 'tail';
    else if (!main && !tail && isSum) stages[i] = 'tail';
    else if (!main && !tail && node.size <= LARGEST_AFTER) stages[i] = 'after';
    for (const input of node.inputs) {
      const needs = isNeededBy[position.get(input)!]!;
      // Vectors are read whole, and so have to be there before any tail is.
      if (stages[i] === 'main' || isOuterProduct(node)) needs.main = true;
      if (stages[i] === 'tail') needs.tail = true;
    }
  }
  return stages;
}

function isTailOperator(node: GraphNode): boolean {
  const { op, type, size, inputs } = node;
  if (type !== 'float32' || size < SHORTEST_TAIL) return false;
  if (isOuterProduct(node)) return true;
  if (!isElementwise.has(op)) return false;
  // ONNX's Max and Min take any number of operands, a program's two.
  if (inputs.length !== (isUnary.has(op) ? 1 : 2)) return false;
  return inputs.every((x) => x.size === size || x.size === 1 || x.op === SPLAT);
}

/** The arrays a tail node reads coordinate by coordinate; scalars and splats are numbers to it, vectors it repeats. */
export function arraysOf(node: GraphNode): GraphNode[] {
  if (isOuterProduct(node)) return [];
  return node.inputs.filter((x) => x.size > 1 && x.op !== SPLAT && x.type === 'float32');
}

/** Joins tail nodes that read one another, or the same array. */
function groupsOf(
  nodes: readonly GraphNode[],
  stages: readonly Stage[],
  position: ReadonlyMap<GraphNode, number>,
): number[][] {
  const leader = nodes.map((_, i) => i);
  const find = (i: number): number => {
    let root = i;
    while (leader[root] !== root) root = leader[root]!;
    leader[i] = root;
    return root;
  };
  nodes.forEach((node, i) => {
    if (stages[i] !== 'tail') return;
    for (const x of arraysOf(node)) leader[find(position.get(x)!)] = find(i);
  });
  const groups = new Map<number, number[]>();
  nodes.forEach((_, i) => {
    if (stages[i] !== 'tail') return;
    const root = find(i);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [i]);
    else group.push(i);
  });
  return [...groups.values()];
}
