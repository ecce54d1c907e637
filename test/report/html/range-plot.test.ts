import { describe, expect, it } from 'vitest';
import { rangePlot, rangeScale } from '../../../src/report/html/range-plot.js';
import { noSlope, slopeOf } from '../measurements.js';

describe('rangeScale', () => {
  it('spans −1 … +1 at least and −2½ … +2½ at most', () => {
    expect(rangeScale([])).toEqual({ low: -1.1, high: 1.1 });
    const wide = rangeScale([slopeOf(1.3), slopeOf(-7)]);
    expect(wide.low).toBeCloseTo(-2.6);
    expect(wide.high).toBeCloseTo(1.6);
  });
});

describe('rangePlot', () => {
  const scale = { low: -1.1, high: 1.1 };

  it('draws band, expectation, interval and slope, and says them', () => {
    const { text } = rangePlot(slopeOf(0.5), scale);
    for (const part of ['band', 'want', 'interval', 'slope']) expect(text).toContain(`class="${part}"`);
    expect(text).toContain('role="img"');
    expect(text).toContain('aria-label="slope +0.50 [+0.46, +0.55], expected 0"');
    // −1.1 is at 5, +1.1 at 163: ½ is at 5 + (1.6 / 2.2) · 158.
    expect(text).toContain('cx="119.9"');
  });

  it('keeps what is off the scale at its edge', () => {
    expect(rangePlot(slopeOf(9), scale).text).toContain('cx="163"');
  });

  it('draws no mark where nothing was measured', () => {
    const { text } = rangePlot(noSlope(), scale);
    expect(text).not.toContain('class="slope"');
    expect(text).toContain('aria-label="no slope"');
  });
});
