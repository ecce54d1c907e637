import { tf } from '../../tf.js';
import { SPLAT, splatValue, type Graph, type GraphNode } from '../graph.js';
import type { ElementType } from '../element-type.js';
import { apply, binary, broadcastShape, cast, expanded, scalar, type KernelTable, type OnnxKernel } from './kernel.js';
import { maskedTwice } from './masks.js';

const { upcastType } = tf;

/** An operator of two numbers under ONNX's name for it. */
const arithmetic =
  (op: string): OnnxKernel =>
  (graph, { a, b }) =>
    a!.type === 'bool' ? null : binary(graph, op, a!, b!);

/** A product; one with ones, as TF.js's gradients of sums are, only repeats. */
const multiply: OnnxKernel = (graph, inputs, attributes) => {
  const { a, b } = inputs;
  const isOnes = b!.op === SPLAT && b!.type !== 'bool' && splatValue(b!) === 1;
  if (isOnes) return expanded(graph, a!, broadcastShape(a!.shape, b!.shape));
  return maskedTwice(graph, a!, b!) ?? arithmetic('Mul')(graph, inputs, attributes);
};

/** An operator of two truth values under ONNX's name for it. */
const logical =
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

/** A function under ONNX's name for it: of floats unless said otherwise, as TF.js cuts its results on whole numbers. */
const unary =
  (op: string, types: readonly ElementType[] = ['float32']): OnnxKernel =>
  (graph, { x }) =>
    types.includes(x!.type) ? apply(graph, op, [x!]) : null;

/** A kernel of floats alone. */
const ofFloats =
  (kernel: OnnxKernel): OnnxKernel =>
  (graph, inputs, attributes) =>
    inputs['x']!.type === 'float32' ? kernel(graph, inputs, attributes) : null;

const exp: OnnxKernel = (graph, { x }) => apply(graph, 'Exp', [cast(graph, x!, 'float32')]);

const realDiv: OnnxKernel = (graph, { a, b }) =>
  binary(graph, 'Div', cast(graph, a!, 'float32'), cast(graph, b!, 'float32'));

const square: OnnxKernel = (graph, { x }) => (x!.type === 'bool' ? null : binary(graph, 'Mul', x!, x!));

const squaredDifference: OnnxKernel = (graph, { a, b }) => {
  if (a!.type === 'bool') return null;
  const difference = binary(graph, 'Sub', a!, b!);
  return binary(graph, 'Mul', difference, difference);
};

const rsqrt: OnnxKernel = (graph, { x }) => apply(graph, 'Reciprocal', [apply(graph, 'Sqrt', [x!])]);

/** A whole number of floats, as TF.js has it. Whole numbers are declined: floats do not hold all of them. */
const floorDiv: OnnxKernel = (graph, { a, b }) => {
  if (a!.type !== 'float32') return null;
  const quotient = binary(graph, 'Div', a!, b!);
  return cast(graph, apply(graph, 'Floor', [quotient]), 'int32');
};

/** What remains, with the divisor's sign. Whole numbers are declined: dividing one by 0 would end the process. */
const mod: OnnxKernel = (graph, { a, b }) => {
  if (a!.type !== 'float32') return null;
  const remainder = (x: GraphNode): GraphNode => {
    const shape = broadcastShape(x.shape, b!.shape);
    return apply(graph, 'Mod', [x, b!], { shape, attributes: { fmod: 1 } });
  };
  const isNegative = (x: GraphNode) => binary(graph, 'Less', x, scalar(graph, 0), 'bool');
  const truncated = remainder(a!);
  const signsDiffer = binary(graph, 'Xor', isNegative(a!), isNegative(b!), 'bool');
  return chosen(graph, signsDiffer, remainder(binary(graph, 'Add', truncated, b!)), truncated);
};

