import { describe, expect, it } from 'vitest';
import { analyzeSweep } from '../../src/analysis/sweep-table.js';
import { parabola, RATES, trialsOf, WIDTHS } from '../verdict/sweep-trials.js';

const SWEPT = { hyperparameter: 'learningRate', defaults: { learningRate: 2 ** -7, momentum: 0.9 } };

describe('analyzeSweep', () => {
  const trials = trialsOf({
    parametrizations: ['sp', 'mup'],
    score: (trial) => parabola(trial, trial.parametrization === 'sp' ? -4 - Math.log2(trial.width) / 2 : -7.2, 0),
  });
  const [mup, sp] = analyzeSweep(trials.toReversed(), SWEPT).parametrizations;

  it('groups trials by parametrization and size, in order, whatever theirs', () => {
    expect([mup, sp].map((one) => one?.parametrization)).toEqual(['mup', 'sp']);
    expect(mup?.curves.map(({ width }) => width)).toEqual(WIDTHS);
    expect(mup?.curves[0]?.points.map(({ value }) => value)).toEqual(RATES.flatMap((rate) => [rate, rate]));
    expect(mup?.curves[0]?.points.slice(0, 2).map(({ seed }) => seed)).toEqual([0, 1]);
  });

  it('finds the optima, the drift, the regret and the basin they were made with', () => {
    expect(sp?.curves.map(({ optimum }) => optimum.log2Value?.toFixed(3))).toEqual([
      '-7.000',
      '-7.500',
      '-8.000',
      '-8.500',
    ]);
    expect(sp?.series).toHaveLength(1);
    expect(sp?.series[0]?.drift).toMatchObject({ along: 'width', at: null, sizes: WIDTHS });
    expect(sp?.series[0]?.drift.perDoubling).toBeCloseTo(-0.5, 6);
    expect(sp?.series[0]?.withoutSmallest.sizes).toEqual(WIDTHS.slice(1));
    // At width 512 the loss is 2 − 0.18 + 0.025, and 0.1·1.5² more at width 64's optimum.
    expect(sp?.curves[3]?.regret?.share).toBeCloseTo(0.225 / 1.845, 6);
    expect(sp?.curves[3]?.regret?.value).toBeCloseTo(2 ** -7, 8);
    expect(sp?.curves[0]?.regret).toBeNull();
    expect(mup?.curves[3]?.regret?.share).toBeCloseTo(0, 6);
    expect(mup?.widerIsBetter).toEqual({ pairs: 21, better: 21, worse: 0 });
    expect(mup?.hasEffect).toBe(true);
    const basin = mup?.curves[0]?.robustnessOctaves ?? 0;
    // 0.1·u² = 2 % of 1.905: u = ±0.617; the line between grid points is a little narrower or wider.
    expect(basin).toBeGreaterThan(0.7);
    expect(basin).toBeLessThan(1.4);
  });

  it('leaves out trials that differ in another hyperparameter', () => {
    const others = trials.map((trial) => ({ ...trial, setting: { ...trial.setting, momentum: 0.5 } }));
    const [table] = analyzeSweep([...trials, ...others], SWEPT).parametrizations;
    expect(table?.curves[0]?.points).toHaveLength(14);
    expect(analyzeSweep(others, SWEPT).parametrizations).toEqual([]);
  });

  it('has no score where a trial diverged', () => {
    const score = (trial: Parameters<typeof parabola>[0]) => (trial.value === 2 ** -4 ? NaN : parabola(trial, -7));
    const [table] = analyzeSweep(trialsOf({ score }), SWEPT).parametrizations;
    expect(table?.curves[0]?.points.at(-1)).toEqual({ value: 2 ** -4, seed: 1, score: null });
    expect(table?.curves[0]?.optimum.state).toBe('found');
  });

  it('moves along width for every depth, then along depth for every width', () => {
    const widths = [64, 128, 256];
    const grid = trialsOf({
      widths,
      depths: [2, 4],
      score: (trial) => parabola(trial, -7 + Math.log2(trial.depth ?? 1) / 4),
    });
    const [table] = analyzeSweep(grid, SWEPT).parametrizations;
    const places = table?.series.map(({ drift: { along, at } }) => [along, at]);
    expect(places).toEqual([
      ['width', 2],
      ['width', 4],
      ['depth', 64],
      ['depth', 128],
      ['depth', 256],
    ]);
    expect(table?.series[3]?.drift.perDoubling).toBeCloseTo(0.25, 1);
    // What is carried along width, at either depth.
    expect(table?.curves.map(({ regret }) => regret === null)).toEqual([true, true, false, false, false, false]);
    expect(table?.curves.map(({ width, depth }) => `${width}/${depth}`)).toEqual([
      '64/2',
      '64/4',
      '128/2',
      '128/4',
      '256/2',
      '256/4',
    ]);
  });

  it('knows whether values are numbers, and whether they matter', () => {
    const categories = trialsOf({ values: [0, 0.1, 0.2], score: ({ seed }) => 2 + seed });
    const table = analyzeSweep(categories, SWEPT);
    expect(table.isNumeric).toBe(false);
    expect(table.parametrizations[0]?.hasEffect).toBe(false);
    expect(table.parametrizations[0]?.curves[0]?.robustnessOctaves).toBeNull();
    expect(analyzeSweep(trials, SWEPT).isNumeric).toBe(true);
  });
});
