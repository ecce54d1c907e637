import { describe, expect, it } from 'vitest';
import { logLogValues } from '../../../src/report/charts/log-log-values.js';

const points = [64, 128, 256].flatMap((width): [number, number, number][] => [
  [width, 0, Math.log2(width) - 6],
  [width, 1, Math.log2(width) - 6],
]);

describe('logLogValues', () => {
  const values = logLogValues({ slope: 1, interval: [0.9, 1.1], expected: 0, points });

  it('puts log2 width on x and leads every line through the centroid', () => {
    expect(values?.points[0]).toEqual({ x: 6, y: 0, seed: 0, width: 64 });
    expect(values?.fit).toEqual([
      { x: 6, y: 0, low: expect.closeTo(0.1) as number, high: expect.closeTo(-0.1) as number },
      { x: 7, y: 1, low: 1, high: 1 },
      { x: 8, y: 2, low: expect.closeTo(1.9) as number, high: expect.closeTo(2.1) as number },
    ]);
    expect(values?.expected).toEqual([
      { x: 6, y: 1 },
      { x: 8, y: 1 },
    ]);
  });

  it('ticks at the widths', () => {
    expect(values?.signals.xTicks).toEqual([6, 7, 8]);
  });

  it('gives a flat line as many doublings of height as of width', () => {
    const flat = points.map(([width, seed]): [number, number, number] => [width, seed, -3]);
    const { signals } = logLogValues({ slope: 0, interval: null, expected: 0, points: flat }) ?? {};
    expect((signals?.yMax ?? 0) - (signals?.yMin ?? 0)).toBeCloseTo((signals?.xMax ?? 0) - (signals?.xMin ?? 0));
  });

  it('draws points alone where there is no slope and nothing is expected', () => {
    expect(logLogValues({ slope: null, interval: null, expected: null, points })).toMatchObject({
      fit: [],
      expected: [],
    });
  });

  it('is null with no points or a single width', () => {
    expect(logLogValues({ slope: null, interval: null, expected: null, points: [] })).toBeNull();
    expect(logLogValues({ slope: 1, interval: null, expected: 0, points: points.slice(0, 2) })).toBeNull();
  });
});
