import { tf } from '../../../../src/engine/tf.js';
import { shuffled, truths, whole, type KernelCases } from './kernel-cases.js';

const places = (values: number[], shape?: number[]) => tf.tensor(values, shape, 'int32');
type Vector = Parameters<typeof tf.unsortedSegmentSum>[1];
const segments = (values: number[]) => places(values) as Vector;

/** Values taken from places that other values name, or put there. */
export const gatheringCases: KernelCases = {
  GatherV2: {
    rows: () => tf.gather(shuffled([5, 3]), places([4, 0, 4, 2])),
    'rows by a matrix of indices': () => tf.gather(shuffled([5, 3]), places([4, 0, 1, 2, 2, 3], [2, 3])),
    'rows by indices in another shape': () =>
      tf.gather(shuffled([5, 3]), tf.reshape(places([4, 0, 1, 2, 2, 3], [2, 3]), [6])),
    columns: () => [tf.gather(shuffled([5, 3]), places([2, 0]), 1), tf.gather(shuffled([5, 3]), places([2, 0]), -1)],
    'one row': () => tf.gather(shuffled([5, 3]), tf.scalar(3, 'int32')),
    'whole numbers and truth values': () => [
      tf.gather(whole([5, 3], 0, 9), places([1, 1])),
      tf.gather(truths([5]), places([4, 0])),
    ],
    'no indices': () => tf.gather(shuffled([5, 3]), places([], [0])),
    'indices of each batch': () => [
      tf.gather(shuffled([2, 4]), places([3, 0, 1, 1], [2, 2]), 1, 1),
      tf.gather(shuffled([2, 4, 3]), places([3, 0, 1, 1], [2, 2]), 1, 1),
      tf.gather(shuffled([2, 3, 4]), places([3, 0, 1, 1, 2, 2], [2, 3]), 2, 2),
    ],
  },
  GatherNd: {
    values: () => tf.gatherND(shuffled([3, 4]), places([2, 1, 0, 3], [2, 2])),
    rows: () => tf.gatherND(shuffled([3, 4]), places([2, 0, 2], [3, 1])),
    'one value': () => tf.gatherND(shuffled([3, 4]), places([1, 2])),
    boxes: () => tf.gatherND(shuffled([2, 3, 4]), places([1, 2, 0, 0], [2, 1, 2])),
    'whole numbers': () => tf.gatherND(whole([3, 4], 0, 11), places([2, 1, 0, 3], [2, 2])),
  },
  UnsortedSegmentSum: {
    rows: () => tf.unsortedSegmentSum(shuffled([6, 3]), segments([2, 0, 2, 2, 1, 0]), 4),
    values: () => tf.unsortedSegmentSum(tf.randomNormal([6]), segments([2, 0, 2, 2, 1, 0]), 3),
    'ids outside the range': () => tf.unsortedSegmentSum(shuffled([5, 2]), segments([2, -1, 4, 9, 0]), 4),
    'ids in another shape': () =>
      tf.unsortedSegmentSum(shuffled([4, 2]), tf.reshape(places([2, 0, 3, 2], [2, 2]), [4]) as Vector, 4),
    'ids in another shape, outside the range': () =>
      tf.unsortedSegmentSum(shuffled([4, 2]), tf.reshape(places([2, -1, 4, 2], [2, 2]), [4]) as Vector, 4),
    'segments without rows': () => tf.unsortedSegmentSum(shuffled([2, 2]), segments([5, 5]), 7),
    'many rows': () =>
      tf.unsortedSegmentSum(tf.randomNormal([90, 4]), segments(Array.from({ length: 90 }, (_, i) => (i * i) % 11)), 11),
    'computed ids, some outside the range': () =>
      tf.unsortedSegmentSum(shuffled([5, 2]), tf.add(segments([1, -2, 3, 8, -1]), tf.scalar(1, 'int32')) as Vector, 4),
    'no rows': () => tf.unsortedSegmentSum(tf.zeros([0, 2]), segments([]), 2),
  },
  OneHot: {
    floats: () => tf.oneHot(places([2, 0, 1, 2]), 3, 1, 0, 'float32'),
    'whole numbers': () => tf.oneHot(places([2, 0, 1, 2], [2, 2]), 4),
    'other values': () => tf.oneHot(places([1, 0]), 2, 0.9, 0.05, 'float32'),
    'indices of no class': () => tf.oneHot(places([3, -1, 0]), 3, 1, 0, 'float32'),
    'computed indices': () => tf.oneHot(tf.argMax(shuffled([4, 5]), 1), 5),
    'no indices': () => tf.oneHot(places([], [0]), 3),
  },
};

/** Cases ONNX has no operator for. */
export const declinedGathering: KernelCases = {
  UnsortedSegmentSum: {
    'whole numbers': () => tf.unsortedSegmentSum(whole([4], 1, 4), segments([1, 1, 0, 1]), 2),
  },
  GatherV2: {
    'two batch axes and another between': () => tf.gather(shuffled([2, 3, 4]), places([3, 0, 1, 1], [2, 2]), 2, 1),
  },
};
