import type { Heap } from '../heap.js';
import { programKey, type Program } from './program.js';
import { compileProgram, type CompiledProgram } from './wasm-module.js';

/**
 * Floats of memory kept for sums, and for pieces of arrays that lie outside the engine's memory; taken before anything
 * else is, for it is when memory has run out that arrays lie outside.
 */
const WORKSPACE = 2 ** 20;

/** What a program is run on: arrays and outputs all of one length. */
export interface ProgramData {
  arrays: readonly Float32Array[];
  outputs: readonly Float32Array[];
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
  run(program: Program, data: ProgramData): number[] {
    const run = this.#compile(program);
    const all = [...data.arrays, ...data.outputs];
    const [first] = all;
    if (first === undefined) throw new Error('a program needs an array or an output');
    const { buffer, byteOffset } = this.#workspace;
    const totals = new Float64Array(buffer, byteOffset, program.sums.length);
    if (!all.every((array) => this.#heap.holds(array))) return this.#inPieces(run, totals, data);
    const addresses = all.map((array) => array.byteOffset);
    run(...addresses, totals.byteOffset, ...extent(first.length), ...data.scalars);
    return [...totals];
  }

  #inPieces(run: CompiledProgram, totals: Float64Array, { arrays, outputs, scalars }: ProgramData): number[] {
    const all = [...arrays, ...outputs];
    const size = all[0]!.length;
    const free = this.#workspace.subarray(2 * totals.length);
    const length = 4 * Math.floor(free.length / all.length / 4);
    const pieces = all.map((_, i) => free.subarray(i * length, (i + 1) * length));
    const addresses = pieces.map((piece) => piece.byteOffset);
    const grand = [...totals].map(() => 0);
    for (let start = 0; start < size; start += length) {
      const count = Math.min(length, size - start);
      arrays.forEach((array, i) => pieces[i]!.set(array.subarray(start, start + count)));
      run(...addresses, totals.byteOffset, ...extent(count), ...scalars);
      outputs.forEach((output, i) => output.set(pieces[arrays.length + i]!.subarray(0, count), start));
      totals.forEach((total, i) => (grand[i]! += total));
    }
    return grand;
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

/** Bytes computed four floats at a time, and all bytes. */
function extent(size: number): [number, number] {
  return [(size - (size % 4)) * 4, size * 4];
}
