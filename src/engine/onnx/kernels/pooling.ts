import { tf } from '../../tf.js';
import { OUTPUT, sizeOf, type Graph, type GraphNode } from '../graph.js';
import { channelsFirst, channelsLast, leftOver, padsOf } from './convolution.js';
import { apply, binary, expanded, scalar, type KernelTable, type OnnxKernel } from './kernel.js';
import { isTiled, tiledMax, tiledMaxGradient, tiledMean, tiledMeanGradient } from './tiled-pooling.js';

const { backend_util: shapes } = tf;

type Geometry = ReturnType<typeof shapes.computePool2DInfo>;

interface PoolAttributes {
  filterSize: [number, number] | number;
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function geometry(input: readonly number[], attributes: Readonly<Record<string, unknown>>): Geometry {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as unknown as PoolAttributes;
  return shapes.computePool2DInfo([...input] as never, ...([filterSize, strides, 1, pad, dimRoundingMode] as const));
}

const inputShape = (at: Geometry) => [at.batchSize, at.inChannels, at.inHeight, at.inWidth];
const outputShape = (at: Geometry) => [at.batchSize, at.outChannels, at.outHeight, at.outWidth];
const window = (at: Geometry) => ({
  kernel_shape: [at.filterHeight, at.filterWidth],
  strides: [at.strideHeight, at.strideWidth],
  pads: padsOf(at),
});

/**
 * The maxima, channels first. NaN counts as infinite: ONNX Runtime passes over it, or not, by its place in the window,
 * and a model that has diverged must not look healthy.
 */
function maxima(graph: Graph, x: GraphNode, at: Geometry): GraphNode {
  const isNaN = apply(graph, 'IsNaN', [x], { type: 'bool' });
  const inputs = [isNaN, scalar(graph, Number.POSITIVE_INFINITY), x];
  const ordered = graph.node({ op: 'Where', inputs, shape: x.shape, type: 'float32' });
  return apply(graph, 'MaxPool', [channelsFirst(graph, ordered)], { shape: outputShape(at), attributes: window(at) });
}

const maxPool: OnnxKernel = (graph, { x }, attributes) => {
  if (x!.type !== 'float32') return null;
  const at = geometry(x!.shape, attributes);
  return isTiled(at) ? tiledMax(graph, x!, at) : channelsLast(graph, maxima(graph, x!, at));
};

const avgPool: OnnxKernel = (graph, { x }, attributes) => {
  const at = geometry(x!.shape, attributes);
  if (isTiled(at)) return tiledMean(graph, x!, at);
  const settings = { ...window(at), count_include_pad: 0 };
  const y = apply(graph, 'AveragePool', [channelsFirst(graph, x!)], { shape: outputShape(at), attributes: settings });
  return channelsLast(graph, y);
};

/** The gradient of each output goes to the input it was taken from; ONNX's MaxPool tells which, as a second output. */
const maxPoolGrad: OnnxKernel = (graph, { dy, input }, attributes) => {
  const at = geometry(input!.shape, attributes);
  if (isTiled(at)) return tiledMaxGradient(graph, { dy: dy!, x: input! }, at);
  const shape = outputShape(at);
  const inputs = [maxima(graph, input!, at)];
  const origins = graph.node({ op: OUTPUT, inputs, shape, type: 'int64', attributes: { index: 1 } });
  const size = sizeOf(inputShape(at));
  const zeros = expanded(graph, graph.constant('float32', [0], []), [size]);
  const parts = [origins, channelsFirst(graph, dy!)].map((x) => graph.reshape(x, [sizeOf(shape)]));
  const flat = apply(graph, 'ScatterElements', [zeros, ...parts], {
    shape: [size],
    attributes: { axis: 0, reduction: 'add' },
  });
  return channelsLast(graph, graph.reshape(flat, inputShape(at)));
};

/** The gradient of each output, divided by the inputs it averaged, goes to all of them. */
const avgPoolGrad: OnnxKernel = (graph, { dy, input }, attributes) => {
  const at = geometry(input!.shape, attributes);
  if (isTiled(at)) return tiledMeanGradient(graph, dy!, at);
  const rest = leftOver(at);
  if (rest.some((size) => size < 0)) return null;
  const share = graph.constant('float32', shares(at), [1, 1, at.outHeight, at.outWidth]);
  const weights = expanded(graph, graph.constant('float32', [1], []), [
    at.inChannels,
    1,
    at.filterHeight,
    at.filterWidth,
  ]);
  const inputs = [binary(graph, 'Mul', channelsFirst(graph, dy!), share), weights];
  const { strides, pads } = window(at);
  const settings = { strides, pads, group: at.inChannels, output_padding: rest };
  return channelsLast(graph, apply(graph, 'ConvTranspose', inputs, { shape: inputShape(at), attributes: settings }));
};

/** One over the number of inputs, padding not counted, that each output averages. */
function shares(at: Geometry): number[] {
  const { top, left } = at.padInfo;
  const rows = counts(at.outHeight, {
    stride: at.strideHeight,
    before: top,
    filter: at.filterHeight,
    size: at.inHeight,
  });
  const columns = counts(at.outWidth, {
    stride: at.strideWidth,
    before: left,
    filter: at.filterWidth,
    size: at.inWidth,
  });
  return rows.flatMap((row) => columns.map((column) => 1 / (row * column)));
}

/** Along one axis: how many inputs lie in the window of each output. */
function counts(
  outputs: number,
  { stride, before, filter, size }: { stride: number; before: number; filter: number; size: number },
): number[] {
  return Array.from({ length: outputs }, (_, i) => {
    const from = i * stride - before;
    return Math.min(from + filter, size) - Math.max(from, 0);
  });
}

/** Pooling over images [batch, height, width, channels], and its gradients. */
export const poolingKernels: KernelTable = {
  MaxPool: maxPool,
  AvgPool: avgPool,
  MaxPoolGrad: maxPoolGrad,
  AvgPoolGrad: avgPoolGrad,
};
