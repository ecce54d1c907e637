import type { KernelCall } from '../engine/kernel-watch.js';

/** How a kernel takes one of its inputs in. */
export interface Contraction {
  /** `product`: summed over some axes; `lookup`: rows are picked; `elementwise`: each coordinate stays by itself. */
  readonly kind: 'product' | 'lookup' | 'elementwise';
  /** The input's axes that are summed over; for a lookup the one it picks from, as in a product with one-hot rows. */
  readonly axes: readonly number[];
}

const ELEMENTWISE: Contraction = { kind: 'elementwise', axes: [] };

const product = (axes: readonly number[]): Contraction => ({ kind: 'product', axes });

/**
 * Which axes of an input a kernel sums over with another input.
 *
 * Kernels that are not listed work coordinate by coordinate, as far as a weight goes: sums, gains, norms, choices.
 *
 * @param input - the input's name in the call
 */
export function contractionOf({ kernelName, inputs, attributes }: KernelCall, input: string): Contraction {
  const rank = inputs.find(([name]) => name === input)?.[1].rank ?? 0;
  switch (kernelName) {
    case 'BatchMatMul':
    case '_FusedMatMul':
      return matrixProduct(input, rank, attributes);
    case 'Conv2D':
    case 'FusedConv2D':
    case 'Conv3D':
      // [spatial …, in, out]
      return input === 'filter' ? product(range(rank - 1)) : ELEMENTWISE;
    case 'Conv2DBackpropInput':
    case 'Conv3DBackpropInputV2':
      // A transposed convolution: its kernel is [spatial …, out, in].
      return input === 'filter' ? product([...range(rank - 2), rank - 1]) : ELEMENTWISE;
    case 'GatherV2':
      return input === 'x' ? { kind: 'lookup', axes: [Number(attributes['axis'] ?? 0)] } : ELEMENTWISE;
    case 'GatherNd':
      return input === 'params' ? { kind: 'lookup', axes: [0] } : ELEMENTWISE;
    case 'Einsum':
      return einsum(inputs, input, String(attributes['equation']));
    default:
      // A depthwise kernel sums over space alone, which does not grow: each channel stays by itself.
      return ELEMENTWISE;
  }
}

function matrixProduct(input: string, rank: number, attributes: KernelCall['attributes']): Contraction {
  if (input !== 'a' && input !== 'b') return ELEMENTWISE;
  const isTransposed = attributes[input === 'a' ? 'transposeA' : 'transposeB'] === true;
  const sumsLast = (input === 'a') !== isTransposed;
  return product([sumsLast ? rank - 1 : rank - 2]);
}

/** Letters that the output lacks and another input has are summed over. */
function einsum(inputs: KernelCall['inputs'], input: string, equation: string): Contraction {
  const [left = '', output = ''] = equation.replaceAll(' ', '').split('->');
  const terms = left.split(',');
  const index = inputs.findIndex(([name]) => name === input);
  const others = new Set(terms.filter((_, i) => i !== index).join(''));
  const letters = (terms[index] ?? '').split('');
  const axes = letters.flatMap((letter, axis) => (others.has(letter) && !output.includes(letter) ? [axis] : []));
  return axes.length === 0 ? ELEMENTWISE : product(axes);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
