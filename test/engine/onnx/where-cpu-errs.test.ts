import type { Tensor4D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { tf, type Tensor } from '../../../src/engine/tf.js';
import { computedOn, relativeRms } from '../agreement.js';

/** The values on onnx. */
async function valuesOf(compute: () => Tensor): Promise<number[]> {
  const { values } = await computedOn('onnx', compute);
  return [...values[0]];
}

const image = (values: number[]) => tf.tensor4d(values, [1, 3, 3, 1]);

/** A model that has diverged must not look healthy: where cpu loses NaN, this engine keeps it or an infinity. */
describe('NaN on onnx', () => {
  it('is the sign of NaN, for which cpu gives 0', async () => {
    expect(await valuesOf(() => tf.sign(tf.tensor1d([NaN, -2, 3])))).toEqual([NaN, -1, 1]);
  });

  it.each([0, 4, 8])('makes the maximum of a window infinite from place %i, which cpu leaves out', async (place) => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((value, i) => (i === place ? NaN : value));
    expect(await valuesOf(() => tf.maxPool(image(values), 3, 1, 'valid'))).toEqual([Infinity]);
  });

  it('makes the maxima at a padded border infinite, where ONNX Runtime gives its lowest number', async () => {
    expect(await valuesOf(() => tf.maxPool(image(Array<number>(9).fill(NaN)), 2, 1, 'same'))).toEqual(
      Array(9).fill(Infinity),
    );
  });

  it('stays in the maximum of windows that lie side by side', async () => {
    const x = () => tf.tensor4d([NaN, 1, 2, 3, 4, 5, NaN, 7], [1, 2, 4, 1]);
    expect(await valuesOf(() => tf.maxPool(x(), 2, 2, 'valid'))).toEqual([NaN, NaN]);
  });

  it.each(['conv2d', 'depthwiseConv2d'] as const)('passes the rectifier that is fused into %s', async (kind) => {
    const x = tf.tensor4d([1, NaN, -2, 3], [1, 2, 2, 1]);
    const filter = tf.ones<import('@tensorflow/tfjs-core').Rank.R4>([1, 1, 1, 1]);
    const values = await valuesOf(() => tf.fused[kind]({ x, filter, strides: 1, pad: 'valid', activation: 'relu' }));
    expect(values).toEqual([1, NaN, 0, 3]);
    tf.dispose([x, filter]);
  });

  it('stays in the segment it belongs to, where cpu spreads it to all', async () => {
    const ids = () => tf.tensor1d([1, 0, 0], 'int32');
    expect(await valuesOf(() => tf.unsortedSegmentSum(tf.tensor1d([NaN, 1, 2]), ids(), 3))).toEqual([3, NaN, 0]);
  });

  it('is not above 0 for a step, whose rectifier keeps it', async () => {
    expect(await valuesOf(() => tf.step(tf.tensor1d([NaN, 1])))).toEqual([0, 1]);
    expect(await valuesOf(() => tf.grad((x) => tf.relu(x).square())(tf.tensor1d([NaN, 1])))).toEqual([NaN, 2]);
  });
});

describe('Pow', () => {
  it('gives 1 for base 1 and any exponent, as IEEE 754 has it and JavaScript does not', async () => {
    expect(await valuesOf(() => tf.pow(tf.tensor1d([1, 1, -1]), tf.tensor1d([Infinity, NaN, -Infinity])))).toEqual([
      1, 1, 1,
    ]);
  });
});

describe('Cumsum', () => {
  it('counts a negative axis from the end, where cpu reads past its arrays', async () => {
    const x = () =>
      tf.tensor2d([
        [1, 2],
        [3, 4],
      ]);
    expect(await valuesOf(() => tf.cumsum(x(), -1))).toEqual([1, 3, 3, 7]);
    expect(await valuesOf(() => tf.cumsum(x(), -2))).toEqual([1, 2, 4, 6]);
  });
});

describe('StridedSlice', () => {
  it('takes one row in strides, where cpu takes its neighbours', async () => {
    const x = () => tf.range(0, 12).reshape([3, 4]);
    expect(await valuesOf(() => tf.stridedSlice(x(), [1, 0], [2, 4], [1, 2], 0, 0, 0, 0, 1))).toEqual([4, 6]);
  });

  it('gives nothing for an empty range, where cpu throws', async () => {
    const { shapes } = await computedOn('onnx', () => tf.stridedSlice(tf.zeros([3, 4]), [2, 0], [1, 4], [1, 1]));
    expect(shapes).toEqual(['float32[0,4]']);
  });
});

