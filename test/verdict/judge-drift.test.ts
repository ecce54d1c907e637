import { describe, expect, it } from 'vitest';
import type { Optimum } from '../../src/analysis/optimum.js';
import type { DriftSeries } from '../../src/analysis/sweep-table.js';
import { judgeDrift, unfound } from '../../src/verdict/judge-drift.js';
import { curveOf } from '../analysis/basins.js';

const WIDTHS = [64, 128, 256, 512];
const found: Optimum = {
  state: 'found',
  best: 1,
  log2Value: 0,
  interval: null,
  standardError: 0.1,
  degreesOfFreedom: 5,
  loss: 1,
  curvature: 1,
  isAtStabilityEdge: false,
  reason: null,
};

interface Made {
  perDoubling: number;
  half: number;
  /** Share that width 512 pays, and half its interval; every other pays nothing. */
  regret?: [number, number] | null;
  sizes?: number[];
  optima?: Partial<Optimum>[];
  withoutSmallest?: [number, number];
}

function series({ perDoubling, half, regret = null, sizes = WIDTHS, optima = [], withoutSmallest }: Made): DriftSeries {
  const interval: [number, number] = [perDoubling - half, perDoubling + half];
  const drift = { along: 'width' as const, at: null, perDoubling, interval, standardError: half / 2, sizes };
  const points = curveOf([0.5, 1, 2, 4].map((value) => [value, 1, 1.01]));
  const paid = (share: number, error: number) => {
    return {
      value: 1,
      loss: 1 + share,
      ownLoss: 1,
      share,
      interval: [share - error, share + error] as [number, number],
    };
  };
  return {
    drift,
    withoutSmallest: { ...drift, interval: withoutSmallest ?? null, sizes: sizes.slice(1) },
    curves: WIDTHS.map((width, i) => {
      return { width, depth: null, points, optimum: { ...found, ...optima[i] }, regret: null, robustnessOctaves: 1 };
    }),
    regrets: regret === null ? [null, null, null, null] : [null, paid(0, 0.001), paid(0, 0.001), paid(...regret)],
  };
}

const judge = (made: Made) => judgeDrift(series(made), 'learningRate');

