import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ranked, rungsOf, survivors } from '../../src/transfer/halving.js';

describe('rungsOf', () => {
  it('keeps a third and trains it three times as long, down to the finalists', () => {
    expect(rungsOf({ trials: 32, steps: 300, search: 'halving', finalists: 3 })).toEqual([
      { trials: 32, steps: 34 },
      { trials: 11, steps: 100 },
      { trials: 4, steps: 300 },
    ]);
    expect(rungsOf({ trials: 81, steps: 810, search: 'halving', finalists: 1 }).map(({ trials }) => trials)).toEqual([
      81, 27, 9, 3, 1,
    ]);
  });

  it('is one rung in full for random search, few trials or few steps', () => {
    expect(rungsOf({ trials: 32, steps: 300, search: 'random', finalists: 3 })).toEqual([{ trials: 32, steps: 300 }]);
    expect(rungsOf({ trials: 8, steps: 300, search: 'halving', finalists: 3 })).toEqual([{ trials: 8, steps: 300 }]);
    expect(rungsOf({ trials: 99, steps: 29, search: 'halving', finalists: 3 })).toEqual([{ trials: 99, steps: 29 }]);
  });

  const budget = fc.record({
    trials: fc.integer({ min: 1, max: 1000 }),
    steps: fc.integer({ min: 1, max: 100_000 }),
    finalists: fc.integer({ min: 1, max: 5 }),
  });

  it('has falling trials, rising steps, the last in full, and finalists enough', () => {
    fc.assert(
      fc.property(budget, (given) => {
        const rungs = rungsOf({ ...given, search: 'halving' });
        const [first, last] = [rungs[0], rungs.at(-1)!];
        expect([first.trials, last.steps]).toEqual([given.trials, given.steps]);
        expect(last.trials).toBeGreaterThanOrEqual(Math.min(given.trials, given.finalists));
        rungs.slice(1).forEach(({ trials, steps }, i) => {
          expect(trials).toBeLessThan(rungs[i].trials);
          expect(steps).toBeGreaterThan(rungs[i].steps);
        });
        expect(first.steps).toBeGreaterThanOrEqual(Math.min(10, given.steps));
      }),
    );
  });

  it('costs at most 1.5 times what going on from saved weights costs, but for rounding', () => {
    fc.assert(
      fc.property(budget, (given) => {
        const rungs = rungsOf({ ...given, search: 'halving' });
        const anew = rungs.reduce((sum, { trials, steps }) => sum + trials * steps, 0);
        const goingOn = rungs.reduce(
          (sum, { trials, steps }, i) => sum + trials * (steps - (rungs[i - 1]?.steps ?? 0)),
          0,
        );
        const rounding = rungs.reduce((sum, { trials }) => sum + 3 * trials, 0);
        expect(anew).toBeLessThanOrEqual(1.5 * goingOn + rounding);
      }),
    );
  });
});

const trials = fc
  .array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null }), { maxLength: 30 })
  .map((scores) => scores.map((score, index) => ({ index, score })));

describe('survivors', () => {
  it('are the best with a score, whatever the order they ended in', () => {
    fc.assert(
      fc.property(trials, fc.nat(10), fc.infiniteStream(fc.nat()), (all, count, order) => {
        const kept = survivors(all, count);
        expect(kept).toHaveLength(Math.min(count, all.filter(({ score }) => score !== null).length));
        const worst = Math.max(...kept.map(({ score }) => score!));
        const left = all.filter((each) => each.score !== null && !kept.includes(each));
        expect(count === 0 || left.every(({ score }) => score! >= worst)).toBe(true);
        const keys = new Map(all.map((each) => [each, order.next().value as number]));
        const shuffled = all.toSorted((a, b) => keys.get(a)! - keys.get(b)!);
        expect(survivors(shuffled, count)).toEqual(kept);
      }),
    );
  });

  it('of a smaller rung are among those of a larger one', () => {
    fc.assert(
      fc.property(trials, fc.nat(10), fc.nat(10), (all, a, b) => {
        const more = survivors(all, Math.max(a, b));
        for (const each of survivors(all, Math.min(a, b))) expect(more).toContain(each);
      }),
    );
  });
});

describe('ranked', () => {
  it('puts what diverged last, and equal scores in their own order', () => {
    const all = [
      { index: 0, score: null },
      { index: 1, score: 2 },
      { index: 2, score: 1 },
      { index: 3, score: 1 },
    ];
    expect(ranked(all).map(({ index }) => index)).toEqual([2, 3, 1, 0]);
  });
});
