import type { Graph, GraphNode } from '../graph.js';
import type { ElementType } from '../element-type.js';
import { apply, binary, cast, scalar, type KernelTable, type OnnxKernel } from './kernel.js';

/** An operator of two inputs under ONNX's name for it. */
const arithmetic =
  (op: string): OnnxKernel =>
  (graph, { a, b }) =>
    binary(graph, op, a!, b!);

/** A comparison; ONNX orders numbers only, so booleans are compared as such. */
const comparison =
  (op: string): OnnxKernel =>
  (graph, { a, b }) => {
    const type: ElementType = a!.type === 'bool' ? 'int32' : a!.type;
    return binary(graph, op, cast(graph, a!, type), cast(graph, b!, type), 'bool');
  };

/** An operator of one float input under ONNX's name for it. */
const unary =
  (op: string): OnnxKernel =>
  (graph, { x }) =>
    apply(graph, op, [x!]);

const realDiv: OnnxKernel = (graph, { a, b }) =>
  binary(graph, 'Div', cast(graph, a!, 'float32'), cast(graph, b!, 'float32'));

const square: OnnxKernel = (graph, { x }) => binary(graph, 'Mul', x!, x!);

const squaredDifference: OnnxKernel = (graph, { a, b }) => {
  const difference = binary(graph, 'Sub', a!, b!);
  return binary(graph, 'Mul', difference, difference);
};

const rsqrt: OnnxKernel = (graph, { x }) => apply(graph, 'Reciprocal', [apply(graph, 'Sqrt', [x!])]);

const floorDiv: OnnxKernel = (graph, { a, b }) => {
  const quotient = binary(graph, 'Div', cast(graph, a!, 'float32'), cast(graph, b!, 'float32'));
  return cast(graph, apply(graph, 'Floor', [quotient]), a!.type);
};

/** log(1 + x) without loss for small x: with u = 1 + x rounded, x · log(u) / (u − 1) (Higham, 2002, section 1.14.1). */
const log1p: OnnxKernel = (graph, { x }) => {
  const u = binary(graph, 'Add', x!, scalar(graph, 1));
  const excess = binary(graph, 'Sub', u, scalar(graph, 1));
  const ratio = binary(graph, 'Div', binary(graph, 'Mul', apply(graph, 'Log', [u]), x!), excess);
  const isLarge = apply(graph, 'IsInf', [u], { type: 'bool' });
  return chosen(graph, equals(graph, excess, 0), x!, chosen(graph, isLarge, u, ratio));
};

/** exp(x) − 1 without loss for small x: with u = exp(x) rounded, (u − 1) · x / log(u). */
const expm1: OnnxKernel = (graph, { x }) => {
  const u = apply(graph, 'Exp', [x!]);
  const excess = binary(graph, 'Sub', u, scalar(graph, 1));
  const ratio = binary(graph, 'Div', binary(graph, 'Mul', excess, x!), apply(graph, 'Log', [u]));
  const isFar = apply(graph, 'Greater', [apply(graph, 'Abs', [x!]), scalar(graph, 1)], { type: 'bool' });
  return chosen(graph, isFar, excess, chosen(graph, equals(graph, excess, 0), x!, ratio));
};

/**
 * 1 above 0, alpha elsewhere. NaN counts as not above 0, where cpu keeps it: a mask is all that training uses this for, and
 * keeping it would take longer than the rest of a rectifier's gradient. The rectifier itself keeps NaN.
 */
const step: OnnxKernel = (graph, { x }, { alpha = 0 }) => {
  const isAbove = binary(graph, 'Greater', x!, scalar(graph, 0), 'bool');
  if (alpha === 0) return cast(graph, isAbove, 'float32');
  return chosen(graph, isAbove, scalar(graph, 1), scalar(graph, alpha as number), x!.shape);
};

/** max(x, 0) that keeps NaN, as a comparison loses it. */
const relu: OnnxKernel = (graph, { x }) => apply(graph, 'Max', [x!, scalar(graph, 0, x!.type)]);

const clip =
  (low: number, high: number): OnnxKernel =>
  (graph, { x }) =>
    clipped(graph, x!, low, high);

function clipped(graph: Graph, x: GraphNode, low: number, high: number): GraphNode {
  return apply(graph, 'Min', [apply(graph, 'Max', [x, scalar(graph, low, x.type)]), scalar(graph, high, x.type)]);
}

const clipByValue: OnnxKernel = (graph, { x }, { clipValueMin, clipValueMax }) =>
  clipped(graph, x!, clipValueMin as number, clipValueMax as number);

const leakyRelu: OnnxKernel = (graph, { x }, { alpha }) =>
  apply(graph, 'LeakyRelu', [x!], { attributes: { alpha: { float: alpha as number } } });

