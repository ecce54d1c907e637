import type { KernelCall } from '../engine/kernel-watch.js';
import type { Tensor } from '../engine/tf.js';
import { contractionOf } from './contraction.js';

/** Which tensors of a kernel tell how much it multiplies, as names of inputs; null for its own output. */
interface Convolution {
  /** The tensor each of whose numbers is one sum over the filter: the convolution's output, or that one's gradient. */
  readonly sums: 'dy' | null;
  /** The filter, or that one's gradient. */
  readonly filter: 'filter' | null;
  /** Numbers of the filter that go into one sum. */
  readonly perSum: (filter: Tensor) => number;
}

/** Of a filter [spatial …, in, out]: all but the last dimension, for channels are summed over, too. */
const dense = ({ size, shape }: Tensor): number => size / (shape.at(-1) ?? 1);

/** Of a filter [height, width, in, multiplier]: space alone, for each channel stays by itself. */
const depthwise = ({ shape: [height = 1, width = 1] }: Tensor): number => height * width;

const CONVOLUTIONS: Readonly<Record<string, Convolution>> = {
  Conv2D: { sums: null, filter: 'filter', perSum: dense },
  FusedConv2D: { sums: null, filter: 'filter', perSum: dense },
  Conv2DBackpropInput: { sums: 'dy', filter: 'filter', perSum: dense },
  Conv2DBackpropFilter: { sums: 'dy', filter: null, perSum: dense },
  Conv3D: { sums: null, filter: 'filter', perSum: dense },
  Conv3DBackpropInputV2: { sums: 'dy', filter: 'filter', perSum: dense },
  Conv3DBackpropFilterV2: { sums: 'dy', filter: null, perSum: dense },
  DepthwiseConv2dNative: { sums: null, filter: 'filter', perSum: depthwise },
  FusedDepthwiseConv2D: { sums: null, filter: 'filter', perSum: depthwise },
  DepthwiseConv2dNativeBackpropInput: { sums: 'dy', filter: 'filter', perSum: depthwise },
  DepthwiseConv2dNativeBackpropFilter: { sums: 'dy', filter: null, perSum: depthwise },
};

const MATRIX_PRODUCTS = new Set(['BatchMatMul', '_FusedMatMul', 'Einsum']);

/**
 * FLOPs of one kernel, by its shapes: a multiplication and an addition count as two.
 *
 * A matrix product [m, k]·[k, n] costs 2·m·n·k, each of a batch. A convolution costs 2 · outputs · filter numbers that go
 * into one of them, padding included; its two gradients cost what it costs. All other kernels count 0.
 */
export function kernelFlops(call: KernelCall, outputs: readonly Tensor[]): number {
  const [output] = outputs;
  if (output === undefined) return 0;
  if (MATRIX_PRODUCTS.has(call.kernelName)) return 2 * output.size * summedOver(call);
  const convolution = Object.hasOwn(CONVOLUTIONS, call.kernelName) ? CONVOLUTIONS[call.kernelName] : undefined;
  if (convolution === undefined) return 0;
  const tensor = (name: string | null): Tensor => call.inputs.find(([input]) => input === name)?.[1] ?? output;
  return 2 * tensor(convolution.sums).size * convolution.perSum(tensor(convolution.filter));
}

/** Products that are added up for one number of a matrix product; 0 for an equation that sums over nothing. */
function summedOver(call: KernelCall): number {
  const [first] = call.inputs;
  if (first === undefined) return 0;
  const [name, { shape }] = first;
  const { kind, axes } = contractionOf(call, name);
  return kind === 'product' ? axes.reduce((product, axis) => product * (shape[axis] ?? 1), 1) : 0;
}
