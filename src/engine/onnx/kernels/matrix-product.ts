import type { Graph, GraphNode } from '../graph.js';
import { apply, transpose } from './kernel.js';

/** Which operands of a product are stored transposed. */
export interface Transposed {
  transposeA: boolean;
  transposeB: boolean;
}

/** From this many rows on turning pays; up to as many, copying the other operand is a large part of a product. */
const MANY_ROWS = 128;
/** Columns of the result for which a turned operand is read often enough. */
const MANY_COLUMNS = 256;
/** Fewer rows than this are hardly more than vectors. */
const SOME_ROWS = 16;
/** Floats of an operand whose copy takes longer than one more operator. */
const LARGE = 2 ** 17;

/**
 * The product of two matrices, in the form that ONNX Runtime computes fastest. All forms are the same sums.
 *
 * Its product copies the second operand block by block into the order its kernel reads, however few rows the first has,
 * and reads the first as it is stored, unless that is transposed. Hence two other forms, with times measured on an AMD
 * EPYC (AVX2, one thread, operands from memory), turning included:
 *
 * - aᵀ · b, a weight's gradient: a is turned first. (512×1024)ᵀ · 512×4096: 45.3 → 43.5 ms; (512×4096)ᵀ · 512×1024:
 *   48.9 → 44.5 ms. With 64 rows it is the same.
 * - a · bᵀ with few rows, back through a large weight: (b · aᵀ)ᵀ, so that the small operand is the one copied across.
 *   64×1024 · (1024×1024)ᵀ: 1.8 → 1.4 ms; 64×2048 · (2048×2048)ᵀ: 7.1 → 5.9 ms. With 512 rows it is slower.
 *
 * A forward pass of few rows is no faster as (bᵀ · aᵀ)ᵀ: reading b transposed costs what copying it does.
 */
export function matrixProduct(
  graph: Graph,
  a: GraphNode,
  b: GraphNode,
  { transposeA, transposeB }: Transposed,
): GraphNode {
  if (transposeA && isWorthTurning(a, b.shape[transposeB ? 0 : 1]!))
    return gemm(graph, turned(graph, a), b, { transposeA: false, transposeB });
  if (transposeB && !transposeA && isSlowToCopy(b, a.shape[0]!))
    return turned(graph, gemm(graph, b, a, { transposeA: false, transposeB: true }));
  return gemm(graph, a, b, { transposeA, transposeB });
}

function isWorthTurning({ shape: [rows] }: GraphNode, columns: number): boolean {
  return rows! >= MANY_ROWS && columns >= MANY_COLUMNS;
}

function isSlowToCopy({ size }: GraphNode, rows: number): boolean {
  return rows >= SOME_ROWS && rows <= MANY_ROWS && size >= LARGE;
}

function gemm(graph: Graph, a: GraphNode, b: GraphNode, { transposeA, transposeB }: Transposed): GraphNode {
  const shape = [a.shape[transposeA ? 1 : 0]!, b.shape[transposeB ? 0 : 1]!];
  const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
  return apply(graph, 'Gemm', [a, b], { shape, attributes });
}

function turned(graph: Graph, x: GraphNode): GraphNode {
  return transpose(graph, x, [1, 0]);
}
