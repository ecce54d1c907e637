import { tf } from '../../tf.js';
import type { Graph, GraphNode } from '../graph.js';
import { activated } from './fused-activation.js';
import { apply, binary, box, concatenated, padded, transpose, type KernelTable, type OnnxKernel } from './kernel.js';

const { backend_util: shapes } = tf;

type Shape4 = [number, number, number, number];
type Geometry = ReturnType<typeof shapes.computeConv2DInfo>;

interface ConvAttributes {
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number;
  dilations?: [number, number] | number | null;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  dataFormat?: 'NHWC' | 'NCHW';
}

/** TF.js's layout [batch, height, width, channels] as ONNX's [batch, channels, height, width]. */
export function channelsFirst(graph: Graph, x: GraphNode): GraphNode {
  return transpose(graph, x, [0, 3, 1, 2]);
}

/** ONNX's layout as TF.js's. */
export function channelsLast(graph: Graph, x: GraphNode): GraphNode {
  return transpose(graph, x, [0, 2, 3, 1]);
}

/** Padding as ONNX lists it: top, left, bottom, right. */
export function padsOf({ padInfo }: Pick<Geometry, 'padInfo'>): number[] {
  return [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right];
}

function geometry(
  input: readonly number[],
  filter: readonly number[],
  attributes: Readonly<Record<string, unknown>>,
  depthwise = false,
): Geometry | null {
  const { strides, pad, dilations, dimRoundingMode, dataFormat } = attributes as unknown as ConvAttributes;
  if (dataFormat === 'NCHW') return null;
  const at = shapes.computeConv2DInfo(
    ...([
      [...input] as Shape4,
      [...filter] as Shape4,
      strides,
      dilations ?? 1,
      pad,
      dimRoundingMode,
      depthwise,
    ] as const),
  );
  // An image smaller than the kernel has no output, which ONNX does not allow.
  return at.outHeight > 0 && at.outWidth > 0 ? at : null;
}

/** A filter [height, width, inputs, outputs] as [inputs, outputs, height, width]: as matrices, which is ten times faster. */
function inputsFirst(graph: Graph, filter: GraphNode): GraphNode {
  const [height, width, inputs, outputs] = filter.shape as Shape4;
  const matrix = graph.reshape(filter, [height * width, inputs * outputs]);
  return graph.reshape(transpose(graph, matrix, [1, 0]), [inputs, outputs, height, width]);
}

/** A filter as [outputs, inputs, height, width]: two transpositions of matrices are faster than one of all axes. */
function outputsFirst(graph: Graph, filter: GraphNode): GraphNode {
  const [height, width, inputs, outputs] = filter.shape as Shape4;
  const matrix = graph.reshape(filter, [height * width * inputs, outputs]);
  const places = graph.reshape(transpose(graph, matrix, [1, 0]), [outputs, height * width, inputs]);
  return graph.reshape(transpose(graph, places, [0, 2, 1]), [outputs, inputs, height, width]);
}

const strided = (at: Geometry) => [at.strideHeight, at.strideWidth];
const dilated = (at: Geometry) => [at.dilationHeight, at.dilationWidth];
const outputShape = (at: Geometry) => [at.batchSize, at.outChannels, at.outHeight, at.outWidth];
const inputShape = (at: Geometry) => [at.batchSize, at.inChannels, at.inHeight, at.inWidth];

const conv2d: OnnxKernel = (graph, { x, filter, bias }, attributes) => {
  const at = geometry(x!.shape, filter!.shape, attributes);
  if (at === null || (bias !== undefined && bias.shape.length !== 1)) return null;
  const weights = outputsFirst(graph, filter!);
  return convolved(graph, { x: x!, weights, bias }, { at, group: 1, isRectified: isRectified(attributes) });
};

/** ONNX's convolution; a bias is added, and what is negative cut off, while its outputs are at hand. */
function convolved(
  graph: Graph,
  { x, weights, bias }: { x: GraphNode; weights: GraphNode; bias: GraphNode | undefined },
  { at, group, isRectified }: { at: Geometry; group: number; isRectified: boolean },
): GraphNode {
  const attributes = { pads: padsOf(at), strides: strided(at), dilations: dilated(at), group };
  const inputs = [channelsFirst(graph, x), weights, ...(bias === undefined ? [] : [bias])];
  const parts = { inputs, shape: outputShape(at), type: 'float32' } as const;
  const y = isRectified
    ? graph.node({
        ...parts,
        op: 'FusedConv',
        domain: 'com.microsoft',
        attributes: { ...attributes, activation: 'Relu' },
      })
    : graph.node({ ...parts, op: 'Conv', attributes });
  return channelsLast(graph, y);
}

/** Whether a convolution's fused activation is the one that ONNX Runtime fuses, too. */
function isRectified({ activation }: Readonly<Record<string, unknown>>): boolean {
  return activation === 'relu';
}

