import { describe, expect, it } from 'vitest';
import type { DepthReading } from '../../src/analysis/depth-readings.js';
import { depthSeries, pooledSeries } from '../../src/analysis/depth-series.js';

const RUNS = [2, 4, 8].flatMap((depth) => [0, 1].map((seed) => ({ depth, width: 64, seed })));

/** A reading of every block; what it writes is a law of its depth, its block and its seed. */
function readings(sizeOf: (of: { depth: number; seed: number; block: number }) => number | null): DepthReading[] {
  return RUNS.flatMap((run) =>
    Array.from({ length: run.depth }, (_, block) => ({
      ...run,
      parameter: `block${block}`,
      isInert: false,
      inside: sizeOf({ ...run, block }),
      written: null,
      initial: null,
    })),
  );
}

describe('pooledSeries', () => {
  it('is the geometric mean over the blocks of a run, one point a run', () => {
    // Blocks go up and down by the same factor around the law, whatever their number: their mean is the law.
    const { points, fit } = pooledSeries(
      readings(({ depth, block }) => depth ** -0.5 * (block % 2 === 0 ? 4 : 1 / 4)),
      'inside',
    );
    expect(points.map(({ depth, log2Size }) => [depth, log2Size?.toFixed(6)])).toEqual(
      RUNS.map(({ depth }) => [depth, (-0.5 * Math.log2(depth)).toFixed(6)]),
    );
    expect(fit?.slope).toBeCloseTo(-0.5, 9);
    // 6 runs, 2 seeds with an offset each, 1 slope.
    expect(fit?.degreesOfFreedom).toBe(3);
  });

  it('takes the mean over the blocks that have the size, and none for a run where no block has', () => {
    const some = pooledSeries(
      readings(({ block }) => (block === 0 ? 2 : null)),
      'inside',
    );
    expect(some.fit?.slope).toBeCloseTo(0, 9);
    const none = pooledSeries(
      readings(({ depth }) => (depth === 8 ? null : 1)),
      'inside',
    );
    expect(none).toMatchObject({ fit: null, reason: 'missing' });
  });

  it('has no fit where a block is exactly zero', () => {
    expect(
      pooledSeries(
        readings(({ block }) => (block === 1 ? 0 : 1)),
        'inside',
      ),
    ).toMatchObject({
      fit: null,
      reason: 'exactly-zero',
    });
  });
});

describe('depthSeries', () => {
  it('counts deep points more: weighted by √depth, in closed form', () => {
    // Through log2 depth 1, 2, 3 with log2 sizes 0, 0, 1 and weights √2, √4, √8, a seed each with an offset of its own.
    const sizes = RUNS.map((run) => ({ ...run, size: run.depth === 8 ? 2 : 1 }));
    const w = [Math.SQRT2, 2, 2 * Math.SQRT2];
    const total = w[0] + w[1] + w[2];
    const meanX = (w[0] * 1 + w[1] * 2 + w[2] * 3) / total;
    const meanY = w[2] / total;
    const xy = [1, 2, 3].reduce((sum, x, i) => sum + w[i] * (x - meanX) * ((i === 2 ? 1 : 0) - meanY), 0);
    const xx = [1, 2, 3].reduce((sum, x, i) => sum + w[i] * (x - meanX) ** 2, 0);
    expect(depthSeries(sizes).fit?.slope).toBeCloseTo(xy / xx, 9);
  });
});
