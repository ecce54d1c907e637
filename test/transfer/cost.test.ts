import { describe, expect, it } from 'vitest';
import { tuningCost, type Training } from '../../src/transfer/cost.js';

const times = (count: number, training: Training): Training[] => Array.from({ length: count }, () => training);

describe('tuningCost', () => {
  it('sums steps · FLOPs over trials and puts them beside the target’s training', () => {
    const trials = [
      { steps: 10, flopsPerStep: 3 },
      { steps: 5, flopsPerStep: 4 },
    ];
    expect(tuningCost(trials, { width: 8, steps: 20, counted: [{ width: 8, flops: 100 }] })).toMatchObject({
      tuningFlops: 50,
      targetFlops: 2000,
      share: 0.025,
      directFlops: 1500,
      directRatio: 30,
      reason: null,
    });
  });

  it('gives the published size ratio: 6.7B over 40M is 167.5', () => {
    // A transformer's step costs 6 FLOPs a parameter and token, whatever its width.
    const perStep = (parameters: number) => 6 * parameters * 500_000;
    const { directRatio } = tuningCost(times(300, { steps: 9000, flopsPerStep: perStep(40e6) }), {
      width: 4096,
      steps: 600_000,
      counted: [{ width: 4096, flops: perStep(6.7e9) }],
    });
    expect(directRatio).toBeCloseTo(167.5, 9);
  });

  it('gives 7 % for a budget that is 7 % of one target run, as many small trials or as one', () => {
    const target = { width: 4096, steps: 100_000, counted: [{ width: 4096, flops: 6.7e9 }] };
    // 0.07 · 167.5 = 11.725 target runs' worth of steps at the proxy's cost.
    const one = tuningCost([{ steps: 1_172_500, flopsPerStep: 40e6 }], target);
    const many = tuningCost(times(350, { steps: 3350, flopsPerStep: 40e6 }), target);
    expect(one.share).toBeCloseTo(0.07, 12);
    expect(many.share).toBeCloseTo(0.07, 12);
    expect(many.directFlops! / many.targetFlops!).toBeCloseTo(11.725, 9);
  });

  it('extrapolates the target’s cost, and says so', () => {
    const counted = [64, 128, 256, 512].map((width) => ({ width, flops: 3 * width ** 2 + 5 * width + 7 }));
    const cost = tuningCost([{ steps: 1, flopsPerStep: 100 }], { width: 4096, steps: 2, counted });
    expect(cost.targetFlops).toBe(2 * (3 * 4096 ** 2 + 5 * 4096 + 7));
    expect(cost.assumptions.at(-1)).toBe(
      'FLOPs per step at width 4096 are extrapolated: a polynomial of degree 2 in width gives the counts at widths 64, 128, 256, 512 exactly.',
    );
  });

  it('says what FLOPs are, and what tuning directly means', () => {
    const { assumptions } = tuningCost(times(3, { steps: 10, flopsPerStep: 1 }), {
      width: 8,
      steps: 5,
      counted: [{ width: 8, flops: 2 }],
    });
    expect(assumptions[0]).toMatch(/matrix products and convolutions.*optimizer are not counted\.$/);
    expect(assumptions[2]).toBe('Tuning the target directly means 3 trials of the same steps, 30 in all, at width 8.');
    expect(assumptions[3]).toBe('FLOPs per step at width 8 are counted there.');
  });

  it('gives no share where the target’s cost is not known, and the reason', () => {
    const cost = tuningCost([{ steps: 2, flopsPerStep: 100 }], { width: 64, steps: 2, counted: [] });
    expect(cost).toMatchObject({
      tuningFlops: 200,
      targetFlops: null,
      share: null,
      directFlops: null,
      directRatio: null,
      reason: 'FLOPs per step at width 64 are not known: to extrapolate them takes counts at 4 widths, got none.',
    });
    expect(cost.assumptions).toHaveLength(3);
  });

  it('divides by nothing that is 0', () => {
    const counted = [{ width: 8, flops: 0 }];
    const free = tuningCost([{ steps: 1, flopsPerStep: 0 }], { width: 8, steps: 1, counted });
    expect(free).toMatchObject({ share: null, directRatio: null });
    expect(free.reason).toMatch(/^The training of the target costs nothing/);
    const none = tuningCost([], { width: 8, steps: 1, counted: [{ width: 8, flops: 2 }] });
    expect(none).toMatchObject({ share: 0, directRatio: null });
    expect(none.reason).toMatch(/^Tuning costs nothing/);
  });
});
