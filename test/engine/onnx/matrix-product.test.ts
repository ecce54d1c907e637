import { describe, expect, it } from 'vitest';
import { CONSTANT, Graph, LEAF, SPLAT, sizeOf, type GraphNode } from '../../../src/engine/onnx/graph.js';
import { matrixProduct } from '../../../src/engine/onnx/kernels/matrix-product.js';
import { openEngine } from '../../../src/engine/open-engine.js';
import { tf } from '../../../src/engine/tf.js';
import { disagreement } from '../agreement.js';

const PLAIN = { transposeA: false, transposeB: false };

/** Operators that a product of matrices of these shapes is made of, the last one first, down to its operands. */
function operators(a: number[], b: number[], transposed: Partial<typeof PLAIN> = {}): string[] {
  const graph = new Graph();
  const leaf = (shape: number[]) => graph.leaf(new Float32Array(sizeOf(shape)), shape, 'float32');
  const named = ({ op, shape, attributes: { transA, transB }, inputs }: GraphNode): string[] => [
    `${op}${transA === 1 ? ' aᵀ' : ''}${transB === 1 ? ' bᵀ' : ''} ${shape.join('×')}`,
    ...inputs.filter(({ op: kind }) => kind !== LEAF && kind !== CONSTANT && kind !== SPLAT).flatMap(named),
  ];
  return named(matrixProduct(graph, leaf(a), leaf(b), { ...PLAIN, ...transposed }));
}