type Sizes = 'padInfo' | `${'in' | 'out' | 'stride' | 'effectiveFilter'}${'Height' | 'Width'}`;

/** Rows and columns of the padded input that the strides of a convolution or pool leave over at its end. */
export function leftOver(at: Pick<Geometry, Sizes>): number[] {
  const { top, bottom, left, right } = at.padInfo;
  const rows = (at.outHeight - 1) * at.strideHeight + at.effectiveFilterHeight;
  const columns = (at.outWidth - 1) * at.strideWidth + at.effectiveFilterWidth;
  return [at.inHeight + top + bottom - rows, at.inWidth + left + right - columns];
}

/** The transposed convolution: what the output's gradient is to the input. */
function spread(
  graph: Graph,
  { dy, weights, at, group }: { dy: GraphNode; weights: GraphNode; at: Geometry; group: number },
): GraphNode {
  const attributes = {
    pads: padsOf(at),
    strides: strided(at),
    dilations: dilated(at),
    output_padding: leftOver(at),
    group,
  };
  const inputs = [channelsFirst(graph, dy), weights];
  return channelsLast(graph, apply(graph, 'ConvTranspose', inputs, { shape: inputShape(at), attributes }));
}

/** The input's gradient at stride 1: a convolution with the kernel turned by 180°, which is faster than a transposed one. */
function turned(graph: Graph, dy: GraphNode, filter: GraphNode, at: Geometry): GraphNode | null {
  const { top, bottom, left, right } = at.padInfo;
  const reach = [at.filterHeight - 1, at.filterWidth - 1] as const;
  const pads = [reach[0] - top, reach[1] - left, reach[0] - bottom, reach[1] - right];
  if (strided(at).some((stride) => stride > 1) || dilated(at).some((step) => step > 1)) return null;
  if (pads.some((pad) => pad < 0)) return null;
  const lists = [
    [-1, -1],
    [-(2 ** 31), -(2 ** 31)],
    [0, 1],
    [-1, -1],
  ].map((list) => graph.constant('int64', list));
  const weights = inputsFirst(graph, apply(graph, 'Slice', [filter, ...lists]));
  const y = apply(graph, 'Conv', [channelsFirst(graph, dy), weights], { shape: inputShape(at), attributes: { pads } });
  return channelsLast(graph, y);
}

const conv2dBackpropInput: OnnxKernel = (graph, { dy, filter }, attributes) => {
  const at = geometry(attributes['inputShape'] as number[], filter!.shape, attributes);
  if (at === null || leftOver(at).some((rest) => rest < 0)) return null;
  const direct = turned(graph, dy!, filter!, at);
  if (direct !== null) return direct;
  return spread(graph, { dy: dy!, weights: outputsFirst(graph, filter!), at, group: 1 });
};

/** The inputs that each place of the kernel saw, [batch, outHeight, outWidth, inChannels], in the kernel's order. */
function windows(graph: Graph, x: GraphNode, at: Geometry): GraphNode[] {
  return boxes(graph, x, at, ([rows, columns]) => [null, rows, columns, null]);
}

/** The same of images [inChannels, batch, height, width]: [inChannels, batch, outHeight, outWidth]. */
function channelWindows(graph: Graph, x: GraphNode, at: Geometry): GraphNode[] {
  return boxes(graph, x, at, ([rows, columns]) => [null, null, rows, columns]);
}

/** One side of an image: what a kernel's places see of it. */
interface Side {
  size: number;
  stride: number;
  padding: readonly [before: number, after: number];
  /** How far each place of the kernel is from its first. */
  offset(place: number): number;
}

function boxes(
  graph: Graph,
  x: GraphNode,
  at: Geometry,
  layout: (sides: readonly [Side, Side]) => readonly (Side | null)[],
): GraphNode[] {
  const { top, bottom, left, right } = at.padInfo;
  const axes = layout([
    {
      size: at.outHeight,
      stride: at.strideHeight,
      padding: [top, bottom],
      offset: (place) => Math.floor(place / at.filterWidth) * at.dilationHeight,
    },
    {
      size: at.outWidth,
      stride: at.strideWidth,
      padding: [left, right],
      offset: (place) => (place % at.filterWidth) * at.dilationWidth,
    },
  ]);
  const around = padded(
    graph,
    x,
    axes.map((side) => side?.padding ?? [0, 0]),
  );
  const size = axes.map((side, i) => side?.size ?? x.shape[i]!);
  const strides = axes.map((side) => side?.stride ?? 1);
  return Array.from({ length: at.filterHeight * at.filterWidth }, (_, place) =>
    box(graph, around, { begin: axes.map((side) => side?.offset(place) ?? 0), size, strides }),
  );
}

/** With fewer channels a window's own product is too thin to be fast, and one product of all windows is worth their copy. */
const FEWEST_CHANNELS = 32;

