import { describe, expect, it } from 'vitest';
import { unpacked } from '../../../src/report/charts/figure.js';
import { scoreAxis } from '../../../src/report/charts/score-axis.js';
import { curve, powers } from '../sweep-curves.js';
import { categoricalSweep, transferringSweep } from '../sweep-result.js';
import { scoreFigureOf } from './score-panel.js';

function rows(figure: ReturnType<typeof scoreFigureOf>, table: string): Record<string, unknown>[] {
  return unpacked(figure.tables[table] ?? { fields: [], rows: [] }) as Record<string, unknown>[];
}

describe('scoreFigure', () => {
  it('puts log2 of the value on x, with ticks at powers of two', () => {
    const figure = scoreFigureOf(transferringSweep());
    expect(rows(figure, 'means')[0]).toMatchObject({ x: -12, value: '0.0002441', size: 'width 64' });
    expect(figure.signals['xTicks']).toEqual([-12, -10, -8, -6, -4]);
    expect(figure.signals['xLabels']).toEqual(['2⁻¹²', '2⁻¹⁰', '2⁻⁸', '2⁻⁶', '2⁻⁴']);
  });

  it('marks each optimum at its vertex with its interval', () => {
    expect(rows(scoreFigureOf(transferringSweep()), 'optima')[0]).toMatchObject({
      x: -7.72,
      low: expect.closeTo(-7.91) as number,
      high: expect.closeTo(-7.51) as number,
      y: 0.92,
      value: '0.00474',
    });
  });

  it('puts what diverged at the top, open where no seed finished', () => {
    const off = rows(scoreFigureOf(transferringSweep()), 'off');
    expect(off.map(({ what, fill }) => [what, fill])).toEqual(
      Array.from({ length: 4 }, () => ['3 of 3 did not finish', 'transparent']),
    );
    expect(new Set(off.map(({ x }) => x)).size).toBe(4);
  });

  it('puts what is worse than untrained at the top, filled, with its loss', () => {
    const off = rows(scoreFigureOf(transferringSweep(), 1.5), 'off');
    expect(off.find(({ value }) => value === '0.0002441')).toMatchObject({
      what: 'mean loss 2.037',
      fill: 'var(--ramp-0)',
    });
  });

  it('sets words side by side, without a line, sizes beside each other', () => {
    const figure = scoreFigureOf(categoricalSweep());
    const words = { ...categoricalSweep(), sweeps: categoricalSweep().sweeps.slice(1) };
    const drawn = scoreFigureOf(words);
    expect(rows(figure, 'lines').length).toBeGreaterThan(0);
    expect(rows(drawn, 'lines')).toEqual([]);
    expect(drawn.signals['xLabels']).toEqual(['constant', 'linear', 'cosine']);
    expect(new Set(rows(drawn, 'means').map(({ x }) => x)).size).toBe(12);
  });
});

describe('scoreAxis', () => {
  const grid = powers(-12, -4);

  it('holds all losses up to that of an untrained model', () => {
    const axis = scoreAxis([curve({ width: 64, grid, vertex: -8, floor: 1 })], 1.8);
    expect(axis.low).toBeLessThan(1);
    expect(axis.high).toBeCloseTo(1.8 * 1.02 + 0.06 * (1.8 * 1.02 - 0.98), 1);
    expect(axis.ticks.labels).toEqual(['1', '1.2', '1.4', '1.6', '1.8']);
  });

  it('is one of log10 where the losses span more than a decade', () => {
    const axis = scoreAxis([curve({ width: 64, grid, vertex: -8, floor: 0.1, seeds: [4] })], null);
    expect(axis.at(0.1)).toBe(-1);
    expect(axis.ticks.labels).toEqual(['0.1', '0.2', '0.5', '1', '2']);
  });

  it('stands where nothing finished', () => {
    expect(scoreAxis([], null)).toMatchObject({ low: 0, high: 1 });
  });
});
