import { backend_util as shapes, slice_util as slices, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { sizeOf, type Graph, type GraphNode } from '../graph.js';
import { apply, box, cast, expanded, padded, type KernelTable, type OnnxKernel } from './kernel.js';

const reshape: OnnxKernel = (graph, { x }, { shape }) =>
  graph.reshape(x!, util.inferFromImplicitShape(shape as number[], x!.size));

const expandDims: OnnxKernel = (graph, { input }, { dim }) => {
  const shape = [...input!.shape];
  shape.splice((dim as number) < 0 ? (dim as number) + shape.length + 1 : (dim as number), 0, 1);
  return graph.reshape(input!, shape);
};

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
  const place = axis as number;
  const parts = Object.values(inputs).map((part) =>
    graph.reshape(part, [...part.shape.slice(0, place), 1, ...part.shape.slice(place)]),
  );
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
  const [from = [], extent = []] = slices.parseSliceParams(info as never, begin as number[], size as number[]);
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
  if (info.strides.some((stride) => stride < 0)) return null;
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

/** Backwards along axes: slices of step −1 from the end to before the start. */
const reverse: OnnxKernel = (graph, { x }, { dims }) => {
  const axes = util.parseAxisParam(dims as number[], [...x!.shape]);
  if (axes.length === 0) return x!;
  const lists = [axes.map(() => -1), axes.map(() => -(2 ** 31)), axes, axes.map(() => -1)];
  return apply(graph, 'Slice', [x!, ...lists.map((list) => graph.constant('int64', list))]);
};

const gatherV2: OnnxKernel = (graph, { x, indices }, { axis, batchDims }) => {
  if ((batchDims as number) > 0) return null;
  const [place = 0] = util.parseAxisParam(axis as number, [...x!.shape]);
  const shape = [...x!.shape.slice(0, place), ...indices!.shape, ...x!.shape.slice(place + 1)];
  return apply(graph, 'Gather', [x!, cast(graph, indices!, 'int32')], { shape, attributes: { axis: place } });
};

const gatherNd: OnnxKernel = (graph, { params, indices }) => {
  const depth = indices!.shape.at(-1)!;
  const shape = [...indices!.shape.slice(0, -1), ...params!.shape.slice(depth)];
  return apply(graph, 'GatherND', [params!, cast(graph, indices!, 'int64')], { shape, attributes: { batch_dims: 0 } });
};

/** Sums rows into the places their ids name; negative ids are dropped, which only the cpu kernel does. */
const unsortedSegmentSum: OnnxKernel = (graph, { x, segmentIds }, { numSegments }) => {
  if (x!.type !== 'float32') return null;
  const ids = graph.reshape(cast(graph, segmentIds!, 'int64'), [...segmentIds!.shape, 1]);
  const shape = [numSegments as number, ...x!.shape.slice(segmentIds!.shape.length)];
  const zeros = expanded(graph, graph.constant('float32', [0], []), shape);
  return apply(graph, 'ScatterND', [zeros, ids, x!], { shape, attributes: { reduction: 'add' } });
};

const oneHot: OnnxKernel = (graph, { indices }, { depth, onValue, offValue, dtype }) => {
  if (dtype !== 'float32' && dtype !== 'int32') return null;
  const values = graph.constant('float32', [offValue as number, onValue as number]);
  const inputs = [cast(graph, indices!, 'int64'), graph.constant('int64', [depth as number]), values];
  const shape = [...indices!.shape, depth as number];
  // ONNX counts negative indices from the end; TF.js has no class for them.
  const isClass = apply(graph, 'GreaterOrEqual', [indices!, graph.constant(indices!.type, [0], [])], { type: 'bool' });
  const hot = apply(graph, 'OneHot', inputs, { shape, type: 'float32', attributes: { axis: -1 } });
  const off = graph.constant('float32', [offValue as number], []);
  const rows = graph.reshape(isClass, [...indices!.shape, 1]);
  return cast(graph, graph.node({ op: 'Where', inputs: [rows, hot, off], shape, type: 'float32' }), dtype);
};

const fill: OnnxKernel = (graph, _, { shape, value, dtype = 'float32' }) =>
  typeof value === 'string' || dtype === 'string' || dtype === 'complex64'
    ? null
    : graph.splat(Number(value), shape as number[], dtype as 'float32');

const like =
  (value: number): OnnxKernel =>
  (graph, { x }) =>
    graph.splat(value, x!.shape, x!.type);

function empty(graph: Graph, x: GraphNode, shape: readonly number[]): GraphNode {
  return graph.splat(0, shape, x.type);
}

/** What moves values or makes constant ones: shapes, joining, cutting, gathering. */
export const shapeKernels: KernelTable = {
  Identity: (_, { x }) => x!,
  Reshape: reshape,
  ExpandDims: expandDims,
  Concat: concat,
  Pack: pack,
  Unpack: unpack,
  Slice: slice,
  StridedSlice: stridedSlice,
  SplitV: splitV,
  PadV2: padV2,
  Tile: tile,
  Reverse: reverse,
  GatherV2: gatherV2,
  GatherNd: gatherNd,
  UnsortedSegmentSum: unsortedSegmentSum,
  OneHot: oneHot,
  Fill: fill,
  ZerosLike: like(0),
  OnesLike: like(1),
};
