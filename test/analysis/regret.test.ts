import { describe, expect, it } from 'vitest';
import { regret } from '../../src/analysis/regret.js';
import { curveOf } from './basins.js';

/** y = 2 + x² on x = −2 … 2, the second seed 1 higher. */
const PARABOLA = curveOf([-2, -1, 0, 1, 2].map((x) => [2 ** x, 2 + x ** 2, 3 + x ** 2]));

describe('regret', () => {
  it('is the loss at the value carried over above the own, as a share', () => {
    const found = regret(PARABOLA, { carried: 2, own: 1 });
    expect(found).toMatchObject({ value: 2, loss: 3.5, ownLoss: 2.5 });
    expect(found?.share).toBeCloseTo(0.4, 12);
    expect(found?.interval?.[0]).toBeCloseTo(0.4, 12);
  });

  it('interpolates a parabola exactly between grid points', () => {
    const found = regret(PARABOLA, { carried: 2 ** 1.3, own: 2 ** -0.2 });
    expect(found?.loss).toBeCloseTo(2.5 + 1.69, 12);
    expect(found?.ownLoss).toBeCloseTo(2.5 + 0.04, 12);
  });

  it('does not undershoot what was measured beside a wall', () => {
    // The parabola through the wall would be at 0.0093 where the own value is, far below every value.
    const curve = curveOf([0.112, 0.0181, 0.0249, 0.05].map((mean, i) => [0.0125 * 2 ** i, mean, mean]));
    const own = 0.025 * 2 ** 0.32;
    const found = regret(curve, { carried: 0.05, own });
    // Through 0.0181, 0.0249 and 0.05, whose second difference is 0.0183: b = 0.0068 − 0.00915.
    expect(found?.ownLoss).toBeCloseTo(0.0181 + 0.32 * (0.0068 - 0.00915) + 0.32 ** 2 * 0.00915, 9);
  });

  it('has the interval worked out by hand', () => {
    // Differences of the two values 1.1 and 0.9: two-way residual ±0.05, σ = √(4·0.0025 / 1) = 0.1, half = t(1)·σ·√(2/2).
    const found = regret(
      curveOf([
        [1, 2, 2],
        [2, 3.1, 2.9],
      ]),
      { carried: 2, own: 1 },
    );
    expect(found?.share).toBeCloseTo(0.5, 12);
    expect((found?.interval?.[1] ?? NaN) - 0.5).toBeCloseTo((12.7062 * 0.1) / 2, 4);
  });

  it('is 0 of the own value, without error', () => {
    expect(regret(PARABOLA, { carried: 1, own: 1 })).toMatchObject({ share: 0, interval: [0, 0] });
  });

  it('has no interval with one seed', () => {
    const one = PARABOLA.filter(({ seed }) => seed === 0);
    expect(regret(one, { carried: 2, own: 1 })).toMatchObject({ share: 0.5, interval: null });
  });

  it('is null outside the values that finished', () => {
    const ended = PARABOLA.map((point) => (point.value === 4 ? { ...point, score: null } : point));
    expect(regret(PARABOLA, { carried: 5, own: 1 })).toBeNull();
    expect(regret(ended, { carried: 4, own: 1 })).toBeNull();
    expect(regret(ended, { carried: 3, own: 1 })).toBeNull();
    expect(regret(ended, { carried: 1.9, own: 1 })).not.toBeNull();
  });

  it('is of the very value where values are no numbers', () => {
    const points = curveOf([
      ['relu', 2, 2.1],
      ['gelu', 1, 1.1],
    ]);
    expect(regret(points, { carried: 'relu', own: 'gelu' })?.share).toBeCloseTo(1 / 1.05, 12);
    expect(regret(points, { carried: 'tanh', own: 'gelu' })).toBeNull();
  });
});
