import type { Rank, Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { tf, type Tensor } from '../../../src/engine/tf.js';
import { disagreement } from '../agreement.js';
import { between, shuffled, truths } from './cases/kernel-cases.js';

/** Of values and gradients, in relative RMS; the reasons are those of kernels.test.ts, at some kernels more. */
const TOLERANCE = 1e-5;

type Op = (...xs: Tensor[]) => Tensor;

interface Case {
  of: Op;
  at: () => Tensor[];
}

/** One input of a shape, or several. */
const normal =
  (...shapes: number[][]) =>
  () =>
    shapes.map((shape) => tf.randomNormal(shape));

/** No two equal values along any axis: which of several gets an extreme's gradient is each engine's own choice. */
const distinct =
  (...shapes: number[][]) =>
  () =>
    shapes.map((shape) => shuffled(shape).div(7));

const line = (from: number, to: number) => () => [between(from, to, 40)];
const ids = () => tf.tensor2d([1, 4, 1, 0, 2, 4], [2, 3], 'int32');

const unary = (...ops: [string, Op, (() => Tensor[])?][]): Record<string, Case> =>
  Object.fromEntries(ops.map(([name, of, at = line(-3.05, 3)]) => [name, { of, at }]));

const ELEMENTWISE: Record<string, Case> = {
  ...unary(
    ['abs', tf.abs],
    ['neg', tf.neg],
    ['square', tf.square],
    ['sqrt', tf.sqrt, line(0.1, 3)],
    ['rsqrt', tf.rsqrt, line(0.1, 3)],
    ['reciprocal', tf.reciprocal, line(0.1, 3)],
    ['exp', tf.exp],
    ['expm1', tf.expm1],
    ['log', tf.log, line(0.1, 3)],
    ['log1p', tf.log1p, line(-0.9, 3)],
    ['logSigmoid', tf.logSigmoid],
    ['tanh', tf.tanh],
    ['sigmoid', tf.sigmoid],
    ['erf', tf.erf],
    ['gelu', (x) => x.mul(x.div(Math.SQRT2).erf().add(1).div(2))],
    [
      'gelu by tanh',
      (x) =>
        x
          .pow(3)
          .mul(0.044715)
          .add(x)
          .mul(Math.sqrt(2 / Math.PI))
          .tanh()
          .add(1)
          .mul(x)
          .div(2),
    ],
    ['swish', (x) => x.mul(x.sigmoid())],
    ['relu', tf.relu],
    ['relu6', tf.relu6, line(-3.05, 9)],
    ['elu', tf.elu],
    ['selu', tf.selu],
    ['leakyRelu', (x) => tf.leakyRelu(x, 0.1)],
    ['softplus', tf.softplus],
    ['clipByValue', (x) => tf.clipByValue(x, -1, 2)],
    ['sin', tf.sin],
    ['cos', tf.cos],
    ['tan', tf.tan, line(-1.4, 1.4)],
    ['asin', tf.asin, line(-0.9, 0.9)],
    ['acos', tf.acos, line(-0.9, 0.9)],
    ['atan', tf.atan],
    ['sinh', tf.sinh],
    ['cosh', tf.cosh],
    ['asinh', tf.asinh],
    ['acosh', tf.acosh, line(1.1, 3)],
    ['atanh', tf.atanh, line(-0.9, 0.9)],
    ['cast', (x) => tf.cast(tf.cast(x, 'float32'), 'float32')],
    ['a power', (x) => tf.pow(x, 3)],
    ['floor, ceil, round and sign', (x) => tf.addN([x, x.floor(), x.ceil(), x.round(), x.sign()])],
  ),
  add: { of: tf.add, at: normal([3, 4], [4]) },
  sub: { of: tf.sub, at: normal([4], [3, 4]) },
  mul: { of: tf.mul, at: normal([2, 3, 4], [3, 1]) },
  'mul by a 0-d tensor': { of: tf.mul, at: normal([40], []) },
  div: { of: (a, b) => tf.div(a, b.square().add(0.5)), at: normal([3, 4], [3, 1]) },
  pow: { of: (a, b) => tf.pow(a.square().add(0.5), b), at: normal([3, 4], [4]) },
  mod: { of: tf.mod, at: () => [between(-7, 7, 12), between(2, 3, 12)] },
  // Of equal shapes: TF.js has no gradient of these where it broadcasts.
  maximum: { of: tf.maximum, at: normal([3, 4], [3, 4]) },
  minimum: { of: tf.minimum, at: normal([3, 4], [3, 4]) },
  squaredDifference: { of: tf.squaredDifference, at: normal([3, 4], [3, 4]) },
  prelu: { of: tf.prelu, at: normal([5, 4], [4]) },
  where: { of: (a, b) => tf.where(truths([3, 4]), a, b), at: normal([3, 4], [3, 4]) },
  addN: { of: (...xs) => tf.addN(xs), at: normal([3], [3], [3]) },
};

const ALONG_AXES: Record<string, Case> = {
  sum: { of: (x) => tf.sum(x, 1), at: normal([3, 4, 2]) },
  mean: { of: (x) => tf.mean(x, [0, -1], true), at: normal([3, 4, 2]) },
  max: { of: (x) => tf.max(x, 1), at: distinct([3, 4, 2]) },
  min: { of: (x) => tf.min(x, [0, 2]), at: distinct([3, 4, 2]) },
  prod: { of: (x) => tf.prod(x, 1), at: normal([3, 4, 2]) },
  cumsum: { of: (x) => tf.cumsum(x, 2, true, true), at: normal([3, 4, 2]) },
  softmax: { of: (x) => tf.softmax(x), at: normal([3, 4, 5]) },
  logSoftmax: { of: (x) => tf.logSoftmax(x), at: normal([3, 5]) },
  logSumExp: { of: (x) => tf.logSumExp(x, -1), at: distinct([3, 5]) },
  norm: { of: (x) => tf.norm(x, 'euclidean', 1), at: normal([3, 5]) },
  variance: { of: (x) => tf.moments(x, -1).variance, at: normal([3, 5]) },
  'softmax cross entropy': {
    of: (x) => tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d([1, 0, 4], 'int32'), 5), x),
    at: distinct([3, 5]),
  },
  'sigmoid cross entropy': {
    of: (x) => tf.losses.sigmoidCrossEntropy(tf.cast(truths([3, 5]), 'float32'), x),
    at: normal([3, 5]),
  },
  'layer norm': {
    of: (x, gain, bias) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return x.sub(mean).mul(variance.add(1e-5).rsqrt()).mul(gain).add(bias);
    },
    at: normal([3, 4, 6], [6], [6]),
  },
  'batch norm': {
    of: (x, mean, spread, offset, scale) =>
      tf.batchNorm(x as Tensor4D, mean as Tensor<Rank.R1>, spread.square().add(0.1), offset as never, scale as never),
    at: normal([2, 3, 3, 4], [4], [4], [4], [4]),
  },
};

