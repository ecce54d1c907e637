import { describe, expect, it } from 'vitest';
import { roleOf } from '../../src/parametrization/role.js';

const role = (infinite: boolean[], layerClass: string | null = 'Dense', name = 'layer/kernel') =>
  roleOf({ shape: infinite.map(() => 8), infinite, layerClass, name });

describe('roleOf', () => {
  it('reads a dense kernel off its two dimensions', () => {
    expect(role([false, true])).toBe('input');
    expect(role([true, true])).toBe('hidden');
    expect(role([true, false])).toBe('readout');
    expect(role([false, false])).toBe('scalar');
  });

  it('takes an embedding for an input and a bias for a vector', () => {
    expect(role([false, true], 'Embedding', 'embedding_1/embeddings')).toBe('input');
    expect(role([true])).toBe('vector');
    expect(role([false])).toBe('scalar');
    expect(role([])).toBe('scalar');
  });

  it('reads a convolution kernel off its last two dimensions', () => {
    expect(role([false, false, false, true], 'Conv2D')).toBe('input');
    expect(role([false, false, true, true], 'Conv2D')).toBe('hidden');
    expect(role([false, false, true, false], 'Conv2D')).toBe('readout');
  });

  it('takes depthwise kernels for vectors', () => {
    expect(role([false, false, true, false], 'DepthwiseConv2D', 'd/depthwise_kernel')).toBe('vector');
    expect(role([false, false, true, false], 'SeparableConv2D', 's/depthwise_kernel')).toBe('vector');
    expect(role([false, false, true, true], 'SeparableConv2D', 's/pointwise_kernel')).toBe('hidden');
  });

  it('takes [width, heads, headDim] kernels for hidden, whichever of the last two grows', () => {
    expect(role([true, false, true], null)).toBe('hidden');
    expect(role([true, true, false], null)).toBe('hidden');
  });

  it('goes by how a parameter is used where that was seen, whatever its layout', () => {
    const used = (infinite: boolean[], kind: 'product' | 'lookup' | 'elementwise', summed: number[]) =>
      roleOf({ shape: infinite.map(() => 8), infinite, layerClass: null, name: 'p', way: { kind, summed } });
    // [out, in], as PyTorch lays kernels out.
    expect(used([false, true], 'product', [1])).toBe('readout');
    expect(used([true, false], 'product', [1])).toBe('input');
    expect(used([true, true], 'product', [1])).toBe('hidden');
    expect(used([false, true], 'lookup', [0])).toBe('input');
    expect(used([true], 'product', [0])).toBe('readout');
    // A depthwise kernel, a table of positions, a matrix whose product is written out as a sum.
    expect(used([false, false, true, false], 'elementwise', [])).toBe('vector');
    expect(used([false, true], 'elementwise', [])).toBe('input');
    expect(used([true, true], 'elementwise', [])).toBe('hidden');
  });
});
