import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optimum } from '../../src/analysis/optimum.js';
import { basin, curveOf, gaussian, mulberry32 } from './basins.js';

/** y = 2 + 3·(x − v)² on x = −4 … 4, the second seed half higher. */
function parabola(v: number) {
  return curveOf([-4, -3, -2, -1, 0, 1, 2, 3, 4].map((x) => [2 ** x, 2 + 3 * (x - v) ** 2, 2.5 + 3 * (x - v) ** 2]));
}

/** Means 1.2, 0, 0.8 at x = −1, 0, 1, two seeds with ±(e, 0, −e) about them. */
function threeValues(e: number) {
  return curveOf([
    [0.5, 1.2 + e, 1.2 - e],
    [1, 0, 0],
    [2, 0.8 - e, 0.8 + e],
  ]);
}

const noisy = fc.array(fc.double({ min: -0.3, max: 0.3, noNaN: true }), { minLength: 18, maxLength: 18 });

describe('optimum', () => {
  it('is the vertex of a parabola, with no error left but what the grid cannot resolve', () => {
    for (const v of [-0.45, 0, 0.3, 1.9]) {
      const found = optimum(parabola(v));
      expect(found.state).toBe('found');
      expect(found.log2Value).toBeCloseTo(v, 10);
      expect(found.loss).toBeCloseTo(2.25, 10);
      expect(found.curvature).toBeCloseTo(3, 10);
      expect(found.standardError).toBeCloseTo(0, 6);
      // A tenth of the grid's step by t of 5 degrees of freedom: 5 values by 2 seeds, less 2 levels and 3 coefficients.
      expect(found.interval?.[0]).toBeCloseTo(v - 0.25706, 4);
      expect(found.interval?.[1]).toBeCloseTo(v + 0.25706, 4);
      expect(found.reason).toBeNull();
    }
  });

  it("has Fieller's interval worked out by hand", () => {
    // b = −0.2, c = 1, residual 4·0.01 over 2 degrees of freedom: s² = 0.02, var b = s²/4, var c = s²/(2·⅔), t² = 18.5128.
    // 4·(c² − t²·var c)·v² + 4bc·v + b² − t²·var b = 2.889231·v² − 0.8·v − 0.0525641 = 0.
    const found = optimum(threeValues(0.1));
    expect(found.log2Value).toBeCloseTo(0.1, 12);
    expect(found.degreesOfFreedom).toBe(2);
    expect(found.interval?.[0]).toBeCloseTo(-0.054843, 5);
    expect(found.interval?.[1]).toBeCloseTo(0.331733, 5);
    // The delta method: se² = (var b + 4·v²·var c) / (2c)², = (0.005 + 0.0006) / 4.
    expect(found.standardError).toBeCloseTo(Math.sqrt(0.0056) / 2, 12);
  });

  it('is undetermined where the scatter could as well have made the curvature', () => {
    // With e = 0.3 var c is 0.135: t²·var c = 2.5 > c².
    const found = optimum(threeValues(0.3));
    expect(found).toMatchObject({ state: 'undetermined', best: 1, log2Value: null, interval: null, loss: null });
    expect(found.reason).toContain('scatter');
  });

  it.each([
    ['censored-low', -5],
    ['censored-high', 5],
  ])('is %s where the best value is at that edge of the grid', (state, v) => {
    const found = optimum(parabola(v));
    expect(found).toMatchObject({ state, best: v < 0 ? 2 ** -4 : 2 ** 4, log2Value: null, isAtStabilityEdge: false });
    expect(found.reason).toContain('of the grid');
  });

  it('lies between its neighbours where the next value diverged with a seed', () => {
    const found = optimum(
      curveOf([
        [1, 3, 3.1],
        [2, 2, 2.1],
        [4, 1, 1.11],
        [8, 0.9, null],
        [16, null, null],
      ]),
    );
    expect(found).toMatchObject({ state: 'found', best: 4, log2Value: 2, interval: [1, 3], isAtStabilityEdge: true });
    expect(found.standardError).toBeCloseTo(2 / Math.sqrt(12), 12);
    expect(found.curvature).toBeNull();
    expect(found.loss).toBeCloseTo(1.055, 12);
  });

  it('lies between its neighbours where the next value is a wall, that no curve should be bent by', () => {
    const means = [0.849, 0.216, 0.0952, 0.0453, 0.0243, 1.18];
    const points = means.map((mean, i): [number, number, number] => [0.0125 * 2 ** i, 1.01 * mean, 0.99 * mean]);
    const found = optimum(curveOf([...points, [0.8, Infinity, Infinity]]));
    expect(found).toMatchObject({ state: 'found', best: 0.2, loss: expect.closeTo(0.0243, 9), curvature: null });
    // From the next value below that is worse beyond the scatter, to the wall.
    expect(found.interval?.map((x) => 2 ** x)).toEqual([expect.closeTo(0.1, 9), expect.closeTo(0.4, 9)]);
    // As far above the best as the value behind its other neighbour: a parabola.
    expect(optimum(parabola(0.5)).curvature).toBeCloseTo(3, 9);
  });

  it('has an interval between two values that did not finish, though nothing tells the scatter', () => {
    const between = (seeds: number) => {
      const row = (value: number, score: number | null): [number, ...(number | null)[]] => [
        value,
        ...Array.from({ length: seeds }, (_, seed) => (score === null ? null : score + seed)),
      ];
      return optimum(curveOf([row(1, null), row(2, 1), row(4, null)]));
    };
    expect(between(2)).toMatchObject({ state: 'found', interval: [0, 2], isAtStabilityEdge: true });
    expect(between(2).standardError).toBeCloseTo(2 / Math.sqrt(12), 12);
    expect(between(1)).toMatchObject({ state: 'found', interval: null, standardError: null });
  });

  it('is bounded, beside a divergence, by the next value that is worse beyond the scatter', () => {
    const rows = (scatter: number) =>
      curveOf([
        [1, 3, 3],
        [2, 1.02, 1.02 + scatter],
        [4, 1 + scatter, 1],
        [8, null, null],
      ]);
    expect(optimum(rows(0.001)).interval).toEqual([1, 3]);
    expect(optimum(rows(0.03)).interval).toEqual([0, 3]);
    expect(optimum(rows(2)).state).toBe('undetermined');
  });

  it('is undetermined where nothing, or one value, finished', () => {
    expect(
      optimum(
        curveOf([
          [1, null],
          [2, null],
        ]),
      ),
    ).toMatchObject({ state: 'undetermined', best: null });
    expect(optimum([]).state).toBe('undetermined');
    expect(optimum(curveOf([[1, 2, 2]])).reason).toContain('one value');
  });

  it('is undetermined where every value has the same score', () => {
    const found = optimum(curveOf([1, 2, 4, 8].map((value) => [value, 2, 3])));
    expect(found).toMatchObject({ state: 'undetermined', reason: 'every value has the same score' });
  });

  it('has an interval of one seed with more than four values, and none with three', () => {
    const one = parabola(0.2).filter(({ seed }) => seed === 0);
    const bent = one.map((point, i) => ({ ...point, score: (point.score ?? 0) + 0.01 * (i % 2) }));
    expect(optimum(bent).degreesOfFreedom).toBe(2);
    expect(optimum(bent).interval).not.toBeNull();
    const three = optimum(threeValues(0).filter(({ seed }) => seed === 0));
    expect(three).toMatchObject({ state: 'found', interval: null, standardError: null, degreesOfFreedom: null });
    expect(three.log2Value).toBeCloseTo(0.1, 12);
  });

  it('leaves a wall out of the fit, however high', () => {
    const withWall = (height: number) =>
      parabola(0.2).map((point) => (Number(point.value) > 3 ? { ...point, score: height + point.seed } : point));
    expect(optimum(withWall(1e3)).log2Value).toBeCloseTo(0.2, 8);
    expect(optimum(withWall(1e6)).standardError).toBeCloseTo(0, 6);
  });

  it('takes the asymmetry of a basin out, which a parabola would take for half an octave', () => {
    const exact = optimum(basin({ optimum: -8.3, steepness: 0.35, sigma: 0, seeds: 2 }, () => 0));
    expect(Math.abs((exact.log2Value ?? 0) + 8.3)).toBeLessThan(0.15);
    const [low = 0, high = 0] = exact.interval ?? [];
    expect(low).toBeLessThan(-8.3);
    expect(high).toBeGreaterThan(-8.3);
  });

  it.each([
    [0.05, 0.002, 2],
    [0.05, 0.02, 3],
    [0.35, 0.005, 2],
    [0.35, 0.02, 3],
    [0.5, 0.005, 3],
  ])('is held by its interval in 90 %% of basins: steepness %d, scatter %d, %d seeds', (steepness, sigma, seeds) => {
    const random = mulberry32(3);
    const gauss = gaussian(random);
    const hits = Array.from({ length: 400 }, () => {
      const truth = -8 + random();
      const { interval } = optimum(basin({ optimum: truth, steepness, sigma, seeds }, gauss));
      return interval === null ? null : interval[0] <= truth && truth <= interval[1];
    }).filter((hit) => hit !== null);
    expect(hits.length).toBeGreaterThan(320);
    expect(hits.filter(Boolean).length / hits.length).toBeGreaterThan(0.9);
  });

  it('is held by its interval before a plateau, where every cubic lies too low', () => {
    const random = mulberry32(5);
    const gauss = gaussian(random);
    // It falls to its minimum at u = −0.30 and levels off at 0.66.
    const loss = (u: number) => 0.06 + 0.35 / (1 + 2 ** (u + 3)) + 0.25 / (1 + 2 ** (-2.5 * (u - 1.2)));
    const hits = Array.from({ length: 400 }, () => {
      const phase = random();
      const points = Array.from({ length: 12 }, (_, k) => k - 6 + phase).flatMap((u) =>
        [0, 1].map((seed) => ({ value: 2 ** u, seed, score: loss(u) + 0.01 * gauss() })),
      );
      const { interval } = optimum(points);
      return interval === null ? null : interval[0] <= -0.3 && -0.3 <= interval[1];
    }).filter((hit) => hit !== null);
    expect(hits.length).toBeGreaterThan(340);
    expect(hits.filter(Boolean).length / hits.length).toBeGreaterThan(0.9);
  });

  it('moves with the values, and does not depend on the unit or the zero of scores', () => {
    fc.assert(
      fc.property(
        noisy,
        fc.integer({ min: -8, max: 8 }),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (noise, by, unit) => {
          const points = parabola(0.3).map((point, i) => ({ ...point, score: (point.score ?? 0) + (noise[i] ?? 0) }));
          const moved = points.map(({ value, seed, score }) => ({
            value: Number(value) * 2 ** by,
            seed,
            score: unit * score + 7,
          }));
          const [before, after] = [optimum(points), optimum(moved)];
          expect(after.state).toBe(before.state);
          expect((after.log2Value ?? NaN) - by).toBeCloseTo(before.log2Value ?? NaN, 6);
          expect(after.standardError ?? NaN).toBeCloseTo(before.standardError ?? NaN, 6);
        },
      ),
    );
  });

  it('does not depend on the order of points', () => {
    const points = threeValues(0.1);
    fc.assert(
      fc.property(fc.shuffledSubarray(points, { minLength: points.length }), (shuffled) => {
        expect(optimum(shuffled)).toEqual(optimum(points));
      }),
    );
  });

  describe('of values that are not positive numbers', () => {
    it('is the best one that differs from all others beyond the scatter', () => {
      const found = optimum(
        curveOf([
          ['relu', 2, 3],
          ['gelu', 1, 2.01],
          ['tanh', 4, 5.02],
        ]),
      );
      expect(found).toMatchObject({ state: 'found', best: 'gelu', log2Value: null, curvature: null });
      expect(found.loss).toBeCloseTo(1.505, 12);
      expect(
        optimum(
          curveOf([
            [0, 1, 1.01],
            [0.1, 2, 2],
          ]),
        ),
      ).toMatchObject({ state: 'found', best: 0 });
    });

    it('is undetermined where another is as good, and with one seed', () => {
      const close = optimum(
        curveOf([
          [true, 2, 3],
          [false, 2.1, 2.7],
        ]),
      );
      expect(close).toMatchObject({ state: 'undetermined', best: false });
      expect(close.reason).toContain('scatter');
      expect(
        optimum(
          curveOf([
            ['a', 1],
            ['b', 2],
          ]),
        ).reason,
      ).toContain('one seed');
    });
  });
});
