import { describe, expect, it } from 'vitest';
import { rateDrift } from '../../src/analysis/rate-drift.js';
import { emptySeries, type Series } from '../../src/analysis/series.js';
import { seriesOfSizes, runs, WIDTHS } from './synthetic.js';

const at = (step: number, size: (width: number) => number): Series => seriesOfSizes(step, size);
const flat = (step: number) => at(step, () => 1);

describe('rateDrift', () => {
  it('is 1 at every width where updates add up alike', () => {
    const update = [1, 2, 3, 4].map((step) => at(step, (n) => step * n ** -1));
    const { perStep } = rateDrift({ update, gradient: [0, 1, 2, 3].map(flat) }, runs());
    expect(perStep.points.map(({ log2Size }) => log2Size)).toEqual(
      WIDTHS.flatMap(() => [expect.closeTo(0, 12), expect.closeTo(0, 12)] as number[]),
    );
    expect(perStep.fit?.slope).toBeCloseTo(0, 12);
  });

  it('grows where the rate loses its 1/n after the first step: (1 + 3m) / 4 by hand', () => {
    const m = (n: number) => n / 64;
    const update = [1, 2, 3, 4].map((step) => at(step, (n) => (1 + (step - 1) * m(n)) / m(n)));
    const { perStep } = rateDrift({ update, gradient: [] }, runs());
    const byHand = WIDTHS.flatMap((n) => [Math.log2((1 + 3 * m(n)) / 4), Math.log2((1 + 3 * m(n)) / 4)]);
    expect(perStep.points.map(({ log2Size }) => log2Size)).toEqual(
      byHand.map((log) => expect.closeTo(log, 12) as number),
    );
  });

  it('takes gradients that change with width off, where the update follows them', () => {
    const gradient = [flat(0), ...[1, 2, 3].map((step) => at(step, (n) => n))];
    const update = [1, 2, 3, 4].map((step) => at(step, (n) => 1 + (step - 1) * n));
    const drift = rateDrift({ update, gradient }, runs());
    expect(drift.perGradient.fit?.slope).toBeCloseTo(0, 12);
    expect(drift.perStep.fit?.slope).toBeGreaterThan(0.9);
  });

  it('starts at the first update that is not zero', () => {
    const still = { ...emptySeries('rms'), step: 1, reason: 'exactly-zero' as const };
    const update = [still, at(2, () => 1), at(3, () => 2), at(4, () => 3)];
    const { perStep, perGradient } = rateDrift({ update, gradient: [0, 1, 2, 3].map(flat) }, runs());
    for (const { points } of [perStep, perGradient])
      for (const { log2Size } of points) expect(log2Size).toBeCloseTo(0, 12);
  });

  it('is missing where the first update is weight decay alone, made without a gradient', () => {
    const none = { ...flat(0), fit: null, reason: 'exactly-zero' as const };
    const update = [1, 2, 3].map((step) => at(step, (n) => n ** (step === 1 ? -0.5 : -1)));
    expect(rateDrift({ update, gradient: [none, flat(1), flat(2)] }, runs()).perStep.reason).toBe('missing');
  });

  it('is missing where there is one update', () => {
    expect(rateDrift({ update: [flat(1)], gradient: [flat(0)] }, runs()).perStep.reason).toBe('missing');
  });
});
