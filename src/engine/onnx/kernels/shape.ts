import type { TensorInfo } from '@tensorflow/tfjs-core';
import { tf } from '../../tf.js';
import { sizeOf, type Graph, type GraphNode } from '../graph.js';
import { apply, box, padded, type KernelTable, type OnnxKernel } from './kernel.js';

const { backend_util: shapes, slice_util: slices, util } = tf;

function joined(graph: Graph, parts: readonly GraphNode[], axis: number): GraphNode | null {
  const filled = parts.filter((part) => part.size > 0);
  const first = filled[0];
  if (first === undefined) return null;
  const shape = first.shape.map((size, i) => (i === axis ? filled.reduce((sum, p) => sum + p.shape[i]!, 0) : size));
  return filled.length === 1 ? first : apply(graph, 'Concat', filled, { shape, attributes: { axis } });
}

const concat: OnnxKernel = (graph, inputs, { axis }) => {
  const parts = Object.values(inputs);
  const [place = 0] = util.parseAxisParam(axis as number, [...parts[0]!.shape]);
  return joined(graph, parts, place);
};

const pack: OnnxKernel = (graph, inputs, { axis }) => {
  const all = Object.values(inputs);
  const place = (axis as number) < 0 ? (axis as number) + all[0]!.shape.length + 1 : (axis as number);
  const parts = all.map((part) => graph.reshape(part, [...part.shape.slice(0, place), 1, ...part.shape.slice(place)]));
  return joined(graph, parts, place);
};

const unpack: OnnxKernel = (graph, { value }, { axis }) => {
  const place = (axis as number) < 0 ? (axis as number) + value!.shape.length : (axis as number);
  const size = value!.shape.map((d, i) => (i === place ? 1 : d));
  const shape = value!.shape.filter((_, i) => i !== place);
  return Array.from({ length: value!.shape[place]! }, (_, k) => {
    const begin = size.map((_d, i) => (i === place ? k : 0));
    return graph.reshape(box(graph, value!, { begin, size }), shape);
  });
};

const slice: OnnxKernel = (graph, { x }, { begin, size }) => {
  const info = { shape: [...x!.shape], dtype: x!.type } as unknown as TensorInfo;
  const [from = [], extent = []] = slices.parseSliceParams(info, begin as number[], size as number[]);
  return sizeOf(extent) === 0 ? empty(graph, x!, extent) : box(graph, x!, { begin: from, size: extent });
};

