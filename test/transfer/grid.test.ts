import { describe, expect, it } from 'vitest';
import { gridsOf, lackingValues, type Grid } from '../../src/transfer/grid.js';

const DECLARED = { learningRate: 0.01, schedule: 'constant', beta: 0.9 };

describe('gridsOf', () => {
  it('takes the learning rate around its default where nothing is asked for', () => {
    const [grid] = gridsOf(undefined, DECLARED);
    expect(grid?.hyperparameter).toBe('learningRate');
    expect(grid?.values).toEqual([-3, -2, -1, 0, 1, 2, 3].map((e) => 0.01 * 2 ** e));
    expect(grid?.ratio).toBe(2);
  });

  it('doubles through a range, both ends included', () => {
    const [grid] = gridsOf({ learningRate: { from: 0.001, to: 0.008 } }, DECLARED);
    expect(grid?.values.map((value) => Number((value as number).toPrecision(6)))).toEqual([0.001, 0.002, 0.004, 0.008]);
  });

  it('spaces points evenly in their log', () => {
    const [grid] = gridsOf({ learningRate: { from: 1e-4, to: 1e-1, points: 4 } }, DECLARED);
    grid?.values.forEach((value, i) => expect(value).toBeCloseTo(10 ** (i - 4), 12));
    expect(grid?.ratio).toBeCloseTo(10, 9);
  });

  it('sorts the numbers of a list, which holds all that is to be tried', () => {
    expect(gridsOf({ beta: [0.8, 0.2, 0.4] }, DECLARED)).toEqual([
      { hyperparameter: 'beta', values: [0.2, 0.4, 0.8], ratio: null },
    ]);
  });

  it('takes words as they are', () => {
    expect(gridsOf({ schedule: ['cosine', 'constant'] }, DECLARED)).toEqual([
      { hyperparameter: 'schedule', values: ['cosine', 'constant'], ratio: null },
    ]);
  });

  it.each([
    [{ momentum: [1, 2] }, 'GRID_UNKNOWN', /--grid to name a declared hyperparameter \(learningRate, schedule, beta\)/],
    [{ beta: [0.9] }, 'GRID_EMPTY', /two values or more, got 0.9/],
    [{ beta: { from: 0.9, to: 0.1 } }, 'GRID_RANGE', /0 < FROM < TO.*got 0.9..0.1/],
    [{ toString: [1, 2] }, 'GRID_UNKNOWN', /got 'toString'/],
    [{ beta: { from: 1e-30, to: 1e30 } }, 'GRID_RANGE', /2 to 100 points, got 1e-30..1e\+30, 200 values/],
    [{ beta: { from: 0.1, to: 0.9, points: 2.5 } }, 'GRID_RANGE', /got 0.1..0.9\/2.5/],
    [{ beta: { from: 0, to: 1 } }, 'GRID_RANGE', /got 0..1/],
    [{ beta: ['high', 'low'] }, 'GRID_TYPE', /a number, got 'high'/],
  ])('refuses %o', (request, code, message) => {
    expect(() => gridsOf(request as never, DECLARED)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it('says what to do where there is no learning rate', () => {
    expect(() => gridsOf(undefined, { rate: 1 })).toThrow(/declare a positive `learningRate`.*declared: rate/);
  });
});

describe('lackingValues', () => {
  const grid: Grid = { hyperparameter: 'learningRate', values: [1, 2, 4, 8], ratio: 2 };
  const curve = (scores: (number | null)[], from = 1) => scores.map((score, i) => ({ value: from * 2 ** i, score }));

  it('asks for nothing where the best has two values on each side', () => {
    expect(lackingValues(curve([3, 2, 1, 2, 3]), grid, 6)).toEqual([]);
  });

  it('goes on below and above', () => {
    expect(lackingValues(curve([1, 2, 3, 4]), grid, 6)).toEqual([0.5, 0.25]);
    expect(lackingValues(curve([4, 3, 2, 1]), grid, 6)).toEqual([16, 32]);
    expect(lackingValues(curve([4, 1, 2, 3]), grid, 6)).toEqual([0.5]);
  });

  it('tries nothing above a value that diverged', () => {
    expect(lackingValues(curve([4, 3, 1, null]), grid, 6)).toEqual([]);
    expect(lackingValues(curve([4, 3, 2, 1, null]), grid, 6)).toEqual([]);
  });

  it('goes down where nothing finished', () => {
    expect(lackingValues(curve([null, null]), grid, 6)).toEqual([0.5]);
  });

  it('ends at its limit on either side', () => {
    expect(lackingValues(curve([1, 2, 3, 4, 5], 0.5), grid, 1)).toEqual([]);
    expect(lackingValues(curve([5, 4, 3, 2, 1]), grid, 1)).toEqual([]);
    expect(lackingValues(curve([1, 2, 3, 4]), grid, 1)).toEqual([0.5]);
  });

  it('gives every curve the same values, in however many rounds it comes to them', () => {
    const thirds = { ...grid, values: [1, 10 ** (1 / 3), 10 ** (2 / 3)], ratio: 10 ** (1 / 3) };
    const curveAt = (values: number[], best: number) =>
      values.map((value) => ({ value, score: Math.abs(Math.log(value / best)) + 1 }));
    const [one = 0, two = 0] = lackingValues(curveAt(thirds.values, 1), thirds, 6);
    const later = lackingValues(curveAt([one, ...thirds.values], one), thirds, 6);
    expect(later[0]).toBe(two);
  });

  it('leaves a curve alone that does not depend on the value', () => {
    expect(lackingValues(curve([1, 1, 1, 1]), grid, 6)).toEqual([]);
  });

  it('leaves grids alone that have no ratio', () => {
    expect(lackingValues(curve([1, 2, 3]), { ...grid, ratio: null }, 6)).toEqual([]);
  });
});
