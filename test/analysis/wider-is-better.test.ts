import { describe, expect, it } from 'vitest';
import { widerIsBetter } from '../../src/analysis/wider-is-better.js';
import { curveOf } from './basins.js';

const curve = (width: number, rows: Parameters<typeof curveOf>[0], depth: number | null = null) => ({
  width,
  depth,
  points: curveOf(rows),
});

describe('widerIsBetter', () => {
  it('counts pairs whose loss differs by more than the seeds scatter', () => {
    // Differences: −1 ± 0.01 at value 1, +1 ± 0.01 at 2, 0.001 ± 0.01 at 4: σ = √(6·0.0001 / 3), least = 3.18·σ/√2 = 0.032.
    const curves = [
      curve(64, [
        [1, 2, 2],
        [2, 2, 2],
        [4, 2, 2],
      ]),
      curve(128, [
        [1, 1.01, 0.99],
        [2, 3.01, 2.99],
        [4, 2.011, 1.991],
      ]),
    ];
    expect(widerIsBetter(curves)).toEqual({ pairs: 3, better: 1, worse: 1 });
    expect(widerIsBetter(curves.toReversed())).toEqual({ pairs: 3, better: 1, worse: 1 });
  });

  it('compares neighbours of one depth, at values that finished at both', () => {
    const curves = [
      curve(
        64,
        [
          [1, 3, 3],
          [2, 3, 3],
        ],
        2,
      ),
      curve(
        128,
        [
          [1, 2, 2.01],
          [2, 2, null],
        ],
        2,
      ),
      curve(
        256,
        [
          [1, 1, 1.02],
          [4, 0, 0],
        ],
        2,
      ),
      curve(64, [[1, 9, 9]], 4),
    ];
    expect(widerIsBetter(curves)).toEqual({ pairs: 2, better: 2, worse: 0 });
  });

  it('tells nothing apart with one seed', () => {
    expect(widerIsBetter([curve(64, [[1, 3]]), curve(128, [[1, 2]])])).toEqual({ pairs: 1, better: 0, worse: 0 });
    expect(widerIsBetter([])).toEqual({ pairs: 0, better: 0, worse: 0 });
  });
});
