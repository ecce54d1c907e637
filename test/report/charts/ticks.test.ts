import { describe, expect, it } from 'vitest';
import { decadeTicks, powerTicks, roundTicks } from '../../../src/report/charts/ticks.js';

describe('powerTicks', () => {
  it('ticks at every power of two where there are few, else at every second, third …', () => {
    expect(powerTicks(-3.2, 0)).toEqual({ at: [-3, -2, -1, 0], labels: ['2⁻³', '2⁻²', '2⁻¹', '2⁰'] });
    expect(powerTicks(-20, -4).at).toEqual([-18, -15, -12, -9, -6]);
  });

  it('has none between two powers', () => {
    expect(powerTicks(-3.8, -3.2)).toEqual({ at: [], labels: [] });
  });
});

describe('roundTicks', () => {
  it('ticks at multiples of 1, 2 or 5', () => {
    expect(roundTicks(0.63, 2.31).labels).toEqual(['1', '1.5', '2']);
    expect(roundTicks(0, 1).at).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });
});

describe('decadeTicks', () => {
  it('ticks at 1, 2 and 5, or at powers of ten alone where those are too many', () => {
    expect(decadeTicks(-1.1, 0.1).labels).toEqual(['0.1', '0.2', '0.5', '1']);
    expect(decadeTicks(-4, 0).labels).toEqual(['0.0001', '0.001', '0.01', '0.1', '1']);
  });
});
