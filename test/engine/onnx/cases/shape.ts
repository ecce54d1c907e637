import { tf, type Tensor } from '../../../../src/engine/tf.js';
import { filled, shuffled, truths, whole, type Cases, type KernelCases } from './kernel-cases.js';

/** The same for each type of value. */
const typed = (f: (x: (shape: number[]) => Tensor) => Tensor | Tensor[], what: string): Cases => ({
  [`${what}, floats`]: () => f(shuffled),
  [`${what}, whole numbers`]: () => f((shape) => whole(shape, -9, 9)),
  [`${what}, truth values`]: () => f(truths),
});

/** The same numbers, as they are or under another shape. */
export const viewCases: KernelCases = {
  Identity: {
    ...typed((x) => tf.clone(x([3, 4])), 'a matrix'),
    'no values': () => tf.clone(tf.zeros([0, 2])),
    'a computed tensor': () => tf.clone(tf.add(shuffled([3]), 1)),
  },
  Reshape: {
    ...typed((x) => [tf.reshape(x([3, 4]), [2, 6]), tf.reshape(x([3, 4]), [-1])], 'a matrix'),
    'to and from 0-d': () => [tf.reshape(tf.tensor1d([2]), []), tf.reshape(tf.scalar(2), [1, 1])],
    'no values': () => tf.reshape(tf.zeros([0, 2]), [3, 0]),
    'a computed tensor, twice': () => shuffled([3, 4]).add(1).reshape([2, 6]).reshape([12]),
  },
  ExpandDims: {
    ...typed((x) => [0, 1, 2, -1, -2].map((axis) => tf.expandDims(x([3, 4]), axis)), 'every axis'),
    'a 0-d tensor': () => tf.expandDims(tf.scalar(3), 0),
  },
  Cast: typed((x) => [x([3, 4])].map((y) => tf.cast(y, y.dtype)), 'its own type'),
};