describe('judgeDrift', () => {
  it.each([
    ['pass', 'wholly within ±¼', { perDoubling: 0.05, half: 0.09 }],
    ['pass', 'a little drift, of finite widths', { perDoubling: -0.2, half: 0.05 }],
    ['fail', 'wholly below −¼', { perDoubling: -0.42, half: 0.08 }],
    ['fail', 'wholly above ¼', { perDoubling: 0.42, half: 0.08 }],
    ['inconclusive', 'straddling, nothing known of its cost', { perDoubling: 0.2, half: 0.2 }],
    ['inconclusive', 'straddling from beyond', { perDoubling: -0.3, half: 0.2 }],
    ['inconclusive', 'wholly beyond, of two optima', { perDoubling: -0.42, half: 0.08, sizes: [64, 128] }],
  ] as const)('is %s %s', (outcome, _, made) => {
    expect(judge({ ...made, sizes: 'sizes' in made ? [...made.sizes] : WIDTHS }).outcome).toBe(outcome);
  });

  it('lets a cost above 2 %, beyond its scatter, fail a drift that straddles from beyond ±¼', () => {
    const harmful = judge({ perDoubling: -0.3, half: 0.2, regret: [0.05, 0.02] });
    expect(harmful.outcome).toBe('fail');
    expect(harmful.reason).toBe('the optimum of width 64, 1, costs 5.0 % at width 512');
    expect(judge({ perDoubling: -0.3, half: 0.2, regret: [0.05, 0.06] }).outcome).toBe('inconclusive');
    expect(judge({ perDoubling: -0.3, half: 0.2, regret: [0.01, 0.001] }).outcome).toBe('inconclusive');
    expect(judge({ perDoubling: -0.2, half: 0.2, regret: [0.05, 0.02] }).outcome).toBe('inconclusive');
  });

  it('lets a basin so flat that nothing costs 2 % pass a drift that straddles from within ±¼', () => {
    const harmless = judge({ perDoubling: 0.2, half: 0.2, regret: [0.001, 0.002] });
    expect(harmless).toMatchObject({ outcome: 'pass', reason: 'costs less than 2 % at every width' });
    expect(judge({ perDoubling: 0.2, half: 0.2, regret: [0.001, 0.03] }).outcome).toBe('inconclusive');
    expect(judge({ perDoubling: 0.2, half: 0.31, regret: [0.001, 0.002] }).outcome).toBe('inconclusive');
  });

  it('is rescued from a clear drift by no flat basin', () => {
    expect(judge({ perDoubling: -0.42, half: 0.08, regret: [0.001, 0.002] }).outcome).toBe('fail');
  });

  it('says what a pass costs all the same', () => {
    expect(judge({ perDoubling: -0.2, half: 0.03, regret: [0.031, 0.01] })).toMatchObject({
      outcome: 'pass',
      reason: 'the optimum of width 64, 1, costs 3.1 % at width 512',
    });
  });

  it('asks for values that finish where none does with every seed', () => {
    const points = curveOf([0.5, 1, 2, 4].map((value) => [value, 1, null]));
    const optimum = { ...found, state: 'undetermined' as const, reason: 'no value finished with every seed' };
    const curve = { width: 64, depth: null, points, optimum, regret: null, robustnessOctaves: null };
    const open = (of: typeof curve) => unfound(of, { hyperparameter: 'learningRate', along: 'width' }).settle;
    expect(open(curve)).toBe('extend the grid of learningRate to values that finish');
    expect(open({ ...curve, points: curveOf([0.5, 1, 2, 4].map((value) => [value, 1, 1])) })).toBe('add seeds');
  });

  it('is inconclusive where an optimum is censored, two steps of the grid further', () => {
    const censored = {
      state: 'censored-high' as const,
      best: 4,
      reason: 'the best value is the highest of the grid',
    };
    const made = { perDoubling: 0.05, half: 0.09, optima: [{}, {}, {}, censored], sizes: [64, 128, 256] };
    expect(judge(made)).toEqual({
      outcome: 'inconclusive',
      reason: 'no optimum at width 512: the best value is the highest of the grid',
      settle: 'extend the grid of learningRate to 16',
    });
    const low = { ...made, optima: [{ ...censored, state: 'censored-low' as const, best: 0.5 }] };
    expect(judge(low).settle).toBe('extend the grid of learningRate to 0.125');
    expect(judge({ ...made, perDoubling: -0.42 }).outcome).toBe('fail');
  });

  it('is inconclusive where an optimum is undetermined', () => {
    const flat = { state: 'undetermined' as const, reason: 'the scatter about the fitted curve hides the minimum' };
    expect(judge({ perDoubling: 0.05, half: 0.09, optima: [flat] })).toMatchObject({
      outcome: 'inconclusive',
      settle: 'add seeds',
    });
  });

  it('says what would settle a drift that straddles', () => {
    // Half 0.2 must come to 0.15: 2·(16/9 − 1) = 1.6 seeds more; to 0.05: 30 more, a finer grid instead.
    expect(judge({ perDoubling: 0.1, half: 0.2 }).settle).toBe('add 2 seeds');
    expect(judge({ perDoubling: 0.2, half: 0.2 }).settle).toContain('finer grid, or 2 more widths');
    expect(judge({ perDoubling: 0.2, half: 0.2, withoutSmallest: [-0.1, 0.1] }).settle).toBe(
      'tune at width 128 or more: without width 64 the optimum stands still',
    );
    const edge = judge({ perDoubling: 0.2, half: 0.2, optima: [{ isAtStabilityEdge: true }] });
    expect(edge.settle).toContain('beside a divergence');
  });
});