/** log(1 + x) without loss for small x: with u = 1 + x rounded, log(u) · (x / (u − 1)) (Higham, 2002, section 1.14.1). */
const log1p: OnnxKernel = (graph, { x }) => {
  const u = binary(graph, 'Add', x!, scalar(graph, 1));
  const excess = binary(graph, 'Sub', u, scalar(graph, 1));
  const ratio = binary(graph, 'Mul', apply(graph, 'Log', [u]), binary(graph, 'Div', x!, excess));
  const isLarge = apply(graph, 'IsInf', [u], { type: 'bool', attributes: { detect_negative: 0 } });
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
const relu: OnnxKernel = (graph, { x }) =>
  x!.type === 'bool' ? null : apply(graph, 'Max', [x!, scalar(graph, 0, x!.type)]);

const clip =
  (low: number, high: number): OnnxKernel =>
  (graph, { x }) =>
    clipped(graph, x!, low, high);

function clipped(graph: Graph, x: GraphNode, low: number, high: number): GraphNode | null {
  // No whole number is infinite.
  const isPossible = x.type === 'float32' || (x.type === 'int32' && Number.isFinite(low) && Number.isFinite(high));
  if (!isPossible) return null;
  return apply(graph, 'Min', [apply(graph, 'Max', [x, scalar(graph, low, x.type)]), scalar(graph, high, x.type)]);
}

const clipByValue: OnnxKernel = (graph, { x }, { clipValueMin, clipValueMax }) =>
  clipped(graph, x!, clipValueMin as number, clipValueMax as number);

const leakyRelu: OnnxKernel = (graph, { x }, { alpha }) =>
  apply(graph, 'LeakyRelu', [cast(graph, x!, 'float32')], { attributes: { alpha: { float: alpha as number } } });

const prelu: OnnxKernel = (graph, inputs) => {
  const [x, alpha] = [cast(graph, inputs['x']!, 'float32'), cast(graph, inputs['alpha']!, 'float32')];
  const isBelow = binary(graph, 'Less', x, scalar(graph, 0), 'bool');
  return chosen(graph, isBelow, binary(graph, 'Mul', x, alpha), x, broadcastShape(x.shape, alpha.shape));
};

const eluGrad: OnnxKernel = (graph, { dy, y }) => {
  const isAbove = binary(graph, 'GreaterOrEqual', y!, scalar(graph, 0), 'bool');
  const below = binary(graph, 'Mul', dy!, binary(graph, 'Add', y!, scalar(graph, 1)));
  return chosen(graph, isAbove, dy!, below, y!.shape);
};

const notEqual: OnnxKernel = (graph, inputs, attributes) =>
  apply(graph, 'Not', [comparison('Equal')(graph, inputs, attributes) as GraphNode]);

/** Whether a float is something that no whole number is. */
const floatTest =
  (test: (graph: Graph, x: GraphNode) => GraphNode): OnnxKernel =>
  (graph, { x }) =>
    x!.type === 'float32' ? test(graph, x!) : graph.splat(0, x!.shape, 'bool');

const isFinite: OnnxKernel = (graph, { x }) =>
  x!.type === 'float32'
    ? apply(graph, 'Not', [binary(graph, 'Or', isInfinite(graph, x!), isNaN(graph, x!), 'bool')])
    : graph.splat(1, x!.shape, 'bool');

/** TF.js broadcasts all three itself. */
const select: OnnxKernel = (graph, { condition, t, e }) => {
  const type = upcastType(t!.type as 'float32', e!.type as 'float32') as ElementType;
  // ONNX Runtime chooses between numbers only.
  const numbers: ElementType = type === 'bool' ? 'int32' : type;
  const picked = chosen(graph, condition!, cast(graph, t!, numbers), cast(graph, e!, numbers), t!.shape);
  return cast(graph, picked, type);
};

const addN: OnnxKernel = (graph, inputs) => {
  const [first, ...rest] = Object.values(inputs);
  if (first!.type === 'float32') return apply(graph, 'Sum', [first!, ...rest]);
  return first!.type === 'int32' ? rest.reduce((sum, x) => binary(graph, 'Add', sum, x), first!) : null;
};

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

function isInfinite(graph: Graph, x: GraphNode): GraphNode {
  return apply(graph, 'IsInf', [x], { type: 'bool' });
}

/** Functions of floats whose kernel is ONNX's own, by TF.js's name. */
const SAME: Record<string, string> = {
  Sqrt: 'Sqrt',
  Log: 'Log',
  Tanh: 'Tanh',
  Sigmoid: 'Sigmoid',
  Erf: 'Erf',
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
};

const NUMBERS = ['float32', 'int32'] as const;

/** Coordinate by coordinate: arithmetic, functions, activations, comparisons. */
export const elementwiseKernels: KernelTable = {
  ...Object.fromEntries(Object.entries(SAME).map(([kernel, op]) => [kernel, unary(op)])),
  Abs: unary('Abs', NUMBERS),
  Neg: unary('Neg', NUMBERS),
  Sign: unary('Sign', NUMBERS),
  LogicalNot: unary('Not', ['bool']),
  Exp: exp,
  Add: arithmetic('Add'),
  Sub: arithmetic('Sub'),
  Multiply: multiply,
  Maximum: arithmetic('Max'),
  Minimum: arithmetic('Min'),
  Pow: arithmetic('Pow'),
  Mod: mod,
  LogicalAnd: logical('And'),
  LogicalOr: logical('Or'),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  Equal: comparison('Equal'),
  NotEqual: notEqual,
  IsNan: floatTest(isNaN),
  IsInf: floatTest(isInfinite),
  IsFinite: isFinite,
  RealDiv: realDiv,
  FloorDiv: floorDiv,
  Square: square,
  SquaredDifference: squaredDifference,
  Rsqrt: rsqrt,
  Log1p: ofFloats(log1p),
  Expm1: ofFloats(expm1),
  Step: ofFloats(step),
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
