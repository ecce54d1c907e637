import type { Heap } from '../heap.js';
import { programKey, type Program } from './program.js';
import { compileProgram, type CompiledProgram } from './wasm-module.js';

/**
 * Floats of memory kept for sums, and for pieces of arrays that lie outside the engine's memory; taken before anything
 * else is, for it is when memory has run out that arrays lie outside.
 */
const WORKSPACE = 2 ** 20;

/** What a program is run on: arrays and outputs all of one length, which vectors by rows and columns divide into rows. */
export interface ProgramData {
  arrays: readonly Float32Array[];
  outputs: readonly Float32Array[];
  rows?: readonly Float32Array[];
  columns?: readonly Float32Array[];
  scalars: readonly number[];
}

/** Runs elementwise programs, each compiled once. */
export class ProgramRunner {
  readonly #heap: Heap;
  readonly #workspace: Float32Array;
  readonly #compiled = new Map<string, CompiledProgram>();
  /** The same by the program itself, whose key is long. */
  readonly #known = new WeakMap<Program, CompiledProgram>();

  constructor(heap: Heap) {
    this.#heap = heap;
    this.#workspace = heap.floats(WORKSPACE);
  }

  /**
   * Computes a program.
   *
   * An output may be one of the arrays: coordinates are read before they are written.
   *
   * @returns the sums wanted, in double precision
   * @throws Error if there is neither an array nor an output: a program has no length of its own
   */
  run(program: Program, { arrays, outputs, rows = [], columns = [], scalars }: ProgramData): number[] {
    const run = this.#compile(program);
    const all = [...arrays, ...outputs];
    const [first] = all;
    if (first === undefined) throw new Error('a program needs an array or an output');
    const free = new Space(this.#workspace);
    const { buffer, byteOffset } = free.take(2 * program.sums.length);
    const totals = new Float64Array(buffer, byteOffset, program.sums.length);
    const here = (vector: Float32Array) => (this.#heap.holds(vector) ? vector : free.copy(vector));
    const call: Call = { run, totals, rows: rows.map(here), columns: columns.map(here), scalars };
    const columnCount = columns[0]?.length ?? first.length / (rows[0]?.length ?? 1);
    if (!all.every((array) => this.#heap.holds(array)))
      return inPieces(call, { arrays, outputs }, { columnCount, free });
    compute(call, all, columnCount);
    return [...totals];
  }

  #compile(program: Program): CompiledProgram {
    const known = this.#known.get(program);
    if (known !== undefined) return known;
    const key = programKey(program);
    const compiled = this.#compiled.get(key) ?? compileProgram(program, this.#heap.memory);
    this.#compiled.set(key, compiled);
    this.#known.set(program, compiled);
    return compiled;
  }
}

/** A program with all that stays the same from piece to piece. */
interface Call {
  run: CompiledProgram;
  totals: Float64Array;
  rows: readonly Float32Array[];
  columns: readonly Float32Array[];
  scalars: readonly number[];
}

/** @param all - arrays and outputs, in the engine's memory */
function compute(
  { run, totals, rows, columns, scalars }: Call,
  all: readonly Float32Array[],
  columnCount: number,
): void {
  const addresses = [...all, ...rows, ...columns, totals].map((array) => array.byteOffset);
  const rowVectors = (columnCount - (columnCount % 4)) * 4;
  run(...addresses, rowVectors, columnCount * 4, all[0]!.length * 4, ...scalars);
}

/** Computes on copies in the workspace, some rows at a time; of a single row some columns at a time. */
function inPieces(
  call: Call,
  { arrays, outputs }: Pick<ProgramData, 'arrays' | 'outputs'>,
  { columnCount, free }: { columnCount: number; free: Space },
): number[] {
  const all = [...arrays, ...outputs];
  const size = all[0]!.length;
  const isOneRow = columnCount === size;
  const most = Math.floor(free.left / all.length / 4) * 4;
  const length = isOneRow ? most : most - (most % columnCount);
  if (length === 0) throw new Error('a row is too long for what is left of the engine’s memory');
  const pieces = all.map(() => free.take(length));
  const grand = Array.from(call.totals, () => 0);
  for (let start = 0; start < size; start += length) {
    const count = Math.min(length, size - start);
    arrays.forEach((array, i) => pieces[i]!.set(array.subarray(start, start + count)));
    const parts = pieces.map((piece) => piece.subarray(0, count));
    if (isOneRow) compute({ ...call, columns: from(call.columns, start) }, parts, count);
    else compute({ ...call, rows: from(call.rows, start / columnCount) }, parts, columnCount);
    outputs.forEach((output, i) => output.set(parts[arrays.length + i]!, start));
    call.totals.forEach((total, i) => (grand[i]! += total));
  }
  return grand;
}

function from(vectors: readonly Float32Array[], place: number): Float32Array[] {
  return vectors.map((vector) => vector.subarray(place));
}

/** Memory handed out from its start on. */
class Space {
  readonly #all: Float32Array;
  #used = 0;

  constructor(all: Float32Array) {
    this.#all = all;
  }

  /** Floats not yet handed out. */
  get left(): number {
    return this.#all.length - this.#used;
  }

  take(size: number): Float32Array {
    const taken = this.#all.subarray(this.#used, this.#used + size);
    // Doubles may come next.
    this.#used += size + (size % 2);
    return taken;
  }

  copy(array: Float32Array): Float32Array {
    const copied = this.take(array.length);
    copied.set(array);
    return copied;
  }
}
