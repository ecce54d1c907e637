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

const strided = (at: Geometry) => [at.strideHeight, at.strideWidth];
const dilated = (at: Geometry) => [at.dilationHeight, at.dilationWidth];
const outputShape = (at: Geometry) => [at.batchSize, at.outChannels, at.outHeight, at.outWidth];
const inputShape = (at: Geometry) => [at.batchSize, at.inChannels, at.inHeight, at.inWidth];

const conv2d: OnnxKernel = (graph, { x, filter, bias }, attributes) => {
  const at = geometry(x!.shape, filter!.shape, attributes);
  if (at === null || (bias !== undefined && bias.shape.length !== 1)) return null;
  const weights = transpose(graph, filter!, [3, 2, 0, 1]);
  return convolved(graph, { x: x!, weights, bias }, { at, group: 1 });
};

/** ONNX's convolution; a bias is added while its outputs are at hand. */
function convolved(
  graph: Graph,
  { x, weights, bias }: { x: GraphNode; weights: GraphNode; bias: GraphNode | undefined },
  { at, group }: { at: Geometry; group: number },
): GraphNode {
  const attributes = { pads: padsOf(at), strides: strided(at), dilations: dilated(at), group };
  const inputs = [channelsFirst(graph, x), weights, ...(bias === undefined ? [] : [bias])];
  return channelsLast(graph, apply(graph, 'Conv', inputs, { shape: outputShape(at), attributes }));
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
  const weights = transpose(graph, apply(graph, 'Slice', [filter, ...lists]), [2, 3, 0, 1]);
  const y = apply(graph, 'Conv', [channelsFirst(graph, dy), weights], { shape: inputShape(at), attributes: { pads } });
  return channelsLast(graph, y);
}

const conv2dBackpropInput: OnnxKernel = (graph, { dy, filter }, attributes) => {
  const at = geometry(attributes['inputShape'] as number[], filter!.shape, attributes);
  if (at === null || leftOver(at).some((rest) => rest < 0)) return null;
  const direct = turned(graph, dy!, filter!, at);
  if (direct !== null) return direct;
  return spread(graph, { dy: dy!, weights: transpose(graph, filter!, [3, 2, 0, 1]), at, group: 1 });
};

/** The inputs that each place of the kernel saw, [batch, outHeight, outWidth, inChannels], in the kernel's order. */
function windows(graph: Graph, x: GraphNode, at: Geometry): GraphNode[] {
  const { top, bottom, left, right } = at.padInfo;
  const around = padded(graph, x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  const size = [at.batchSize, at.outHeight, at.outWidth, at.inChannels];
  const strides = [1, at.strideHeight, at.strideWidth, 1];
  return Array.from({ length: at.filterHeight * at.filterWidth }, (_, k) => {
    const row = Math.floor(k / at.filterWidth) * at.dilationHeight;
    const column = (k % at.filterWidth) * at.dilationWidth;
    return box(graph, around, { begin: [0, row, column, 0], size, strides });
  });
}

/** With fewer channels a window's own product is too thin to be fast, and one product of all windows is worth their copy. */
const FEWEST_CHANNELS = 32;

/** For each place of the kernel: [batch · places, inChannels]ᵀ · [batch · places, outChannels]. */
const conv2dBackpropFilter: OnnxKernel = (graph, { x, dy }, attributes) => {
  const filter = attributes['filterShape'] as number[];
  const at = geometry(x!.shape, filter, attributes);
  if (at === null) return null;
  const rows = at.batchSize * at.outHeight * at.outWidth;
  const gradient = graph.reshape(dy!, [rows, at.outChannels]);
  const seen = windows(graph, x!, at).map((window) => graph.reshape(window, [rows, at.inChannels]));
  const operands = at.inChannels < FEWEST_CHANNELS ? [concatenated(graph, seen, 1)] : seen;
  const products = operands.map((operand) =>
    apply(graph, 'Gemm', [operand, gradient], {
      shape: [operand.shape[1]!, at.outChannels],
      attributes: { transA: 1 },
    }),
  );
  return graph.reshape(concatenated(graph, products, 0), filter);
};

/** A depthwise filter [height, width, channels, multiplier] as ONNX's grouped one. */
function grouped(graph: Graph, filter: GraphNode): GraphNode {
  const [height, width, channels, multiplier] = filter.shape as Shape4;
  return graph.reshape(transpose(graph, filter, [2, 3, 0, 1]), [channels * multiplier, 1, height, width]);
}

const depthwise: OnnxKernel = (graph, { x, filter, bias }, attributes) => {
  const at = geometry(x!.shape, filter!.shape, attributes, true);
  if (at === null || (bias !== undefined && bias.shape.length !== 1)) return null;
  return convolved(graph, { x: x!, weights: grouped(graph, filter!), bias }, { at, group: at.inChannels });
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
    return y && activated(graph, y, attributes, inputs['preluActivationWeights']);
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
