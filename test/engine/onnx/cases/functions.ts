import { tf, type Tensor } from '../../../../src/engine/tf.js';
import { between, manyUnhealthy, truths, unhealthy, whole, type Cases, type KernelCases } from './kernel-cases.js';

type Unary = (x: Tensor) => Tensor;

/** The names of cases with NaN in them. */
const UNHEALTHY = new Set(['NaN and the infinities', 'NaN and the infinities among many values']);

/** Without NaN, for functions whose NaN is tested on its own because cpu's is not what it should be. */
const withoutNaN = (all: Cases): Cases =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !UNHEALTHY.has(name)));

/** What every function of one float has to agree on; `[from, to]` goes beyond the function's domain where it has one. */
function cases(f: Unary, [from, to]: [number, number] = [-4, 4], further: Cases = {}): Cases {
  return {
    'many values': () => f(between(from, to)),
    'a matrix': () => f(between(from, to, 6).reshape([2, 3])),
    'a 0-d tensor': () => f(tf.scalar(0.7)),
    'no values': () => f(tf.zeros([0, 3])),
    'NaN and the infinities': () => f(unhealthy()),
    'NaN and the infinities among many values': () => f(manyUnhealthy()),
    'values far from 0': () => f(tf.tensor1d([-100, 100])),
    'zeros of both signs': () => f(tf.tensor1d([0, -0])),
    ...further,
  };
}

const wholeNumbers = (f: Unary, low = -3): Cases => ({ 'whole numbers': () => f(whole([2, 5], low, 4)) });
const tiny = (f: Unary): Cases => ({ 'values near 0': () => f(tf.tensor1d([1e-3, -1e-4, 1e-6, -1e-8, 1e-20])) });

/** Functions of one number. */
export const functionCases: KernelCases = {
  Abs: cases(tf.abs, undefined, wholeNumbers(tf.abs)),
  Neg: cases(tf.neg, undefined, wholeNumbers(tf.neg)),
  Sqrt: cases(tf.sqrt, [-1, 9]),
  Rsqrt: cases(tf.rsqrt, [-1, 9]),
  Square: cases(tf.square, undefined, wholeNumbers(tf.square)),
  Exp: cases(tf.exp, undefined, wholeNumbers(tf.exp)),
  Expm1: cases(tf.expm1, undefined, tiny(tf.expm1)),
  Log: cases(tf.log, [-1, 9]),
  Log1p: cases(tf.log1p, [-2, 9], tiny(tf.log1p)),
  Tanh: cases(tf.tanh, undefined, tiny(tf.tanh)),
  Sigmoid: cases(tf.sigmoid),
  Erf: cases(tf.erf, undefined, wholeNumbers(tf.erf)),
  Sign: withoutNaN(cases(tf.sign, undefined, wholeNumbers(tf.sign))),
  Softplus: cases(tf.softplus, [-20, 20]),
  Reciprocal: cases(tf.reciprocal, [0.1, 9]),
  Sin: cases(tf.sin),
  Cos: cases(tf.cos),
  Tan: cases(tf.tan, [-1.5, 1.5]),
  Asin: cases(tf.asin, [-1.2, 1.2]),
  Acos: cases(tf.acos, [-1.2, 1.2]),
  Atan: cases(tf.atan),
  Sinh: cases(tf.sinh, undefined, tiny(tf.sinh)),
  Cosh: cases(tf.cosh),
  Asinh: cases(tf.asinh, undefined, tiny(tf.asinh)),
  Acosh: cases(tf.acosh, [0.5, 9]),
  Atanh: cases(tf.atanh, [-1.2, 1.2], tiny(tf.atanh)),
  Floor: cases(tf.floor),
  Ceil: cases(tf.ceil),
  // Halves go to the even neighbour.
  Round: cases(tf.round, undefined, { halves: () => tf.round(tf.tensor1d([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])) }),
  IsNan: cases(tf.isNaN, undefined, wholeNumbers(tf.isNaN)),
  IsInf: cases(tf.isInf, undefined, wholeNumbers(tf.isInf)),
  IsFinite: cases(tf.isFinite, undefined, wholeNumbers(tf.isFinite)),
  LogicalNot: {
    'truth values': () => tf.logicalNot(truths([2, 3])),
    'a 0-d tensor': () => tf.logicalNot(tf.scalar(true, 'bool')),
    'no values': () => tf.logicalNot(tf.zeros([0], 'bool')),
  },
};

