import { tf, type Tensor } from '../../../../src/engine/tf.js';
import {
  between,
  filled,
  MANY,
  manyUnhealthy,
  truths,
  unhealthy,
  whole,
  type Cases,
  type KernelCases,
} from './kernel-cases.js';

type Binary = (a: Tensor, b: Tensor) => Tensor;

/** Two shapes that broadcast. */
const SHAPES: [number[], number[]][] = [
  [
    [3, 4],
    [3, 4],
  ],
  [[3, 4], []],
  [[], [3, 4]],
  [[3, 4], [4]],
  [[4], [3, 4]],
  [
    [3, 4],
    [3, 1],
  ],
  [
    [1, 4],
    [3, 1],
  ],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [[3], [2, 1, 1]],
  [[], []],
  [[1], []],
  [[MANY], [MANY]],
  [[MANY], []],
  [[], [MANY]],
  [[MANY], [1]],
  [[0, 4], [4]],
  [
    [2, 0],
    [2, 1],
  ],
  [[0], []],
];

/** Values for both operands, by shape; the second's are none of the first's unless `values` repeats them. */
interface Operands {
  a: (shape: number[]) => Tensor;
  b: (shape: number[]) => Tensor;
}

const normal: Operands = { a: (shape) => tf.randomNormal(shape), b: (shape) => tf.randomNormal(shape) };
const positive: Operands = {
  a: (shape) => tf.randomUniform(shape, 0.2, 3),
  b: (shape) => tf.randomNormal(shape),
};
const apart: Operands = {
  a: (shape) => tf.randomNormal(shape, 0, 4),
  b: (shape) => tf.randomUniform(shape, 0.5, 2),
};
const integers: Operands = { a: (shape) => whole(shape, -4, 4), b: (shape) => whole(shape, 1, 5) };
const bools: Operands = { a: truths, b: (shape) => tf.logicalNot(truths(shape)) };
/** Rounded to halves, so that some are equal. */
const halves: Operands = {
  a: (shape) => tf.randomNormal(shape).mul(2).round().div(2),
  b: (shape) => tf.randomNormal(shape).mul(2).round().div(2),
};

function shapes(f: Binary, { a, b }: Operands, what = ''): Cases {
  return Object.fromEntries(
    SHAPES.map(([left, right]) => [`${what}[${left.join()}] and [${right.join()}]`, () => f(a(left), b(right))]),
  );
}

/** Every pair of NaN, the infinities, zeros and ordinary values. */
const pairs = (f: Binary): Cases => ({
  'NaN and the infinities': () => {
    const values = tf.concat([unhealthy(), tf.tensor1d([0, 1, 2])]);
    return f(values.reshape([8, 1]), values);
  },
  'NaN and the infinities among many values': () =>
    [manyUnhealthy(), tf.reverse(manyUnhealthy())].flatMap((x) => [f(x, between(1, 2, 45)), f(between(1, 2, 45), x)]),
});

const few = (f: Binary, { a, b }: Operands, what: string): Cases => ({
  [what]: () => f(a([2, 5]), b([5])),
  [`${what}, none of them`]: () => f(a([0, 5]), b([5])),
});

const numbers = (f: Binary, operands = normal): Cases => ({
  ...shapes(f, operands),
  ...pairs(f),
  ...few(f, integers, 'whole numbers'),
});

const mixed = (f: Binary): Cases => ({
  'whole numbers and floats': () => [f(whole([4], -2, 2), between(-1, 1, 4)), f(between(-1, 1, 4), whole([4], -2, 2))],
});

const compared = (f: Binary): Cases => ({
  ...shapes(f, halves),
  ...pairs(f),
  ...few(f, { a: (shape) => whole(shape, 0, 3), b: (shape) => whole(shape, 1, 4) }, 'whole numbers'),
  ...few(f, bools, 'truth values'),
});

