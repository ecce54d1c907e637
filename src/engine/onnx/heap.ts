/** Every block starts at a multiple of this: a cache line, and more than SIMD asks for. */
const ALIGNMENT = 64;
/** Address 0 is never handed out. */
const START = ALIGNMENT;
/** One page less than 32 bits address; address space only, pages are taken from the machine when they are touched. */
const LARGEST_PAGES = 65_535;
/** Below this a heap would be no use. */
const SMALLEST_PAGES = 1024;

/** A hole between blocks. */
interface Hole {
  start: number;
  end: number;
}

/**
 * Memory the engine owns: one WebAssembly memory, so that generated code can compute in it and ONNX Runtime, which
 * takes any typed array, can read and write the same bytes without a copy.
 *
 * First fit, neighbouring holes joined, so that what a wide run leaves is reused by the narrow ones after it. The
 * memory never grows: growing would detach every array handed out.
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  /** Fills freed blocks with NaN, so that a test notices whoever still reads them. */
  poisons = false;
  readonly #holes: Hole[];
  readonly #sizes = new Map<number, number>();
  readonly #unclaimed = new WeakSet<Float32Array>();
  #bytes = 0;

  constructor() {
    this.memory = reserve();
    this.#holes = [{ start: START, end: this.memory.buffer.byteLength }];
  }

  /** Bytes handed out now. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * An array of `size` floats whose values are not set; outside the heap (an ordinary one) where no hole is large enough.
   */
  floats(size: number): Float32Array {
    const length = Math.max(ALIGNMENT, Math.ceil((size * 4) / ALIGNMENT) * ALIGNMENT);
    const index = this.#holes.findIndex(({ start, end }) => end - start >= length);
    const hole = this.#holes[index];
    if (hole === undefined) return new Float32Array(size);
    const address = hole.start;
    hole.start += length;
    if (hole.start === hole.end) this.#holes.splice(index, 1);
    this.#sizes.set(address, length);
    this.#bytes += length;
    return new Float32Array(this.memory.buffer, address, size);
  }

  /**
   * Whether an array was handed out by this heap, whole: then it may become a tensor's without being copied. Once: the
   * second time it is asked of the same array the answer is no.
   */
  claims(array: ArrayLike<number>): boolean {
    return array instanceof Float32Array && this.#unclaimed.delete(array);
  }

  /** {@link floats} for values that the caller fills and gives to a tensor. */
  draft(size: number): Float32Array {
    const array = this.floats(size);
    this.#unclaimed.add(array);
    return array;
  }

  /** Whether an array lies in this heap. */
  holds(array: ArrayBufferView): boolean {
    return array.buffer === this.memory.buffer;
  }

  /** Takes a block back; arrays from elsewhere are left to the garbage collector. */
  free(array: ArrayBufferView): void {
    if (!this.holds(array)) return;
    const start = array.byteOffset;
    const length = this.#sizes.get(start);
    if (length === undefined) throw new Error(`block ${start} of the engine's memory is freed twice`);
    this.#sizes.delete(start);
    this.#bytes -= length;
    if (this.poisons) new Float32Array(this.memory.buffer, start, length / 4).fill(Number.NaN);
    this.#join({ start, end: start + length });
  }

  /** Puts a hole back into the list, which is sorted by address, joined with the holes it touches. */
  #join(freed: Hole): void {
    const holes = this.#holes;
    let low = 0;
    for (let high = holes.length; low < high;) {
      const middle = (low + high) >> 1;
      if (holes[middle]!.start < freed.start) low = middle + 1;
      else high = middle;
    }
    const [before, after] = [holes[low - 1], holes[low]];
    const joinsBefore = before?.end === freed.start;
    const joinsAfter = after?.start === freed.end;
    if (joinsBefore && joinsAfter) {
      before.end = after.end;
      holes.splice(low, 1);
    } else if (joinsBefore) before.end = freed.end;
    else if (joinsAfter) after.start = freed.start;
    else holes.splice(low, 0, freed);
  }
}

/** As much address space as this machine lets one process reserve, up to the 4 GiB that 32 bits address. */
function reserve(): WebAssembly.Memory {
  for (let pages = LARGEST_PAGES; ; pages = Math.floor(pages / 2)) {
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages });
    } catch (error) {
      if (pages < SMALLEST_PAGES) throw error;
    }
  }
}