describe('AvgPoolGrad', () => {
  // Hand-derived: at the corner of a 2×2 image a 2×2 window at stride 1, padded below and on the right, averages 4, 2, 2
  // and 1 inputs. The first input is in the first window only, the last in all four.
  it('leaves the padding out, as the average does; cpu divides by the whole window', async () => {
    const x = () => tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    const gradient = () => tf.grad((x) => tf.avgPool(x as Tensor4D, 2, 1, 'same').sum())(x());
    expect(await valuesOf(gradient)).toEqual([0.25, 0.75, 0.75, 2.25]);
  });

  it.each([
    [3, 1, 'same'],
    [2, 1, 'same'],
    [3, 2, 'same'],
    [3, 2, 1],
  ] as [number, number, 'same' | number][])(
    'is the gradient of sums divided by counts: window %j, strides %j, pad %j',
    async (size, strides, pad) => {
      const rounding = typeof pad === 'number' ? 'floor' : undefined;
      const sums = (x: Tensor) =>
        tf.depthwiseConv2d(x as Tensor4D, tf.ones([size, size, 3, 1]), strides, pad, 'NHWC', 1, rounding);
      const input = () => tf.randomNormal([2, 7, 6, 3]);
      const expected = await computedOn('cpu', () =>
        tf.grad((x) =>
          sums(x)
            .div(sums(tf.onesLike(x)))
            .square()
            .sum(),
        )(input()),
      );
      const got = await computedOn('onnx', () =>
        tf.grad((x) =>
          tf
            .avgPool(x as Tensor4D, size, strides, pad as 'same', rounding)
            .square()
            .sum(),
        )(input()),
      );
      // Rounding of float32 sums of at most 9 values, as in kernels.test.ts.
      expect(relativeRms(got.values[0], expected.values[0])).toBeLessThan(1e-5);
    },
  );
});

describe('ResizeNearestNeighborGrad', () => {
  it('sums the copies of every image’s pixels; cpu takes those of all images from the first', async () => {
    const x = () => tf.zeros([2, 1, 2, 1]);
    const weights = () => tf.range(1, 17).reshape([2, 2, 4, 1]);
    const gradient = () =>
      tf.grad((x) =>
        tf.image
          .resizeNearestNeighbor(x as Tensor4D, [2, 4])
          .mul(weights())
          .sum(),
      )(x());
    // Rows 1 2 3 4 and 5 6 7 8 of the first image: 1+2+5+6 and 3+4+7+8; 8 more for each value of the second.
    expect(await valuesOf(gradient)).toEqual([14, 22, 46, 54]);
  });
});

describe('GatherV2', () => {
  it.each([-1, 5])('throws for index %i of an axis of 5, naming it', async (index) => {
    const gathered = () => tf.gather(tf.zeros([5, 2]), tf.tensor1d([0, index], 'int32'));
    await expect(computedOn('onnx', gathered)).rejects.toThrow(`the index value ${index} is not in [0, 4]`);
  });

  it('throws for a computed index outside the axis', async () => {
    const gathered = () => tf.gather(tf.zeros([5, 2]), tf.add(tf.tensor1d([0, 7], 'int32'), tf.scalar(1, 'int32')));
    await expect(computedOn('onnx', gathered)).rejects.toThrow('GatherV2');
  });

  it('throws for a computed negative index, which ONNX would count from the end', async () => {
    const minusOne = () => tf.sub(tf.tensor1d([0, 0], 'int32'), tf.scalar(1, 'int32'));
    await expect(computedOn('onnx', () => tf.gather(tf.zeros([5, 2]), minusOne()))).rejects.toThrow('GatherV2');
  });
});

describe('GatherNd', () => {
  it('throws for a negative index, as for one behind the end', async () => {
    for (const index of [-1, 3]) {
      const gathered = () => tf.gatherND(tf.tensor1d([1, 2, 3]), tf.tensor2d([[index]], [1, 1], 'int32'));
      await expect(computedOn('onnx', gathered)).rejects.toThrow('GatherNd');
    }
  });
});