/** For each place of the kernel: [batch · places, inChannels]ᵀ · [batch · places, outChannels]. */
const conv2dBackpropFilter: OnnxKernel = (graph, { x, dy }, attributes) => {
  const filter = attributes['filterShape'] as number[];
  const at = geometry(x!.shape, filter, attributes);
  if (at === null) return null;
  const rows = at.batchSize * at.outHeight * at.outWidth;
  const { inChannels } = at;
  const gradient = graph.reshape(dy!, [rows, at.outChannels]);
  const product = (seen: GraphNode, transA: 0 | 1) =>
    apply(graph, 'Gemm', [seen, gradient], {
      shape: [seen.shape[transA]!, at.outChannels],
      attributes: { transA },
    });
  if (inChannels >= FEWEST_CHANNELS) {
    const seen = windows(graph, x!, at).map((window) => graph.reshape(window, [rows, inChannels]));
    const products = seen.map((window) => product(window, 1));
    return graph.reshape(concatenated(graph, products, 0), filter);
  }
  if (at.strideWidth > 1 || at.outWidth < inChannels) {
    const seen = windows(graph, x!, at).map((window) => graph.reshape(window, [rows, inChannels]));
    return graph.reshape(product(concatenated(graph, seen, 1), 1), filter);
  }
  // What is copied at a time is a row of an image, and no longer the few channels of one of its points.
  const byChannel = transpose(graph, channelsFirst(graph, x!), [1, 0, 2, 3]);
  const seen = channelWindows(graph, byChannel, at).map((window) => graph.reshape(window, [inChannels, rows]));
  return graph.reshape(product(concatenated(graph, seen, 0), 0), filter);
};

/** A depthwise filter [height, width, channels, multiplier] as ONNX's grouped one. */
function grouped(graph: Graph, filter: GraphNode): GraphNode {
  const [height, width, channels, multiplier] = filter.shape as Shape4;
  return graph.reshape(transpose(graph, filter, [2, 3, 0, 1]), [channels * multiplier, 1, height, width]);
}

const depthwise: OnnxKernel = (graph, { x, filter, bias }, attributes) => {
  const at = geometry(x!.shape, filter!.shape, attributes, true);
  if (at === null || (bias !== undefined && bias.shape.length !== 1)) return null;
  const how = { at, group: at.inChannels, isRectified: isRectified(attributes) };
  return convolved(graph, { x: x!, weights: grouped(graph, filter!), bias }, how);
};

const depthwiseBackpropInput: OnnxKernel = (graph, { dy, filter }, attributes) => {
  const at = geometry(attributes['inputShape'] as number[], filter!.shape, attributes, true);
  if (at === null || leftOver(at).some((rest) => rest < 0)) return null;
  return spread(graph, { dy: dy!, weights: grouped(graph, filter!), at, group: at.inChannels });
};

/** For each place of the kernel: Σ over batch and places of the input there times the output's gradient. */
const depthwiseBackpropFilter: OnnxKernel = (graph, { x, dy }, attributes) => {
  const filter = attributes['filterShape'] as number[];
  const at = geometry(x!.shape, filter, attributes, true);
  if (at === null) return null;
  const rows = at.batchSize * at.outHeight * at.outWidth;
  const multiplier = filter[3]!;
  const gradient = graph.reshape(dy!, [rows, at.inChannels, multiplier]);
  const places = windows(graph, x!, at).map((window) => {
    const seen = binary(graph, 'Mul', graph.reshape(window, [rows, at.inChannels, 1]), gradient);
    const shape = [1, at.inChannels, multiplier];
    return apply(graph, 'ReduceSum', [seen, graph.constant('int64', [0])], { shape, attributes: { keepdims: 1 } });
  });
  const shape = [places.length, at.inChannels, multiplier];
  const all = places.length === 1 ? places[0]! : apply(graph, 'Concat', places, { shape, attributes: { axis: 0 } });
  return graph.reshape(all, filter);
};

/** A convolution with its activation fused. */
const fused =
  (kernel: OnnxKernel): OnnxKernel =>
  (graph, inputs, attributes) => {
    const y = kernel(graph, inputs, attributes) as GraphNode | null;
    return y && !isRectified(attributes) ? activated(graph, y, attributes, inputs['preluActivationWeights']) : y;
  };

/** Convolutions over images [batch, height, width, channels], and their gradients. */
export const convolutionKernels: KernelTable = {
  Conv2D: conv2d,
  FusedConv2D: fused(conv2d),
  Conv2DBackpropInput: conv2dBackpropInput,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  DepthwiseConv2dNative: depthwise,
  FusedDepthwiseConv2D: fused(depthwise),
  DepthwiseConv2dNativeBackpropInput: depthwiseBackpropInput,
  DepthwiseConv2dNativeBackpropFilter: depthwiseBackpropFilter,
};