const product = (tA: boolean, tB: boolean, a: number[], b: number[]): [string, Case] => [
  `matMul of [${a.join()}]${tA ? 'ᵀ' : ''} and [${b.join()}]${tB ? 'ᵀ' : ''}`,
  {
    of: (x, y) => tf.matMul(x, y, tA, tB),
    at: normal(
      [...a.slice(0, -2), ...(tA ? a.slice(-2).toReversed() : a.slice(-2))],
      [...b.slice(0, -2), ...(tB ? b.slice(-2).toReversed() : b.slice(-2))],
    ),
  },
];

const PRODUCTS: Record<string, Case> = Object.fromEntries(
  [false, true].flatMap((tA) =>
    [false, true].flatMap((tB) => [
      product(tA, tB, [3, 4], [4, 5]),
      product(tA, tB, [2, 3, 4], [2, 4, 5]),
      product(tA, tB, [2, 3, 3, 4], [2, 3, 4, 5]),
    ]),
  ),
);

const fused = (activation: 'relu' | 'sigmoid' | 'elu' | 'relu6'): [string, Case] => [
  `fused matMul with ${activation}`,
  { of: (a, b, bias) => tf.fused.matMul({ a, b, bias, activation }), at: normal([3, 4], [4, 5], [5]) },
];

