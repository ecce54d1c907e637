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
/** Floats of an operand whose copy takes longer than one more operator: of one stored transposed, and of another. */
const LARGE_TRANSPOSED = 2 ** 17;
const LARGE = 2 ** 20;
/** Floats of 4096 bytes: rows this long, or a multiple of it, fall on the same places of a core's cache. */
const PAGE = 1024;
/** Floats of a cache line: made longer by so many, rows fall beside each other. */
const CACHE_LINE = 16;
/** From this many rows and columns of the result on, copying both operands takes less time than it saves. */
const LARGE_RESULT = 256;
/** Floats of an operand whose copy takes more memory than the time is worth: 256 MiB. */
const TOO_LARGE = 2 ** 26;
/** From this many rows on, and this many sums a coordinate, a result is computed some rows at a time. */
const TALL = 2048;
const LONG_SUMS = 128;
/** Rows of a result that stay in a core's own cache, 128 columns of them, with the operand's rows. */
const ROWS_AT_A_TIME = 512;

/**
 * The product of two matrices, in the form that ONNX Runtime computes fastest. All forms are the same sums.
 *
 * Its product copies the second operand block by block into the order its kernel reads, however few rows the first has,
 * and reads the first as it is stored, unless that is transposed. Hence three other forms, with times measured on an AMD
 * EPYC (one thread, operands from memory; AVX2 where nothing else is said), turning included:
 *
 * - aᵀ · b, a weight's gradient: a is turned first. (512×1024)ᵀ · 512×4096: 45.3 → 43.5 ms; (512×4096)ᵀ · 512×1024:
 *   48.9 → 44.5 ms. With 64 rows it is the same.
 * - a · bᵀ with few rows, back through a large weight: (b · aᵀ)ᵀ, so that the small operand is the one copied across.
 *   64×1024 · (1024×1024)ᵀ: 1.8 → 1.4 ms; 64×2048 · (2048×2048)ᵀ: 7.1 → 5.9 ms. With 512 rows it is slower.
 * - a · b with few rows, forward through a larger weight: (bᵀ · aᵀ)ᵀ. On AVX-512 64×3072 · 3072×1024: 6.0 → 5.4 ms;
 *   64×2048 · 2048×2048: 8.0 → 7.3 ms; 64×3072 · 3072×256 is slower. On AVX2 reading b transposed costs what copying does.
 *
 * It adds up a result 128 columns and 128 summands at a time, all rows of them, so that a tall result comes from memory and
 * goes back there again and again. Such a one is computed 512 rows at a time, as a batch of products with one second
 * operand. Beside one another on another such machine: 4096×512 · 512×1024, turning included: 111 → 75 ms;
 * 2048×512 · 512×512: 21.2 → 17.2 ms; 2048×1024 · (1024×1024)ᵀ: 82 → 65 ms. With 64 summands it is the same.
 *
 * On AVX-512 it reads twelve rows of the first operand at a time, 128 coordinates of each. Where rows are pages long these
 * have places for eight rows in the core's cache, fewer where another thread shares it. So both operands get a cache line of
 * zero summands, which changes no sum. Copying included, on a quiet core and on a shared one: 512×1024 · 1024×1024:
 * 12.1 → 11.4 and 16.2 → 13.3 ms; 512×4096 · (1024×4096)ᵀ: 47.0 → 43.6 and 64.6 → 47.4 ms.
 */
export function matrixProduct(
  graph: Graph,
  a: GraphNode,
  b: GraphNode,
  { transposeA, transposeB }: Transposed,
): GraphNode {
  if (transposeA && isWorthTurning(a, b.shape[transposeB ? 0 : 1]!))
    return gemm(graph, turned(graph, a), b, { transposeA: false, transposeB });
  if (!transposeA && isSlowToCopy(b, { rows: a.shape[0]!, transposed: transposeB }))
    return turned(graph, gemm(graph, b, a, { transposeA: !transposeB, transposeB: true }));
  return gemm(graph, a, b, { transposeA, transposeB });
}

function isWorthTurning({ shape: [rows] }: GraphNode, columns: number): boolean {
  return rows! >= MANY_ROWS && columns >= MANY_COLUMNS;
}

function isSlowToCopy({ size }: GraphNode, { rows, transposed }: { rows: number; transposed: boolean }): boolean {
  return rows >= SOME_ROWS && rows <= MANY_ROWS && size >= (transposed ? LARGE_TRANSPOSED : LARGE);
}

function gemm(graph: Graph, a: GraphNode, b: GraphNode, { transposeA, transposeB }: Transposed): GraphNode {
  const shape = [a.shape[transposeA ? 1 : 0]!, b.shape[transposeB ? 0 : 1]!];
  if (!transposeA && isWorthLengthening(a, b, shape)) {
    return gemm(graph, longer(graph, a, 1), longer(graph, b, transposeB ? 1 : 0), { transposeA, transposeB });
  }
  const rows = transposeA ? null : rowsAtATime(a);
  if (rows !== null) return inRows(graph, a, b, { rows, shape, transposeB });
  const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
  return apply(graph, 'Gemm', [a, b], { shape, attributes });
}

function isWorthLengthening(a: GraphNode, b: GraphNode, result: readonly number[]): boolean {
  const isPagesLong = a.shape[1]! % PAGE === 0;
  return isPagesLong && result.every((size) => size >= LARGE_RESULT) && Math.max(a.size, b.size) <= TOO_LARGE;
}

/** A matrix with a cache line of zeros more along an axis: joined to it, which takes less time than padding a large one. */
function longer(graph: Graph, x: GraphNode, axis: 0 | 1): GraphNode {
  const zeros = x.shape.with(axis, CACHE_LINE);
  const shape = x.shape.with(axis, x.shape[axis]! + CACHE_LINE);
  return apply(graph, 'Concat', [x, graph.splat(0, zeros, x.type)], { shape, attributes: { axis } });
}

/** How many rows of a tall result to compute at a time, all parts alike; null for the whole. */
function rowsAtATime({ shape }: GraphNode): number | null {
  const [rows, sums] = shape as [number, number];
  if (rows < TALL || sums < LONG_SUMS) return null;
  for (let parts = Math.ceil(rows / ROWS_AT_A_TIME); parts <= (2 * rows) / ROWS_AT_A_TIME; parts += 1) {
    if (rows % parts === 0) return rows / parts;
  }
  return null;
}

function inRows(
  graph: Graph,
  a: GraphNode,
  b: GraphNode,
  { rows, shape, transposeB }: { rows: number; shape: readonly number[]; transposeB: boolean },
): GraphNode {
  const parts = a.shape[0]! / rows;
  // With one axis more than the first operand, the second is kept for every part; with fewer, all parts would be joined again.
  const inputs = [graph.reshape(a, [parts, rows, a.shape[1]!]), graph.reshape(b, [1, 1, ...b.shape])];
  return graph.reshape(
    batchedProduct(graph, inputs, [1, parts, rows, shape[1]!], { transposeA: false, transposeB }),
    shape,
  );
}

/** The products of a batch of matrices, broadcast over all axes but the last two. */
export function batchedProduct(
  graph: Graph,
  inputs: readonly GraphNode[],
  shape: readonly number[],
  { transposeA, transposeB }: Transposed,
): GraphNode {
  const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
  return graph.node({ op: 'FusedMatMul', domain: 'com.microsoft', inputs, shape, type: 'float32', attributes });
}

function turned(graph: Graph, x: GraphNode): GraphNode {
  return transpose(graph, x, [1, 0]);
}
