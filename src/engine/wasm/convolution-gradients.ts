import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import { tf } from '../tf.js';
import { reshaped, type Attributes, type Composition, type CompositionScope } from './composition.js';

type Shape4 = [number, number, number, number];

/** Sizes and padding of the convolution whose gradient is asked for. TF.js takes gradients at dilation 1 only. */
function geometry(x: readonly number[], filter: readonly number[], attributes: Attributes, depthwise = false) {
  const {
    strides,
    pad,
    dimRoundingMode,
    dataFormat = 'NHWC',
  } = attributes as {
    strides: [number, number];
    pad: 'same' | 'valid' | number;
    dimRoundingMode?: 'floor' | 'round' | 'ceil';
    dataFormat?: string;
  };
  if (dataFormat !== 'NHWC') throw new Error(`expected a convolution in NHWC on wasm, got ${dataFormat}`);
  const [x4, filter4] = [x, filter] as [Shape4, Shape4];
  return tf.backend_util.computeConv2DInfo(x4, filter4, strides, 1, pad, dimRoundingMode, depthwise);
}

/**
 * Conv2DBackpropFilter, which wasm lacks: dW[i, j, c, o] = Σ x[n, h·s + i - top, w·s + j - left, c] · dy[n, h, w, o].
 *
 * That is itself a convolution: of x with channels as its batch and images as its channels, by dy as the filter,
 * its dilation being the forward stride. So wasm's fast Conv2D computes it, with nothing unfolded in memory.
 */
export const conv2dBackpropFilter: Composition<'x' | 'dy'> = (scope, { x, dy }, attributes) => {
  const g = geometry(x.shape, attributes['filterShape'] as number[], attributes);
  const channelsFirst = scope.run('Transpose', { x }, { perm: [3, 1, 2, 0] });
  const dyAsFilter = scope.run('Transpose', { x: dy }, { perm: [1, 2, 0, 3] });
  // As much padding below and to the right as the last used position needs; what lies beyond it is cut off after.
  const bottom = Math.max(0, (g.outHeight - 1) * g.strideHeight + g.filterHeight - g.inHeight - g.padInfo.top);
  const right = Math.max(0, (g.outWidth - 1) * g.strideWidth + g.filterWidth - g.inWidth - g.padInfo.left);
  const wide = scope.run(
    'Conv2D',
    { x: channelsFirst, filter: dyAsFilter },
    {
      strides: [1, 1],
      dilations: [g.strideHeight, g.strideWidth],
      pad: [
        [0, 0],
        [g.padInfo.top, bottom],
        [g.padInfo.left, right],
        [0, 0],
      ],
      dataFormat: 'NHWC',
    },
  );
  const size = [g.inChannels, g.filterHeight, g.filterWidth, g.outChannels];
  const cut = scope.run('Slice', { x: wide }, { begin: [0, 0, 0, 0], size });
  return scope.run('Transpose', { x: cut }, { perm: [1, 2, 0, 3] });
};

/**
 * Conv2DBackpropInput: dx = spread dy ∗ filter turned by 180° with its channels exchanged; 10 times faster through
 * Conv2D than wasm's own kernel.
 */
export const conv2dBackpropInput: Composition<'dy' | 'filter'> = (scope, { dy, filter }, attributes) => {
  const g = geometry(attributes['inputShape'] as number[], filter.shape, attributes);
  const turned = scope.run('Reverse', { x: filter }, { dims: [0, 1] });
  const exchanged = scope.run('Transpose', { x: turned }, { perm: [0, 1, 3, 2] });
  return scope.run('Conv2D', { x: spread(scope, dy, g), filter: exchanged }, UNIT_CONVOLUTION);
};

/**
 * DepthwiseConv2dNativeBackpropInput, which wasm lacks: every output channel carried back by its own turned filter,
 * then the channels that came from one input channel summed.
 */
