import { sameNumbers, SPLAT, splatValue, type Attributes, type Graph, type GraphNode } from '../graph.js';
import { ONNX_TYPE, type ElementType } from '../element-type.js';

/**
 * A TF.js kernel in terms of ONNX operators: records what the kernel computes, computes nothing.
 *
 * To add one: write it in the file of its family, under the name TF.js registers it by, in that file's table. It gets
 * its inputs by TF.js's names, already in the shapes TF.js sees, and its attributes, and returns the node of each
 * output with TF.js's shape and type. Null declines a case ONNX has no operator for: the call is then forwarded to
 * the cpu backend. `test/engine/onnx/kernels.test.ts` holds every kernel against cpu.
 */
export type OnnxKernel = (
  graph: Graph,
  inputs: Record<string, GraphNode>,
  attributes: Readonly<Record<string, unknown>>,
) => GraphNode | GraphNode[] | null;

/** Kernels by the names TF.js knows them by. */
export type KernelTable = Readonly<Record<string, OnnxKernel>>;

/** Shape of `a ∘ b` under broadcasting: sizes are equal, or one of them is 1. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x = 1, y = 1] = [a[a.length - rank + i], b[b.length - rank + i]];
    return x === 1 ? y : x;
  });
}

/** A node of ONNX's operator `op` with its first input's type. */
export function apply(
  graph: Graph,
  op: string,
  inputs: readonly GraphNode[],
  { shape = inputs[0]!.shape, type = inputs[0]!.type, attributes }: ApplyOptions = {},
): GraphNode {
  return graph.node({ op, inputs, shape, type, ...(attributes && { attributes }) });
}

interface ApplyOptions {
  /** The first input's unless given. */
  shape?: readonly number[];
  type?: ElementType;
  attributes?: Attributes;
}

/** A broadcasting operator of two nodes. */
export function binary(graph: Graph, op: string, a: GraphNode, b: GraphNode, type: ElementType = a.type): GraphNode {
  const shape = broadcastShape(a.shape, b.shape);
  const once = beforeRepeating(graph, op, a, b, type);
  if (once !== null) return expanded(graph, once, shape);
  // What the operator repeats by itself need not be repeated in memory first; one of the two has to show the shape.
  const first = a !== b && sameNumbers(b.shape, shape) ? unrepeated(graph, a) : a;
  const second = first === a && a !== b && sameNumbers(a.shape, shape) ? unrepeated(graph, b) : b;
  return apply(graph, op, [first, second], { shape, type });
}

/** A repeated value with one number: computed before it is repeated. Null where the two are not these. */
function beforeRepeating(graph: Graph, op: string, a: GraphNode, b: GraphNode, type: ElementType): GraphNode | null {
  const [few, number] = [unrepeated(graph, a), b];
  const isThis = few !== a && few.op !== SPLAT && number.size === 1 && number.shape.length <= few.shape.length;
  return isThis ? apply(graph, op, [few, number], { shape: few.shape, type }) : null;
}

/** What stands in every place of a repeated value. */
function unrepeated(graph: Graph, x: GraphNode): GraphNode {
  if (x.op === SPLAT && x.size > 1) return graph.splat(splatValue(x), [], x.type);
  // A step that failed leaves nodes that say nothing of what they are made of.
  return x.op === 'Expand' && x.values === null ? (x.inputs[0] ?? x) : x;
}

/** A float that stands in every place. */
export function scalar(graph: Graph, value: number, type: ElementType = 'float32'): GraphNode {
  return graph.splat(value, [], type);
}

/** The same values as another type. */
export function cast(graph: Graph, x: GraphNode, type: ElementType): GraphNode {
  if (x.type === type) return x;
  return apply(graph, 'Cast', [x], { type, attributes: { to: ONNX_TYPE[type] } });
}

/** Axes in another order. */
export function transpose(graph: Graph, x: GraphNode, axes: readonly number[]): GraphNode {
  if (axes.every((axis, i) => axis === i)) return x;
  return apply(graph, 'Transpose', [x], { shape: axes.map((axis) => x.shape[axis]!), attributes: { perm: [...axes] } });
}

/** A box of a tensor: from `begin`, `size` places along every axis, one in `strides`, backwards where that is negative. */
export function box(
  graph: Graph,
  x: GraphNode,
  { begin, size, strides }: { begin: readonly number[]; size: readonly number[]; strides?: readonly number[] },
): GraphNode {
  const steps = strides ?? begin.map(() => 1);
  if (sameNumbers(size, x.shape) && steps.every((step) => step > 0)) return x;
  const end = begin.map((from, i) => {
    const beyond = from + (size[i]! - 1) * steps[i]! + Math.sign(steps[i]!);
    return beyond < 0 ? BEFORE_START : beyond;
  });
  const axes = begin.map((_, i) => i);
  const lists = [begin, end, axes, steps].map((list) => graph.constant('int64', list));
  return apply(graph, 'Slice', [x, ...lists], { shape: size });
}

/** ONNX counts ends below 0 from the axis' own end; this one is before the start of every axis. */
const BEFORE_START = -(2 ** 31);

/** A tensor with `value` put around it: [before, after] for every axis. */
export function padded(graph: Graph, x: GraphNode, paddings: readonly (readonly number[])[], value = 0): GraphNode {
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
  const pads = [...paddings.map((p) => p[0]!), ...paddings.map((p) => p[1]!)];
  const shape = x.shape.map((size, i) => size + paddings[i]![0]! + paddings[i]![1]!);
  return apply(graph, 'Pad', [x, graph.constant('int64', pads), graph.constant(x.type, [value], [])], {
    shape,
    attributes: { mode: 'constant' },
  });
}

/** The same values in every place of the axes that `shape` has more or wider. */
export function expanded(graph: Graph, x: GraphNode, shape: readonly number[]): GraphNode {
  if (sameNumbers(x.shape, shape)) return x;
  return apply(graph, 'Expand', [x, graph.constant('int64', shape)], { shape });
}

/** Tensors of one shape, one after the other along an axis. */
export function concatenated(graph: Graph, parts: readonly GraphNode[], axis: number): GraphNode {
  if (parts.length === 1) return parts[0]!;
  const shape = parts[0]!.shape.map((size, i) => (i === axis ? size * parts.length : size));
  return apply(graph, 'Concat', parts, { shape, attributes: { axis } });
}
