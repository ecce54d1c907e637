import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Heap } from '../../../src/engine/onnx/heap.js';

/** One for the whole file: each reserves as much address space as it can, and a freed one is as good as new. */
const heap = new Heap();

/** Floats of a block that takes all the memory there is; address 0 is never handed out. */
const EVERYTHING = (heap.memory.buffer.byteLength - 64) / 4;

const range = ({ byteOffset, byteLength }: Float32Array) => [byteOffset, byteOffset + byteLength] as const;

function expectOneHole(): void {
  expect(heap.bytes).toBe(0);
  const whole = heap.floats(EVERYTHING);
  expect(heap.holds(whole)).toBe(true);
  heap.free(whole);
}

function expectApart(arrays: readonly Float32Array[]): void {
  const ranges = arrays.map(range).toSorted(([a], [b]) => a - b);
  const overlaps = ranges.filter(([start], i) => i > 0 && start < ranges[i - 1][1]);
  expect(overlaps).toEqual([]);
}

describe('Heap.floats', () => {
  it('hands out arrays of the size asked for, at multiples of 64 bytes, none at address 0', () => {
    const arrays = [1, 16, 17, 1000, 0].map((size) => heap.floats(size));
    expect(arrays.map(({ length }) => length)).toEqual([1, 16, 17, 1000, 0]);
    for (const { byteOffset } of arrays) {
      expect(byteOffset % 64).toBe(0);
      expect(byteOffset).toBeGreaterThan(0);
    }
    expect(heap.bytes).toBe(64 + 64 + 128 + 4032 + 64);
    for (const array of arrays) heap.free(array);
  });

  it('takes the first hole that is large enough', () => {
    const [small, between, large, last] = [16, 16, 64, 16].map((size) => heap.floats(size));
    heap.free(small);
    heap.free(large);
    const [two, one] = [heap.floats(32), heap.floats(16)];
    expect(two.byteOffset).toBe(large.byteOffset);
    expect(one.byteOffset).toBe(small.byteOffset);
    for (const array of [between, last, two, one]) heap.free(array);
    expectOneHole();
  });

  it('hands out ordinary arrays once it is full', () => {
    const whole = heap.floats(EVERYTHING);
    const outside = heap.floats(5);
    expect(heap.holds(outside)).toBe(false);
    expect([...outside]).toEqual([0, 0, 0, 0, 0]);
    heap.free(outside);
    heap.free(whole);
    expectOneHole();
  });

  it('never lets two blocks overlap, and joins the holes they leave, in whatever order they come and go', () => {
    const allocations = fc.record({ size: fc.integer({ min: 0, max: 300 }) });
    const releases = fc.record({ release: fc.nat() });
    fc.assert(
      fc.property(fc.array(fc.oneof(allocations, releases), { maxLength: 60 }), (actions) => {
        const live: Float32Array[] = [];
        for (const action of actions) {
          if ('size' in action) live.push(heap.floats(action.size));
          else if (live.length > 0) heap.free(live.splice(action.release % live.length, 1)[0]);
          expectApart(live);
        }
        for (const array of live) heap.free(array);
        expectOneHole();
      }),
    );
  });
});

describe('Heap.free', () => {
  it('throws where a block is freed twice', () => {
    const array = heap.floats(10);
    heap.free(array);
    expect(() => heap.free(array)).toThrow('freed twice');
    expectOneHole();
  });

  it('leaves arrays from elsewhere alone', () => {
    expect(() => heap.free(new Float32Array(4))).not.toThrow();
    expect(heap.bytes).toBe(0);
  });

  it('fills the block with NaN where the heap poisons, and no other', () => {
    heap.poisons = true;
    const [freed, kept] = [heap.floats(20).fill(1), heap.floats(20).fill(2)];
    heap.free(freed);
    expect([...freed]).toEqual(Array(20).fill(NaN));
    expect([...kept]).toEqual(Array(20).fill(2));
    heap.free(kept);
    heap.poisons = false;
  });

  it('leaves values as they are where it does not', () => {
    const array = heap.floats(3).fill(7);
    heap.free(array);
    expect([...array]).toEqual([7, 7, 7]);
  });
});

describe('Heap.claims', () => {
  it('is true once of a draft, and never of another array or of a part', () => {
    const draft = heap.draft(8);
    expect(heap.claims(draft.subarray(0, 4))).toBe(false);
    expect(heap.claims(draft)).toBe(true);
    expect(heap.claims(draft)).toBe(false);
    const floats = heap.floats(8);
    expect(heap.claims(floats)).toBe(false);
    expect(heap.claims([1, 2])).toBe(false);
    for (const array of [draft, floats]) heap.free(array);
    expectOneHole();
  });
});
