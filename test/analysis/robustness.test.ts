import { describe, expect, it } from 'vitest';
import { robustness } from '../../src/analysis/robustness.js';
import { curveOf } from './basins.js';

const at = (log2Value: number | null, loss: number | null = 1) => ({ log2Value, loss });

describe('robustness', () => {
  it('is the stretch below 1.02 times the loss, its ends on the line between grid points', () => {
    // To the left 1 → 1.01 → 1.05: 1 + ¼ octaves; to the right 1 → 1.04: ½.
    const points = curveOf([
      [0.25, 1.05],
      [0.5, 1.01],
      [1, 1],
      [2, 1.04],
    ]);
    expect(robustness(points, at(0))).toBeCloseTo(1.75, 12);
  });

  it('ends at the grid, and before a value that did not finish', () => {
    expect(
      robustness(
        curveOf([
          [1, 1],
          [2, 1],
          [4, 1.01],
        ]),
        at(1),
      ),
    ).toBe(2);
    expect(
      robustness(
        curveOf([
          [1, 1],
          [2, 1],
          [4, null],
          [8, 1],
        ]),
        at(1),
      ),
    ).toBe(1);
  });

  it('starts at the optimum, wherever that lies between grid points', () => {
    expect(
      robustness(
        curveOf([
          [1, 1.04],
          [2, 1.04],
        ]),
        at(0.5),
      ),
    ).toBeCloseTo(0.5, 12);
  });

  it('takes a share of the size of a negative loss', () => {
    expect(
      robustness(
        curveOf([
          [1, -1],
          [2, -0.96],
        ]),
        at(0, -1),
      ),
    ).toBeCloseTo(0.5, 12);
  });

  it('is null without an optimum', () => {
    expect(
      robustness(
        curveOf([
          [1, 1],
          [2, 1],
        ]),
        at(null, null),
      ),
    ).toBeNull();
  });
});