const prelu: OnnxKernel = (graph, { x, alpha }) => {
  const isBelow = binary(graph, 'Less', x!, scalar(graph, 0), 'bool');
  return chosen(graph, isBelow, binary(graph, 'Mul', x!, alpha!), x!, x!.shape);
};

const eluGrad: OnnxKernel = (graph, { dy, y }) => {
  const isAbove = binary(graph, 'GreaterOrEqual', y!, scalar(graph, 0), 'bool');
  const below = binary(graph, 'Mul', dy!, binary(graph, 'Add', y!, scalar(graph, 1)));
  return chosen(graph, isAbove, dy!, below, y!.shape);
};

const notEqual: OnnxKernel = (graph, inputs, attributes) =>
  apply(graph, 'Not', [comparison('Equal')(graph, inputs, attributes) as GraphNode]);

const isFinite: OnnxKernel = (graph, { x }) => {
  const isInfinite = apply(graph, 'IsInf', [x!], { type: 'bool' });
  return apply(graph, 'Not', [binary(graph, 'Or', isInfinite, isNaN(graph, x!), 'bool')]);
};

const select: OnnxKernel = (graph, { condition, t, e }) => {
  // A condition of rank 1 picks whole rows.
  const extra = t!.shape.length - condition!.shape.length;
  const rows = extra > 0 ? [...condition!.shape, ...Array<number>(extra).fill(1)] : condition!.shape;
  return chosen(graph, graph.reshape(condition!, rows), t!, e!, t!.shape);
};

const addN: OnnxKernel = (graph, inputs) => apply(graph, 'Sum', Object.values(inputs));

const castKernel: OnnxKernel = (graph, { x }, { dtype }) =>
  dtype === 'float32' || dtype === 'int32' || dtype === 'bool' ? cast(graph, x!, dtype) : null;

function chosen(
  graph: Graph,
  condition: GraphNode,
  yes: GraphNode,
  no: GraphNode,
  shape: readonly number[] = condition.shape,
): GraphNode {
  return graph.node({ op: 'Where', inputs: [condition, yes, no], shape, type: yes.type });
}

function equals(graph: Graph, x: GraphNode, value: number): GraphNode {
  return binary(graph, 'Equal', x, scalar(graph, value), 'bool');
}

function isNaN(graph: Graph, x: GraphNode): GraphNode {
  return apply(graph, 'IsNaN', [x], { type: 'bool' });
}

/** Operators whose kernel is ONNX's own, by TF.js's name. */
const SAME: Record<string, string> = {
  Abs: 'Abs',
  Neg: 'Neg',
  Sqrt: 'Sqrt',
  Exp: 'Exp',
  Log: 'Log',
  Tanh: 'Tanh',
  Sigmoid: 'Sigmoid',
  Erf: 'Erf',
  Sign: 'Sign',
  Softplus: 'Softplus',
  Reciprocal: 'Reciprocal',
  Sin: 'Sin',
  Cos: 'Cos',
  Tan: 'Tan',
  Asin: 'Asin',
  Acos: 'Acos',
  Atan: 'Atan',
  Sinh: 'Sinh',
  Cosh: 'Cosh',
  Asinh: 'Asinh',
  Acosh: 'Acosh',
  Atanh: 'Atanh',
  Floor: 'Floor',
  Ceil: 'Ceil',
  Round: 'Round',
  Elu: 'Elu',
  Selu: 'Selu',
  LogicalNot: 'Not',
};

/** Coordinate by coordinate: arithmetic, functions, activations, comparisons. */
export const elementwiseKernels: KernelTable = {
  ...Object.fromEntries(Object.entries(SAME).map(([kernel, op]) => [kernel, unary(op)])),
  Add: arithmetic('Add'),
  Sub: arithmetic('Sub'),
  Multiply: arithmetic('Mul'),
  Maximum: arithmetic('Max'),
  Minimum: arithmetic('Min'),
  Pow: arithmetic('Pow'),
  LogicalAnd: arithmetic('And'),
  LogicalOr: arithmetic('Or'),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  Equal: comparison('Equal'),
  NotEqual: notEqual,
  IsNan: (graph, { x }) => isNaN(graph, x!),
  IsInf: (graph, { x }) => apply(graph, 'IsInf', [x!], { type: 'bool' }),
  IsFinite: isFinite,
  RealDiv: realDiv,
  FloorDiv: floorDiv,
  Square: square,
  SquaredDifference: squaredDifference,
  Rsqrt: rsqrt,
  Log1p: log1p,
  Expm1: expm1,
  Step: step,
  Relu: relu,
  Relu6: clip(0, 6),
  ClipByValue: clipByValue,
  LeakyRelu: leakyRelu,
  Prelu: prelu,
  EluGrad: eluGrad,
  Select: select,
  AddN: addN,
  Cast: castKernel,
};
