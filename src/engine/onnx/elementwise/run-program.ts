import { failure } from '../../../errors.js';
import type { Heap } from '../heap.js';
import { programKey, type Program } from './program.js';
import { compileProgram, type CompiledProgram } from './wasm-module.js';

/** Floats of each array copied at a time where arrays lie outside the engine's memory; a multiple of 4. */
const CHUNK = 16_384;

/** What a program is run on: arrays and outputs all of one length. */
export interface ProgramData {
  arrays: readonly Float32Array[];
  outputs: readonly Float32Array[];
  scalars: readonly number[];
}

/** Runs elementwise programs, each compiled once. */
export class ProgramRunner {
  readonly #heap: Heap;
  readonly #compiled = new Map<string, CompiledProgram>();

  constructor(heap: Heap) {
    this.#heap = heap;
  }

  /**
   * Computes a program.
   *
   * An output may be one of the arrays: coordinates are read before they are written.
   *
   * @returns the sums wanted, in double precision
   */
  run(program: Program, data: ProgramData): number[] {
    const run = this.#compile(program);
    const sums = this.#heap.floats(2 * Math.max(1, program.sums.length));
    try {
      if (!this.#heap.holds(sums)) throw failure('OUT_OF_MEMORY', { engine: 'onnx', bytes: 64, limit: '4 GiB' });
      const totals = new Float64Array(sums.buffer, sums.byteOffset, program.sums.length);
      const all = [...data.arrays, ...data.outputs];
      if (!all.every((array) => this.#heap.holds(array))) return this.#inChunks(run, totals, data);
      const addresses = all.map((array) => array.byteOffset);
      run(...addresses, sums.byteOffset, ...extent(all[0]?.length ?? 0), ...data.scalars);
      return [...totals];
    } finally {
      this.#heap.free(sums);
    }
  }

  #inChunks(run: CompiledProgram, totals: Float64Array, { arrays, outputs, scalars }: ProgramData): number[] {
    const size = (arrays[0] ?? outputs[0])?.length ?? 0;
    const buffers = [...arrays, ...outputs].map(() => this.#heap.floats(CHUNK));
    const addresses = buffers.map((buffer) => buffer.byteOffset);
    const grand = [...totals].map(() => 0);
    for (let start = 0; start < size; start += CHUNK) {
      const length = Math.min(CHUNK, size - start);
      arrays.forEach((array, i) => buffers[i]!.set(array.subarray(start, start + length)));
      run(...addresses, totals.byteOffset, ...extent(length), ...scalars);
      outputs.forEach((output, i) => output.set(buffers[arrays.length + i]!.subarray(0, length), start));
      totals.forEach((total, i) => (grand[i]! += total));
    }
    for (const buffer of buffers) this.#heap.free(buffer);
    return grand;
  }

  #compile(program: Program): CompiledProgram {
    const key = programKey(program);
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const compiled = compileProgram(program, this.#heap.memory);
    this.#compiled.set(key, compiled);
    return compiled;
  }
}

/** Bytes computed four floats at a time, and all bytes. */
function extent(size: number): [number, number] {
  return [(size - (size % 4)) * 4, size * 4];
}
