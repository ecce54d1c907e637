import { describe, expect, it } from 'vitest';
import { resolved } from '../../src/analysis/resolution.js';
import { series, WIDTHS } from '../verdict/model.js';

/** A root mean square of 2^log2Size at every width but the widest, and there of another. */
function sizes(log2Size: number | null, widest = log2Size) {
  const one = series(0, { step: 0 });
  const points = one.points.map((point) => ({ ...point, log2Size: point.width === WIDTHS.at(-1) ? widest : log2Size }));
  return { ...one, points };
}

describe('resolved', () => {
  const update = series(-1 / 2);

  it('keeps the fit of an update that single precision keeps beside the initial value', () => {
    expect(resolved(update, { value: sizes(-4), update: sizes(-26.9) })).toBe(update);
  });

  it('takes the fit away where the update of one width is below the spacing of the initial value, 2^-23 of it', () => {
    const lost = resolved(update, { value: sizes(-4), update: sizes(-20, -27.1) });
    expect(lost).toEqual({ ...update, fit: null, reason: 'unresolved' });
  });

  it('has nothing to say of what starts at zero, is exactly zero, or was not measured', () => {
    expect(resolved(update, { value: sizes(null), update: sizes(-100) })).toBe(update);
    expect(resolved(update, { value: sizes(-4), update: sizes(null) })).toBe(update);
    expect(resolved(update, {})).toBe(update);
    const zero = series(null);
    expect(resolved(zero, { value: sizes(-4), update: sizes(-100) })).toBe(zero);
  });

  it('loses of a Gaussian update of that size less than a hundredth of what it does, and of an eighth of it nearly half', () => {
    const kept = (ratio: number) => {
      const weights = gaussian(20_000, 1).map(Math.fround);
      const updates = gaussian(20_000, 7).map((x) => Math.fround(x * ratio));
      const stored = updates.map((x, i) => Math.fround(weights[i] + x) - weights[i]);
      const along = (a: readonly number[]) => a.reduce((sum, x, i) => sum + x * updates[i], 0);
      return along(stored) / along(updates);
    };
    expect(kept(2 ** -23)).toBeGreaterThan(0.99);
    expect(kept(2 ** -26)).toBeLessThan(0.6);
  });
});

/** Independent draws from N(0, 1), by Box and Muller from a linear congruence. */
function gaussian(count: number, seed: number): number[] {
  let state = seed;
  const uniform = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
}