/** Joining, cutting. */
export const shapeCases: KernelCases = {
  Concat: {
    ...typed((x) => tf.concat([x([2, 3]), x([4, 3])], 0), 'the first axis'),
    ...typed((x) => tf.concat([x([2, 3]), x([2, 1]), x([2, 2])], -1), 'the last axis'),
    'empty parts': () => tf.concat([tf.zeros([0, 3]), shuffled([2, 3]), tf.zeros([0, 3]), shuffled([1, 3])], 0),
    'empty parts and one that is not': () => tf.concat([tf.zeros([0, 3]), shuffled([2, 3])], 0),
  },
  Pack: {
    ...typed((x) => [0, 1, 2, -1].map((axis) => tf.stack([x([2, 3]), x([2, 3])], axis)), 'every axis'),
    '0-d tensors': () => tf.stack([tf.scalar(1), tf.scalar(2)]),
    'one tensor': () => tf.stack([shuffled([3])]),
  },
  Unpack: {
    ...typed((x) => [0, 1, 2, -1].flatMap((axis) => tf.unstack(x([2, 3, 4]), axis)), 'every axis'),
    'a vector': () => tf.unstack(shuffled([4])),
    'an axis of size 1': () => tf.unstack(shuffled([1, 3])),
  },
  Slice: {
    ...typed((x) => tf.slice(x([4, 5]), [1, 2], [2, 3]), 'a box'),
    'to the end': () => [tf.slice(shuffled([4, 5]), [1], [-1]), tf.slice(shuffled([4, 5]), [2])],
    everything: () => tf.slice(shuffled([2, 3]), [0, 0], [2, 3]),
    nothing: () => [tf.slice(shuffled([4, 5]), [1, 0], [0, 5]), tf.slice(truths([4]), [4], [0])],
    'a vector': () => tf.slice(shuffled([7]), 2, 3),
    'three axes and four': () => [
      tf.slice(shuffled([3, 4, 5]), [1, 0, 2], [2, 3, 1]),
      tf.slice(shuffled([2, 3, 2, 3]), [0, 1, 1, 1], [2, 2, 1, 2]),
    ],
  },
  StridedSlice: {
    ...typed((x) => tf.stridedSlice(x([5, 7]), [0, 1], [5, 7], [2, 3]), 'strides'),
    'negative ends': () => tf.stridedSlice(shuffled([5, 7]), [-4, 0], [-1, -2], [1, 2]),
    masks: () => [
      tf.stridedSlice(shuffled([5, 7]), [1, 1], [3, 3], [1, 1], 1, 2),
      tf.stridedSlice(shuffled([3, 4, 5]), [1, 1], [2, 3], [1, 1], 0, 0, 1),
      tf.stridedSlice(shuffled([3, 4]), [0, 1, 1], [0, 3, 2], [1, 1, 1], 0, 0, 0, 1),
      tf.stridedSlice(shuffled([3, 4]), [1, 2], [2, 3], [1, 1], 0, 0, 0, 0, 3),
    ],
    everything: () => tf.stridedSlice(shuffled([3, 4]), [0, 0], [3, 4], [1, 1]),
    backwards: () => [
      tf.stridedSlice(shuffled([5]), [4], [0], [-1]),
      tf.stridedSlice(shuffled([5, 6]), [3, 5], [0, 0], [-1, -2]),
      tf.stridedSlice(shuffled([5]), [0], [0], [-1], 1, 1),
    ],
  },
  SplitV: {
    ...typed((x) => tf.split(x([4, 6]), 3, 1), 'equal parts'),
    'parts of given sizes': () => tf.split(shuffled([4, 6]), [1, 3, 2], -1),
    'one part': () => tf.split(shuffled([4, 6]), 1),
    'an empty part': () => tf.split(shuffled([4, 6]), [0, 6], 1),
  },
  PadV2: {
    zeros: () =>
      tf.pad(shuffled([2, 3]), [
        [1, 0],
        [2, 3],
      ]),
    'another value': () =>
      tf.pad(
        shuffled([2, 3]),
        [
          [0, 1],
          [0, 0],
        ],
        -1.5,
      ),
    infinity: () => tf.pad(shuffled([3]), [[1, 1]], -Infinity),
    'whole numbers and truth values': () => [
      tf.pad(
        whole([2, 3], 0, 5),
        [
          [1, 1],
          [0, 2],
        ],
        7,
      ),
      tf.pad(truths([3]), [[1, 1]]),
    ],
    nothing: () =>
      tf.pad(shuffled([2, 3]), [
        [0, 0],
        [0, 0],
      ]),
    'four axes': () =>
      tf.pad(shuffled([1, 2, 2, 1]), [
        [0, 0],
        [1, 2],
        [2, 1],
        [0, 1],
      ]),
    'around no values': () =>
      tf.pad(
        tf.zeros([0, 2]),
        [
          [1, 0],
          [0, 1],
        ],
        3,
      ),
  },
  MirrorPad: Object.fromEntries(
    (['reflect', 'symmetric'] as const).flatMap((mode) => [
      [
        mode,
        () =>
          tf.mirrorPad(
            shuffled([3, 4]),
            [
              [1, 2],
              [0, 2],
            ],
            mode,
          ),
      ],
      [`${mode}, whole numbers`, () => tf.mirrorPad(whole([5], 0, 9), [[2, 1]], mode)],
      [`${mode}, as wide as the tensor allows`, () => tf.mirrorPad(shuffled([4]), [[3, 3]], mode)],
    ]),
  ),
  Tile: {
    ...typed((x) => tf.tile(x([2, 3]), [2, 3]), 'a matrix'),
    once: () => tf.tile(shuffled([2, 3]), [1, 1]),
    'a vector': () => tf.tile(shuffled([3]), [4]),
    'no times': () => tf.tile(shuffled([2, 3]), [0, 2]),
    'no values': () => tf.tile(tf.zeros([0, 3]), [2, 2]),
    'as broadcastTo': () => [
      tf.broadcastTo(shuffled([3, 1]), [3, 4]),
      tf.broadcastTo(shuffled([4]), [2, 3, 4]),
      tf.broadcastTo(tf.scalar(2).add(1), [2, 2]),
    ],
  },
  Reverse: {
    ...typed((x) => tf.reverse(x([3, 4]), 1), 'one axis'),
    'two axes': () => tf.reverse(shuffled([3, 4, 2]), [0, -1]),
    'all axes': () => tf.reverse(shuffled([3, 4])),
    'a 0-d tensor': () => tf.reverse(tf.scalar(3)),
    'no values': () => tf.reverse(tf.zeros([0, 3]), 0),
  },
  Fill: {
    numbers: () => [filled([2, 3], 1.5), filled([], -2), filled([2, 3], 4, 'int32'), filled([0, 3], 1)],
    'numbers computed with': () => filled([2, 3], 1.5).add(filled([3], 0.1)),
    'NaN and infinity': () => [filled([2], NaN).add(1), filled([2], -Infinity)],
    'truth values': () => tf.logicalNot(filled([3], 1, 'bool')),
    'many values': () => filled([200], 1 / 3).sub(filled([200], 0.25)),
  },
  ZerosLike: typed((x) => [tf.zerosLike(x([2, 3])), tf.zerosLike(x([])), tf.zerosLike(x([0, 2]))], 'every rank'),
  OnesLike: typed((x) => [tf.onesLike(x([2, 3])), tf.onesLike(x([])), tf.onesLike(x([0, 2]))], 'every rank'),
  Range: {
    'whole numbers': () => [tf.range(0, 7, 1, 'int32'), tf.range(7, 0, -2, 'int32'), tf.range(-3, 4, 3, 'int32')],
    floats: () => [tf.range(0, 5), tf.range(0, 1, 0.1), tf.range(2, -1, -0.5), tf.range(3, 0)],
    nothing: () => [tf.range(3, 3), tf.range(0, 3, -1), tf.range(3, 0, 2)],
    'a mask of the past': () => tf.linalg.bandPart(tf.ones([4, 4]), -1, 0),
  },
  LinSpace: {
    numbers: () => [tf.linspace(0, 1, 7), tf.linspace(3, -3, 4), tf.linspace(2, 5, 1)],
  },
};