describe('matrixProduct', () => {
  it('turns a transposed operand of many rows, where the result has many columns', () => {
    const transposeA = true;
    expect(operators([128, 300], [128, 256], { transposeA })).toEqual(['Gemm 300×256', 'Transpose 300×128']);
    expect(operators([127, 300], [127, 256], { transposeA })).toEqual(['Gemm aᵀ 300×256']);
    expect(operators([512, 300], [512, 10], { transposeA })).toEqual(['Gemm aᵀ 300×10']);
    const both = { transposeA, transposeB: true };
    expect(operators([128, 300], [256, 128], both)).toEqual(['Gemm bᵀ 300×256', 'Transpose 300×128']);
  });

  it('lets few rows be the operand that is copied, where the other is large and transposed', () => {
    const transposeB = true;
    expect(operators([64, 256], [512, 256], { transposeB })).toEqual(['Transpose 64×512', 'Gemm bᵀ 512×64']);
    expect(operators([64, 256], [511, 256], { transposeB })).toEqual(['Gemm bᵀ 64×511']);
    expect(operators([15, 256], [512, 256], { transposeB })).toEqual(['Gemm bᵀ 15×512']);
    expect(operators([129, 256], [512, 256], { transposeB })).toEqual(['Gemm bᵀ 129×512']);
  });

  it('lets few rows be the operand that is copied, where the other is larger still', () => {
    expect(operators([64, 1024], [1024, 1024])).toEqual(['Transpose 64×1024', 'Gemm aᵀ bᵀ 1024×64']);
    expect(operators([64, 1024], [1024, 1023])).toEqual(['Gemm 64×1023']);
    expect(operators([15, 1024], [1024, 1024])).toEqual(['Gemm 15×1024']);
    expect(operators([129, 1024], [1024, 1024])).toEqual(['Gemm 129×1024']);
  });

  it('computes a tall result some rows at a time, in equal parts', () => {
    const parts = (rows: number, sums: number) => operators([rows, sums], [sums, 256]);
    expect(parts(2048, 128)).toEqual([
      'Reshape 2048×256',
      'FusedMatMul 1×4×512×256',
      'Reshape 4×512×128',
      'Reshape 1×1×128×256',
    ]);
    expect(parts(2050, 128)[1]).toBe('FusedMatMul 1×5×410×256');
    expect(parts(2047, 128)).toEqual(['Gemm 2047×256']);
    expect(parts(2053, 128), 'a prime number of rows').toEqual(['Gemm 2053×256']);
    expect(parts(2048, 127)).toEqual(['Gemm 2048×256']);
    const gradient = operators([512, 2048], [512, 256], { transposeA: true });
    expect(gradient).toContain('FusedMatMul 1×4×512×256');
    expect(operators([2048, 128], [64, 128], { transposeB: true })[1]).toBe('FusedMatMul bᵀ 1×4×512×64');
  });

  it('makes rows that are pages long a little longer', () => {
    const parts = ['Gemm 256×256', 'Concat 256×1040', 'Concat 1040×256'];
    expect(operators([256, 1024], [1024, 256])).toEqual(parts);
    const transposeB = true;
    expect(operators([256, 3072], [300, 3072], { transposeB })).toEqual([
      'Gemm bᵀ 256×300',
      'Concat 256×3088',
      'Concat 300×3088',
    ]);
    expect(operators([256, 1025], [1025, 256])).toEqual(['Gemm 256×256']);
    expect(operators([255, 1024], [1024, 256])).toEqual(['Gemm 255×256']);
    expect(operators([256, 1024], [1024, 255])).toEqual(['Gemm 256×255']);
    expect(operators([1024, 300], [1024, 256], { transposeA: true })).toContain('Concat 300×1040');
    expect(operators([1025, 65_536], [65_536, 256])).toEqual(['Gemm 1025×256']);
    expect(operators([2048, 1024], [1024, 256])).toContain('FusedMatMul 1×4×512×256');
    expect(operators([2048, 1024], [1024, 256])).toContain('Concat 2048×1040');
  });

  it('gives what cpu computes, in every form', async () => {
    const random = (shape: [number, number]) => tf.randomNormal(shape, 0, 1, 'float32', 7);
    const forms = {
      turned: () => tf.matMul(random([130, 40]), random([130, 260]), true),
      'turned, both transposed': () => tf.matMul(random([130, 40]), random([260, 130]), true, true),
      'in rows': () => tf.matMul(random([2050, 130]), random([130, 7])),
      'in rows, turned': () => tf.matMul(random([140, 2048]), random([140, 260]), true),
      'in rows, the other transposed': () => tf.matMul(random([2048, 130]), random([7, 130]), false, true),
      'longer rows': () => tf.matMul(random([256, 1024]), random([1024, 260])),
      'longer rows, the other transposed': () => tf.matMul(random([260, 1024]), random([256, 1024]), false, true),
      'few rows': () => tf.matMul(random([16, 300]), random([500, 300]), false, true),
      'few rows, forward': () => tf.matMul(random([16, 1030]), random([1030, 1020])),
      'few rows with bias': () =>
        tf.fused.matMul({
          a: random([17, 300]),
          b: random([500, 300]),
          transposeB: true,
          bias: tf.ones([500]),
          activation: 'relu',
        }),
      'one batch of them': () => tf.matMul(tf.ones([1, 16, 300]), random([500, 300]), false, true),
    };
    for (const [name, compute] of Object.entries(forms)) {
      expect(await disagreement(compute, 'onnx'), name).toBeLessThan(1e-5);
    }
  });

  it('is refused at once where the shapes do not go together', async () => {
    const engine = await openEngine('onnx', { threads: 1 });
    const product = (a: number[], b: number[]) => () => tf.matMul(tf.ones(a), tf.ones(b));
    expect(product([2, 3], [2, 3])).toThrow('inner shapes (3) and (2)');
    expect(product([2, 3], [3])).toThrow('inner shapes (3) and (undefined)');
    expect(product([2, 2, 3], [4, 3, 2])).toThrow('could not be broadcast together with shapes 2 and 4');
    expect(product([1, 2, 3], [4, 3, 2])().shape).toEqual([4, 2, 2]);
    expect(product([2, 3], [4, 3, 2])().shape).toEqual([4, 2, 2]);
    await engine.dispose();
  });
});