export const depthwiseBackpropInput: Composition<'dy' | 'filter'> = (scope, { dy, filter }, attributes) => {
  const g = geometry(attributes['inputShape'] as number[], filter.shape, attributes, true);
  const turned = scope.run('Reverse', { x: filter }, { dims: [0, 1] });
  const perChannel = reshaped(turned, [g.filterHeight, g.filterWidth, g.outChannels, 1]);
  const carried = scope.run('DepthwiseConv2dNative', { x: spread(scope, dy, g), filter: perChannel }, UNIT_CONVOLUTION);
  const multiplier = g.outChannels / g.inChannels;
  if (multiplier === 1) return carried;
  const grouped = reshaped(carried, [...g.inShape, multiplier]);
  return scope.run('Sum', { x: grouped }, { axis: [4], keepDims: false });
};

/**
 * DepthwiseConv2dNativeBackpropFilter, which wasm lacks: dW[i, j, c, m] = Σ x[n, h·s + i - top, …, c] · dy[…, c·M + m].
 *
 * Summed in double precision: there are as many terms as pixels in the batch.
 */
export const depthwiseBackpropFilter: Composition<'x' | 'dy'> = (scope, { x, dy }, attributes) => {
  const shape = attributes['filterShape'] as number[];
  const g = geometry(x.shape, shape, attributes, true);
  const out = scope.allocate(shape);
  const [from, by, to] = [scope.values(x), scope.values(dy), scope.values(out)];
  const sums = new Float64Array(g.outChannels);
  const multiplier = g.outChannels / g.inChannels;
  for (let i = 0; i < g.filterHeight; i++) {
    for (let j = 0; j < g.filterWidth; j++) {
      sums.fill(0);
      eachPair(g, i, j, (xPixel, dyPixel) => {
        const [xAt, dyAt] = [xPixel * g.inChannels, dyPixel * g.outChannels];
        for (let c = 0, o = 0; c < g.inChannels; c++) {
          for (let m = 0; m < multiplier; m++, o++) sums[o]! += from[xAt + c]! * by[dyAt + o]!;
        }
      });
      to.set(sums, (i * g.filterWidth + j) * g.outChannels);
    }
  }
  return out;
};

const UNIT_CONVOLUTION = { strides: [1, 1], dilations: [1, 1], pad: 'valid', dataFormat: 'NHWC' };

/** Visits each pair of an input and an output pixel that position (i, j) of the filter connects, padding left out. */
function eachPair(g: backend_util.Conv2DInfo, i: number, j: number, visit: (x: number, dy: number) => void): void {
  for (let n = 0; n < g.batchSize; n++) {
    for (let h = 0; h < g.outHeight; h++) {
      const row = h * g.strideHeight + i - g.padInfo.top;
      if (row < 0 || row >= g.inHeight) continue;
      for (let w = 0; w < g.outWidth; w++) {
        const column = w * g.strideWidth + j - g.padInfo.left;
        if (column < 0 || column >= g.inWidth) continue;
        visit((n * g.inHeight + row) * g.inWidth + column, (n * g.outHeight + h) * g.outWidth + w);
      }
    }
  }
}

/**
 * dy with its pixels a stride apart and zeros between and around them, so that convolving it with the turned filter
 * at stride 1 without padding gives an image of the input's size.
 */
function spread(scope: CompositionScope, dy: TensorInfo, g: backend_util.Conv2DInfo): TensorInfo {
  const height = g.inHeight + g.filterHeight - 1;
  const width = g.inWidth + g.filterWidth - 1;
  const out = scope.allocate([g.batchSize, height, width, g.outChannels]);
  const [from, to] = [scope.values(dy), scope.values(out)];
  to.fill(0);
  const [top, left] = [g.filterHeight - 1 - g.padInfo.top, g.filterWidth - 1 - g.padInfo.left];
  for (let n = 0; n < g.batchSize; n++) {
    for (let h = 0; h < g.outHeight; h++) {
      const row = top + h * g.strideHeight;
      // An explicit padding wider than the filter puts pixels outside: they saw padding only.
      if (row < 0 || row >= height) continue;
      for (let w = 0; w < g.outWidth; w++) {
        const column = left + w * g.strideWidth;
        if (column < 0 || column >= width) continue;
        const start = ((n * g.outHeight + h) * g.outWidth + w) * g.outChannels;
        to.set(from.subarray(start, start + g.outChannels), ((n * height + row) * width + column) * g.outChannels);
      }
    }
  }
  return out;
}
