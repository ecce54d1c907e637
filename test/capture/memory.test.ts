import { describe, expect, it } from 'vitest';
import { memoryOf, passSize, refuseWhatDoesNotFit, workersThatFit } from '../../src/capture/memory.js';

/** Shapes of one matrix w × w and one tap [4, w] at two widths. */
const AT = [8, 16].map((width) => ({
  width,
  shapes: { parameters: [{ name: 'w', shape: [width, width] }], taps: [{ name: 't', shape: [4, width] }] },
}));

const matrix = (a: number, b: number) => ({ parameters: [{ name: 'w', shape: [a, b] }], taps: [] });

describe('memoryOf', () => {
  it('continues every dimension linearly: a process, and copies of parameters and taps in 4 bytes', () => {
    const mib = 2 ** 20;
    expect(memoryOf({ at: AT, isLazy: true }, 1000)).toBe(180 * mib + 4 * (6 * 1000 * 1000 + 8 * 4 * 1000));
    expect(memoryOf({ at: AT, isLazy: false }, 1000)).toBe(220 * mib + 4 * (16 * 1000 * 1000 + 8 * 4 * 1000));
  });

  it('keeps a dimension that does not change, and one with an offset', () => {
    const at = [
      { width: 8, shapes: matrix(3, 9) },
      { width: 16, shapes: matrix(3, 17) },
    ];
    expect(passSize({ at, isLazy: true }, 100)).toBe(3 * 101);
  });
});

describe('refuseWhatDoesNotFit', () => {
  it('names the narrowest width that wasm cannot address', () => {
    const model = { at: AT, isLazy: false };
    const runs = [64, 10_000, 40_000].map((width) => ({ width, memoryBytes: memoryOf(model, width) }));
    expect(() => refuseWhatDoesNotFit(runs, 'wasm')).toThrow(/width 10000 needs about 6\.6 GB/);
  });

  it('lets pass what fits', () => {
    expect(() => refuseWhatDoesNotFit([{ width: 64, memoryBytes: 1e6 }], 'wasm')).not.toThrow();
  });
});

describe('workersThatFit', () => {
  it('never exceeds what is asked for, and is at least one', () => {
    expect(workersThatFit([{ memoryBytes: 1 }], 4)).toBe(4);
    expect(workersThatFit([{ memoryBytes: 1e15 }], 4)).toBe(1);
  });
});
