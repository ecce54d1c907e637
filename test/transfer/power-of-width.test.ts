import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uniform } from '../../src/engine/random.js';
import {
  exactPower,
  linearSize,
  measuredPower,
  type AtWidth,
  type MeasuredAtWidth,
} from '../../src/transfer/power-of-width.js';

type Three = [AtWidth, AtWidth, AtWidth];
type ThreeMeasured = [MeasuredAtWidth, MeasuredAtWidth, MeasuredAtWidth];
const at = (f: (width: number) => number): Three => [8, 16, 32].map((width) => ({ width, value: f(width) })) as Three;

describe('exactPower', () => {
  it('goes on with any power of the width, exactly for multiples of ½', () => {
    expect(
      exactPower(
        at((w) => 0.3 / w),
        1024,
      ),
    ).toBe(0.3 / 1024);
    expect(
      exactPower(
        at(() => 0.3),
        1024,
      ),
    ).toBe(0.3);
    expect(
      exactPower(
        at((w) => 3 * w),
        1024,
      ),
    ).toBe(3072);
    fc.assert(
      fc.property(
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: 1e-6, max: 10, noNaN: true }),
        (p, c) => {
          const value = exactPower(
            at((w) => c * w ** p),
            512,
          )!;
          expect(Math.abs(value / (c * 512 ** p) - 1)).toBeLessThan(1e-4);
        },
      ),
    );
  });

  it('stays 0 where it is 0', () => {
    expect(
      exactPower(
        at(() => 0),
        64,
      ),
    ).toBe(0);
  });

  it('refuses what is no power', () => {
    expect(
      exactPower(
        at((w) => 1 + 1 / w),
        64,
      ),
    ).toBeNull();
    expect(
      exactPower(
        at((w) => (w === 16 ? 0 : 1)),
        64,
      ),
    ).toBeNull();
    expect(
      exactPower(
        at((w) => (w === 16 ? Number.NaN : 1)),
        64,
      ),
    ).toBeNull();
  });
});

describe('measuredPower', () => {
  /** RMS of so many standard normal numbers. */
  const rms = (count: number, seed: string): number => {
    const draw = uniform(seed);
    const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    return Math.sqrt(Array.from({ length: count }, () => normal() ** 2).reduce((a, b) => a + b, 0) / count);
  };
  const measured = (f: (width: number) => number, seed: number) =>
    at(f).map(({ width, value }) => {
      const count = 100 * width;
      return { width, value: value * rms(count, `${seed}:${width}`), count };
    }) as unknown as ThreeMeasured;

  it('finds the half-integer power under the scatter of a draw', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const value = measuredPower(
        measured((w) => 2 / Math.sqrt(w), seed),
        3200,
      )!;
      // Five standard errors of the widest, over 3200 numbers.
      expect(Math.abs(value / (2 / Math.sqrt(3200)) - 1)).toBeLessThan(5 / Math.sqrt(2 * 3200));
    }
  });

  it('refuses to choose where too few numbers were drawn', () => {
    const few = at((w) => 1 / Math.sqrt(w) + 0.01 / w).map((each) => ({ ...each, count: 5 }));
    expect(measuredPower(few as unknown as ThreeMeasured, 3200)).toBeNull();
  });

  it('takes a constant for what it is, however few numbers it has', () => {
    const ones = at(() => 1).map((each) => ({ ...each, count: 1 }));
    expect(measuredPower(ones as unknown as ThreeMeasured, 3200)).toBe(1);
  });

  it('refuses what is no such power: a fan-in with a constant part', () => {
    const many = (f: (w: number) => number) =>
      at(f).map((each) => ({ ...each, count: 1e6 })) as unknown as ThreeMeasured;
    expect(
      measuredPower(
        many((w) => 1 / Math.sqrt(w + 10)),
        3200,
      ),
    ).toBeNull();
    expect(
      measuredPower(
        many((w) => 1 / Math.sqrt(w)),
        3200,
      ),
    ).toBeCloseTo(1 / Math.sqrt(3200), 12);
    expect(
      measuredPower(
        many(() => 0),
        3200,
      ),
    ).toBe(0);
    expect(
      measuredPower(
        many((w) => (w === 8 ? 0 : 1)),
        3200,
      ),
    ).toBeNull();
  });
});

describe('linearSize', () => {
  it('goes on with whole numbers that are linear in the width', () => {
    expect(
      linearSize(
        at((w) => 3 * w + 1),
        64,
      ),
    ).toBe(193);
    expect(
      linearSize(
        at(() => 10),
        64,
      ),
    ).toBe(10);
    expect(
      linearSize(
        at((w) => Math.ceil(w / 5)),
        64,
      ),
    ).toBeNull();
    expect(
      linearSize(
        at((w) => w / 4),
        65,
      ),
    ).toBeNull();
  });
});
