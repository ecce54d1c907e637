import { tf, type Tensor } from '../../../../src/engine/tf.js';
import { filled, shuffled, truths, unhealthy, whole, type Cases, type KernelCases } from './kernel-cases.js';

type Reduction = (x: Tensor, axis?: number | number[], keepDims?: boolean) => Tensor;

const AXES: (number | number[] | undefined)[] = [undefined, 0, 1, 2, -1, -3, [0, 2], [1, 2], [-1, 0], [0, 1, 2]];

function overAxes(f: Reduction, x: () => Tensor): Cases {
  return Object.fromEntries(
    AXES.flatMap((axis) =>
      [false, true].map((keepDims) => [
        `axis ${JSON.stringify(axis) ?? 'unsaid'}${keepDims ? ', kept' : ''}`,
        () => f(x(), axis, keepDims),
      ]),
    ),
  );
}

const normal = () => tf.randomNormal([3, 4, 5], 0.3);

const unhealthyRows = () => {
  const healthy = tf.tensor1d([1, 2, 3, 4, 5]);
  return tf.stack([unhealthy(), healthy, tf.concat([tf.tensor1d([Infinity]), healthy.slice(1)]), healthy.mul(NaN)]);
};

function numbers(f: Reduction): Cases {
  return {
    ...overAxes(f, normal),
    'a 0-d tensor': () => f(tf.scalar(3)),
    'a vector': () => f(tf.randomNormal([70])),
    'whole numbers': () => [f(whole([3, 4], 1, 3)), f(whole([3, 4], -2, 2), 1, true)],
    'axes of size 1': () => f(tf.randomNormal([1, 4, 1]), [0, 2]),
    'rows of NaN and the infinities': () => [f(unhealthyRows(), 1), f(unhealthyRows(), 0)],
    'both infinities': () =>
      f(
        tf.tensor2d([
          [1, Infinity, -Infinity],
          [2, 3, -Infinity],
        ]),
        1,
      ),
  };
}

const truthful = (f: Reduction): Cases => ({
  ...overAxes(f, () => truths([3, 4, 5])),
  'all true and all false': () =>
    f(
      tf.tensor2d(
        [
          [1, 1],
          [0, 0],
          [0, 1],
        ],
        [3, 2],
        'bool',
      ),
      1,
    ),
  'a 0-d tensor': () => f(tf.scalar(true, 'bool')),
});

const places = (f: (x: Tensor, axis?: number) => Tensor): Cases => ({
  ...Object.fromEntries(
    [undefined, 0, 1, 2, -1].map((axis) => [`axis ${axis ?? 'unsaid'}`, () => f(shuffled([3, 4, 5]), axis)]),
  ),
  'the first of equal values': () =>
    f(
      tf.tensor2d([
        [1, 3, 3, 1],
        [2, 2, 2, 2],
      ]),
      1,
    ),
  'whole numbers': () => f(whole([3, 4], 0, 11), 1),
  'truth values': () => f(truths([7])),
  'infinite values': () => f(tf.tensor1d([1, -Infinity, Infinity, 2])),
});

const sums = (axis: number, exclusive: boolean, reverse: boolean) => () =>
  tf.cumsum(tf.randomNormal([3, 4, 2]), axis, exclusive, reverse);

const moments = () => ({ mean: tf.randomNormal([4]), variance: tf.randomUniform([4], 0.1, 2) });
const factors = () => ({ offset: tf.randomNormal([4]), scale: tf.randomNormal([4]) });