const SHAPES: Record<string, Case> = {
  'fused matMul': { of: (a, b, bias) => tf.fused.matMul({ a, b, bias }), at: normal([3, 4], [4, 5], [5]) },
  ...Object.fromEntries((['relu', 'relu6', 'elu', 'sigmoid'] as const).map(fused)),
  'fused conv2d with relu': {
    of: (x, filter, bias) =>
      tf.fused.conv2d({
        x: x as Tensor4D,
        filter: filter as Tensor4D,
        bias,
        strides: 1,
        pad: 'same',
        activation: 'relu',
      }),
    at: normal([2, 5, 5, 3], [3, 3, 3, 4], [4]),
  },
  reshape: { of: (x) => x.reshape([2, 6]), at: normal([3, 4]) },
  expandDims: { of: (x) => x.expandDims(1), at: normal([3, 4]) },
  transpose: { of: (x) => x.transpose([2, 0, 1]), at: normal([2, 3, 4]) },
  slice: { of: (x) => x.slice([1, 0], [2, 3]), at: normal([3, 4]) },
  concat: { of: (a, b) => tf.concat([a, b], 1), at: normal([3, 4], [3, 2]) },
  stack: { of: (a, b) => tf.stack([a, b], 1), at: normal([3, 4], [3, 4]) },
  unstack: { of: (x) => tf.mul(tf.unstack(x, 1)[0], tf.unstack(x, 1)[2]), at: normal([4, 3]) },
  split: { of: (x) => tf.split(x, [1, 3], 1)[1], at: normal([3, 4]) },
  pad: {
    of: (x) =>
      tf.pad(
        x,
        [
          [1, 0],
          [2, 1],
        ],
        0.5,
      ),
    at: normal([3, 4]),
  },
  mirrorPad: {
    of: (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 2],
        ],
        'reflect',
      ),
    at: normal([3, 4]),
  },
  tile: { of: (x) => tf.tile(x, [2, 3]), at: normal([3, 4]) },
  broadcastTo: { of: (x) => tf.broadcastTo(x, [3, 4]), at: normal([4]) },
  reverse: { of: (x) => tf.reverse(x, 1), at: normal([3, 4]) },
  'gather of rows, as an embedding': { of: (table) => tf.gather(table, ids()), at: normal([5, 8]) },
  'gather of columns': { of: (x) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'), 1), at: normal([4, 3]) },
  'gather by each batch’s own indices': { of: (x) => tf.gather(x, ids(), 1, 1), at: normal([2, 5, 3]) },
  unsortedSegmentSum: {
    of: (x) => tf.unsortedSegmentSum(x, tf.tensor1d([2, 0, 2, 1], 'int32'), 4),
    at: normal([4, 3]),
  },
  resizeNearestNeighbor: {
    // Of one image: see where-cpu-errs.test.ts.
    of: (x) => tf.image.resizeNearestNeighbor(x as Tensor4D, [6, 8]),
    at: normal([1, 3, 4, 2]),
  },
  conv1d: {
    of: (x, filter) => tf.conv1d(x as Tensor<Rank.R3>, filter as Tensor<Rank.R3>, 2, 'same'),
    at: normal([2, 9, 3], [3, 3, 4]),
  },
  separableConv2d: {
    of: (x, depthwise, pointwise) =>
      tf.separableConv2d(x as Tensor4D, depthwise as Tensor4D, pointwise as Tensor4D, 1, 'same'),
    at: normal([2, 5, 5, 3], [3, 3, 3, 2], [1, 1, 6, 4]),
  },
  conv2dTranspose: {
    of: (x, filter) => tf.conv2dTranspose(x as Tensor4D, filter as Tensor4D, [2, 8, 8, 3], 2, 'same'),
    at: normal([2, 4, 4, 5], [3, 3, 3, 5]),
  },
};

describe.each(Object.entries({ ...ELEMENTWISE, ...ALONG_AXES, ...PRODUCTS, ...SHAPES }))('%s', (_, { of, at }) => {
  it('has cpu’s value and gradients', async () => {
    expect(
      await disagreement(() => {
        const inputs = at();
        // Half the squares: the gradient to the op's output is the output, different everywhere.
        const loss = (...xs: Tensor[]) =>
          of(...xs)
            .square()
            .sum<Scalar>()
            .div<Scalar>(2);
        return [of(...inputs), ...tf.grads(loss)(inputs)];
      }, 'onnx'),
    ).toBeLessThan(TOLERANCE);
  });
});

describe('a second derivative', () => {
  it('is cpu’s', async () => {
    expect(
      await disagreement(() => {
        const f = (x: Tensor) => x.tanh().mul(x).sum();
        return tf.grad((x) => tf.grad(f)(x).square().sum())(tf.randomNormal([40]));
      }, 'onnx'),
    ).toBeLessThan(TOLERANCE);
  });
});
