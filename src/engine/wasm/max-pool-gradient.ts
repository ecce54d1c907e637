import { tf } from '../tf.js';
import type { Composition } from './composition.js';

/**
 * MaxPoolGrad: carries each output pixel's dy back to the pixel that was the largest of its window, the first one
 * in row order where several were; the gradients of overlapping windows add up.
 *
 * wasm's own kernel sends part of the gradient to wrong pixels. A window of NaNs alone carries nothing back, as on
 * cpu.
 */
export const maxPoolGrad: Composition<'dy' | 'input'> = (scope, { dy, input }, attributes) => {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as {
    filterSize: [number, number];
    strides: [number, number];
    pad: 'same' | 'valid' | number;
    dimRoundingMode?: 'floor' | 'round' | 'ceil';
  };
  const shape = input.shape as [number, number, number, number];
  const g = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const out = scope.allocate(shape);
  const [x, by, dx] = [scope.values(input), scope.values(dy), scope.values(out)];
  dx.fill(0);
  const channels = g.inChannels;
  for (let n = 0, o = 0; n < g.batchSize; n++) {
    for (let h = 0; h < g.outHeight; h++) {
      const top = h * g.strideHeight - g.padInfo.top;
      const rows: Span = [Math.max(0, top), Math.min(g.inHeight, top + g.filterHeight)];
      for (let w = 0; w < g.outWidth; w++) {
        const left = w * g.strideWidth - g.padInfo.left;
        const columns: Span = [Math.max(0, left), Math.min(g.inWidth, left + g.filterWidth)];
        for (let c = 0; c < channels; c++, o++) {
          const start = n * g.inHeight * g.inWidth * channels + c;
          const at = largest(x, { start, rows, columns, rowStride: g.inWidth * channels, columnStride: channels });
          if (at >= 0) dx[at]! += by[o]!;
        }
      }
    }
  }
  return out;
};

/** From the first to before the last. */
type Span = readonly [number, number];

interface Window {
  /** Index of the image's first pixel in this channel. */
  start: number;
  rows: Span;
  columns: Span;
  rowStride: number;
  columnStride: number;
}

/** Index of the window's largest value; -1 where nothing exceeds -∞. */
function largest(x: Float32Array, { start, rows, columns, rowStride, columnStride }: Window): number {
  let at = -1;
  let most = -Infinity;
  for (let row = rows[0]; row < rows[1]; row++) {
    for (let column = columns[0]; column < columns[1]; column++) {
      const index = start + row * rowStride + column * columnStride;
      const value = x[index]!;
      if (value > most) {
        most = value;
        at = index;
      }
    }
  }
  return at;
}