/** Along axes: sums, means, extremes, softmax, normalization by given moments. */
export const reductionCases: KernelCases = {
  Sum: {
    ...numbers(tf.sum),
    'truth values': () => [tf.sum(truths([3, 4])), tf.sum(truths([3, 4]), 0)],
    'negated values': () => {
      const [negated, counts] = [tf.neg(normal()), tf.neg(whole([3, 4], 1, 3))];
      return [negated, tf.sum(negated, 2), tf.sum(negated, [0, 1], true), tf.sum(negated), tf.sum(counts, 0)];
    },
    'negated values that are none': () => [tf.sum(tf.neg(unhealthyRows()), 1), tf.sum(tf.neg(tf.zeros([2, 3])), 1)],
    'many values, which add to little': () =>
      tf.sum(
        tf
          .randomNormal([50, 50])
          .sub(0.01)
          .concat(tf.ones([1, 50])),
      ),
  },
  Mean: {
    ...numbers(tf.mean),
    'truth values': () => tf.mean(truths([3, 4]), 1),
  },
  Max: { ...numbers(tf.max), 'truth values': () => tf.max(truths([3, 4]), 1) },
  Min: { ...numbers(tf.min), 'truth values': () => tf.min(truths([3, 4]), 1) },
  Prod: numbers(tf.prod),
  All: truthful(tf.all),
  Any: truthful(tf.any),
  ArgMax: places(tf.argMax),
  ArgMin: places(tf.argMin),
  Cumsum: {
    'the first axis': sums(0, false, false),
    'the last axis': sums(2, false, false),
    'each value left out of its own sum': sums(1, true, false),
    'from the end': sums(1, false, true),
    'from the end, each value left out of its own sum': sums(2, true, true),
    'whole numbers and truth values': () => [tf.cumsum(whole([6], 1, 4)), tf.cumsum(truths([6]))],
    NaN: () => tf.cumsum(tf.tensor1d([1, NaN, 2])),
  },
  Softmax: {
    'the last axis': () => tf.softmax(tf.randomNormal([3, 4, 5])),
    'a vector': () => tf.softmax(tf.randomNormal([6])),
    'large values': () =>
      tf.softmax(
        tf.tensor2d([
          [1000, 999, 0],
          [-1000, -999, -1001],
        ]),
      ),
    'masked values': () =>
      tf.softmax(
        tf.tensor2d([
          [-1e9, 1, 2],
          [-Infinity, 0, 1],
        ]),
      ),
    'rows of NaN and infinity': () => tf.softmax(unhealthyRows()),
  },
  FusedBatchNorm: {
    'moments alone': () => tf.batchNorm(tf.randomNormal([2, 3, 3, 4]), moments().mean, moments().variance),
    'offset and scale': () => {
      const { mean, variance } = moments();
      const { offset, scale } = factors();
      return tf.batchNorm(tf.randomNormal([2, 3, 3, 4]), mean, variance, offset, scale, 1e-5);
    },
    'a scale alone': () =>
      tf.batchNorm(tf.randomNormal([5, 4]), moments().mean, moments().variance, undefined, factors().scale),
    'a constant feature': () => tf.batchNorm(tf.randomNormal([5, 4]), moments().mean, tf.zeros([4])),
    NaN: () => tf.batchNorm(filled([5, 4], NaN), moments().mean, moments().variance),
  },
  Transpose: {
    'a matrix': () => tf.transpose(tf.randomNormal([3, 4])),
    'four axes': () => tf.transpose(tf.randomNormal([2, 3, 4, 5]), [3, 1, 0, 2]),
    'the same order': () => tf.transpose(tf.randomNormal([2, 3]), [0, 1]),
    'axes of size 1': () => tf.transpose(tf.randomNormal([1, 3, 1]), [2, 1, 0]),
    'whole numbers and truth values': () => [tf.transpose(whole([2, 3], 0, 5)), tf.transpose(truths([2, 3]))],
    'no values': () => tf.transpose(tf.zeros([0, 3])),
  },
};

/** Reductions over nothing: ONNX has no values for some, so all of them are forwarded. */
export const emptyReductions: KernelCases = {
  Sum: { 'no values': () => [tf.sum(tf.zeros([0, 3]), 0), tf.sum(tf.zeros([0, 3]), 1)] },
  Mean: { 'no values': () => tf.mean(tf.zeros([2, 0, 3]), 1) },
  Prod: { 'no values': () => tf.prod(tf.zeros([0, 3]), 0) },
  All: { 'no values': () => tf.all(tf.zeros([0, 3], 'bool'), 0) },
  Any: { 'no values': () => tf.any(tf.zeros([0, 3], 'bool'), 0) },
};