const stridedSlice: OnnxKernel = (graph, { x }, attributes) => {
  const { begin, end, strides, ...masks } = attributes as Record<string, number[]>;
  const { beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = masks as unknown as Record<string, number>;
  const info = slices.sliceInfo(
    [...x!.shape],
    begin!,
    end!,
    strides!,
    beginMask!,
    endMask!,
    ellipsisMask!,
    newAxisMask!,
    shrinkAxisMask!,
  );
  if (info.isIdentity) return graph.reshape(x!, info.finalShape);
  if (sizeOf(info.finalShapeSparse) === 0) return empty(graph, x!, info.finalShape);
  const size = info.begin.map((from, i) => Math.ceil((info.end[i]! - from) / info.strides[i]!));
  return graph.reshape(box(graph, x!, { begin: info.begin, size, strides: info.strides }), info.finalShape);
};

const splitV: OnnxKernel = (graph, { x }, { numOrSizeSplits, axis }) => {
  const [place = 0] = util.parseAxisParam(axis as number, [...x!.shape]);
  const sizes = shapes.prepareSplitSize({ shape: [...x!.shape] } as never, numOrSizeSplits as number[], place);
  let from = 0;
  return sizes.map((part) => {
    const begin = x!.shape.map((_, i) => (i === place ? from : 0));
    from += part;
    return box(graph, x!, { begin, size: x!.shape.map((d, i) => (i === place ? part : d)) });
  });
};

const padV2: OnnxKernel = (graph, { x }, { paddings, constantValue }) =>
  padded(graph, x!, paddings as number[][], constantValue as number);

const tile: OnnxKernel = (graph, { x }, { reps }) => {
  const times = reps as number[];
  return apply(graph, 'Tile', [x!, graph.constant('int64', times)], { shape: x!.shape.map((d, i) => d * times[i]!) });
};

/** Backwards along axes. */
const reverse: OnnxKernel = (graph, { x }, { dims }) => {
  const axes = util.parseAxisParam(dims as number[], [...x!.shape]);
  if (axes.length === 0 || x!.size === 0) return x!;
  const strides = x!.shape.map((_, i) => (axes.includes(i) ? -1 : 1));
  const begin = x!.shape.map((size, i) => (axes.includes(i) ? size - 1 : 0));
  return box(graph, x!, { begin, size: x!.shape, strides });
};

/** Each axis is gathered from the places that its own ends mirror; `reflect` leaves out the outermost. */
const mirrorPad: OnnxKernel = (graph, { x }, { paddings, mode }) => {
  const skipped = mode === 'reflect' ? 1 : 0;
  return (paddings as [number, number][]).reduce((y, [before, after], axis) => {
    if (before === 0 && after === 0) return y;
    const size = x!.shape[axis]!;
    const places = Array.from({ length: before + size + after }, (_, i) => {
      const place = i - before;
      if (place < 0) return skipped - 1 - place;
      return place < size ? place : 2 * size - 1 - skipped - place;
    });
    const shape = y.shape.map((d, i) => (i === axis ? places.length : d));
    return apply(graph, 'Gather', [y, graph.constant('int64', places)], { shape, attributes: { axis } });
  }, x!);
};

const fill: OnnxKernel = (graph, _, { shape, value, dtype = 'float32' }) =>
  typeof value === 'string' || dtype === 'string' || dtype === 'complex64'
    ? null
    : graph.splat(Number(value), shape as number[], dtype as 'float32');

const like =
  (value: number): OnnxKernel =>
  (graph, { x }) =>
    graph.splat(value, x!.shape, x!.type);

/** Values known at once; each is the one before plus the step, in the type's own precision, as TF.js counts. */
const range: OnnxKernel = (graph, _, attributes) => {
  const { start, stop, step, dtype } = attributes as { start: number; stop: number; step: number; dtype: string };
  if (dtype !== 'float32' && dtype !== 'int32') return null;
  const stride = stop < start && step === 1 ? -1 : step;
  const isEmpty = start === stop || (start < stop && stride < 0) || (stop < start && stride > 1);
  const count = isEmpty ? 0 : Math.abs(Math.ceil((stop - start) / stride));
  const values = dtype === 'float32' ? new Float32Array(count) : new Int32Array(count);
  for (let i = 0; i < values.length; i += 1) values[i] = i === 0 ? start : values[i - 1]! + stride;
  return graph.leaf(values, [values.length], dtype);
};

const linSpace: OnnxKernel = (graph, _, attributes) => {
  const { start, stop, num } = attributes as { start: number; stop: number; num: number };
  const values = new Float32Array(num);
  for (let i = 0; i < num; i += 1) values[i] = i === 0 ? start : values[i - 1]! + (stop - start) / (num - 1);
  return graph.leaf(values, [num], 'float32');
};

function empty(graph: Graph, x: GraphNode, shape: readonly number[]): GraphNode {
  return graph.splat(0, shape, x.type);
}

/** What moves whole boxes of values or makes values from none: joining, cutting, repeating, counting. */
export const shapeKernels: KernelTable = {
  Concat: concat,
  Pack: pack,
  Unpack: unpack,
  Slice: slice,
  StridedSlice: stridedSlice,
  SplitV: splitV,
  PadV2: padV2,
  Tile: tile,
  Reverse: reverse,
  MirrorPad: mirrorPad,
  Fill: fill,
  ZerosLike: like(0),
  OnesLike: like(1),
  Range: range,
  LinSpace: linSpace,
};