const step = (x: Tensor) => tf.step(x);
const slope: Unary = (x) => tf.leakyRelu(x, 0.3);
const clip: Unary = (x) => tf.clipByValue(x, -1.5, 2);
const byRow: Unary = (x) => tf.prelu(x, tf.scalar(0.3));

/** Activations and what they are made of. */
export const activationCases: KernelCases = {
  Relu: cases(tf.relu, undefined, wholeNumbers(tf.relu)),
  Relu6: cases(tf.relu6, [-4, 9], wholeNumbers(tf.relu6)),
  Elu: cases(tf.elu),
  Selu: cases(tf.selu),
  LeakyRelu: cases(slope, undefined, {
    'another slope': () => tf.leakyRelu(between(-4, 4, 8), 0.01),
    ...wholeNumbers(slope),
  }),
  Prelu: cases(byRow, undefined, {
    'a slope for each column': () => tf.prelu(between(-4, 4, 12).reshape([3, 4]), tf.tensor1d([0.1, 0.2, 0.3, -1])),
    'a slope for each value': () => tf.prelu(between(-4, 4, 6), tf.tensor1d([1, 2, 3, 4, 5, 6])),
  }),
  Step: withoutNaN(
    cases(step, undefined, {
      'a slope below 0': () => tf.step(between(-2, 2, 9), 0.25),
      'the infinities': () => step(tf.tensor1d([Infinity, -Infinity])),
    }),
  ),
  ClipByValue: cases(clip, undefined, {
    'whole numbers': () => tf.clipByValue(whole([9], -4, 4), -2, 3),
    'bounds at infinity': () => tf.clipByValue(between(-2, 2, 9), -Infinity, 1),
  }),
  EluGrad: {
    'many values': () => tf.grad((x) => tf.elu(x))(between(-4, 4)),
    'a matrix, whose gradient is not constant': () =>
      tf.grad((x) => tf.elu(x).square())(between(-4, 4, 6).reshape([2, 3])),
    'NaN and the infinities': () => tf.grad((x) => tf.elu(x))(unhealthy()),
    'no values': () => tf.grad((x) => tf.elu(x))(tf.zeros([0, 2])),
  },
};

/** Functions TF.js cuts to whole numbers, or computes on truth values. */
export const declinedFunctions: KernelCases = Object.fromEntries(
  Object.entries({
    Abs: [truths, tf.abs],
    Neg: [truths, tf.neg],
    Square: [truths, tf.square],
    Relu: [truths, tf.relu],
    Relu6: [truths, tf.relu6],
    ClipByValue: [truths, (x: Tensor) => tf.clipByValue(x, 0, 1)],
    Step: [truths, step],
    Selu: [(shape: number[]) => whole(shape, -3, 3), tf.selu],
    Softplus: [(shape: number[]) => whole(shape, -3, 3), tf.softplus],
    Expm1: [(shape: number[]) => whole(shape, -3, 3), tf.expm1],
    Log1p: [(shape: number[]) => whole(shape, 0, 9), tf.log1p],
    Round: [(shape: number[]) => whole(shape, -3, 3), tf.round],
  } as Record<string, [(shape: number[]) => Tensor, Unary]>).map(([kernel, [values, f]]) => [
    kernel,
    { 'values that are no floats': () => f(values([2, 3])) },
  ]),
);