/** Operators of two or more tensors, coordinate by coordinate. */
export const arithmeticCases: KernelCases = {
  Add: { ...numbers(tf.add), ...mixed(tf.add) },
  Sub: { ...numbers(tf.sub), ...mixed(tf.sub) },
  Multiply: { ...numbers(tf.mul), ...mixed(tf.mul) },
  RealDiv: { ...shapes(tf.div, apart), ...pairs(tf.div), ...mixed((a, b) => tf.div(a, tf.add(b, 5))) },
  FloorDiv: shapes(tf.floorDiv, apart),
  Mod: {
    ...shapes(tf.mod, apart),
    ...pairs(tf.mod),
    'divisors of both signs': () => tf.mod(between(-7, 7), between(3, -3)),
  },
  Maximum: { ...numbers(tf.maximum), ...few(tf.maximum, bools, 'truth values') },
  Minimum: { ...numbers(tf.minimum), ...few(tf.minimum, bools, 'truth values') },
  SquaredDifference: numbers(tf.squaredDifference),
  Pow: {
    ...shapes(tf.pow, positive),
    // Not of base 1 or −1: there JavaScript alone gives NaN for infinite exponents (IEEE 754-2019, section 9.2.1).
    'NaN and the infinities': () => {
      const values = tf.concat([unhealthy(), tf.tensor1d([0, 2])]);
      return [tf.pow(values.reshape([7, 1]), values), tf.pow(manyUnhealthy(), between(2, 3, 45))];
    },
    'whole numbers': () => tf.pow(whole([2, 5], -4, 4), tf.scalar(3, 'int32')),
    'whole exponents': () => [-2, -1, 0, 1, 2, 3].map((n) => tf.pow(between(-2, 2), n)),
    'exponents that are no whole numbers': () => [0.5, -0.5, 1.5].map((n) => tf.pow(between(-2, 2, 8), n)),
  },
  Greater: compared(tf.greater),
  GreaterEqual: compared(tf.greaterEqual),
  Less: compared(tf.less),
  LessEqual: compared(tf.lessEqual),
  Equal: compared(tf.equal),
  NotEqual: compared(tf.notEqual),
  LogicalAnd: shapes(tf.logicalAnd, bools),
  LogicalOr: shapes(tf.logicalOr, bools),
  AddN: {
    'three matrices': () => tf.addN([0, 1, 2].map(() => tf.randomNormal([3, 4]))),
    'one matrix': () => tf.addN([tf.randomNormal([3, 4])]),
    'whole numbers': () => tf.addN([whole([5], -2, 2), whole([5], 0, 4)]),
    'no values': () => tf.addN([tf.zeros([0, 2]), tf.zeros([0, 2])]),
    'the same tensor twice': () => {
      const x = tf.randomNormal([5]);
      return tf.addN([x, x, tf.randomNormal([5])]);
    },
  },
  Select: {
    'a condition for each value': () => tf.where(truths([3, 4]), tf.randomNormal([3, 4]), tf.randomNormal([3, 4])),
    'broadcast values': () => tf.where(truths([3, 4]), tf.scalar(1), tf.randomNormal([4])),
    'a broadcast condition': () => tf.where(truths([4]), tf.randomNormal([3, 4]), tf.randomNormal([3, 1])),
    'whole numbers': () => tf.where(truths([6]), whole([6], 0, 4), whole([6], -9, -5)),
    'truth values': () => tf.where(truths([6]), truths([6]), tf.logicalNot(truths([6]))),
    '0-d tensors': () => tf.where(tf.scalar(true, 'bool'), tf.scalar(1), tf.scalar(2)),
    'no values': () => tf.where(tf.zeros([0, 2], 'bool'), tf.zeros([0, 2]), tf.ones([0, 2])),
    'NaN where it is not taken': () => tf.where(truths([5]), between(0, 1, 5), filled([5], NaN)),
  },
  Cast: {
    'floats as whole numbers': () => tf.cast(tf.tensor1d([-2.7, -0.5, 0, 0.5, 2.7]), 'int32'),
    'floats as truth values': () => tf.cast(tf.tensor1d([-2.7, 0, -0, 0.2]), 'bool'),
    'whole numbers as floats': () => tf.cast(whole([2, 3], -4, 4), 'float32'),
    'whole numbers as truth values': () => tf.cast(whole([2, 3], -1, 2), 'bool'),
    'truth values as numbers': () => [tf.cast(truths([5]), 'float32'), tf.cast(truths([5]), 'int32')],
    'a 0-d tensor': () => tf.cast(tf.scalar(2.5), 'int32'),
    'no values': () => tf.cast(tf.zeros([0, 3]), 'int32'),
    'NaN as a truth value': () => tf.cast(unhealthy(), 'bool'),
  },
};

/** Sums and products of truth values, and what remains of whole numbers. */
export const declinedArithmetic: KernelCases = {
  // Of which one is true: cpu's sum of two true values is 2, which is no truth value.
  Add: { 'truth values': () => tf.add(truths([4]), tf.logicalNot(truths([4]))) },
  Multiply: few(tf.mul, bools, 'truth values'),
  AddN: { 'truth values': () => tf.addN([truths([4]), tf.logicalNot(truths([4]))]) },
  FloorDiv: {
    ...few(tf.floorDiv, integers, 'whole numbers'),
    'whole numbers that no float32 holds': () =>
      tf.floorDiv(tf.tensor1d([16_777_217, 2_147_483_647], 'int32'), tf.scalar(1, 'int32')),
  },
  Mod: few(tf.mod, integers, 'whole numbers'),
};
