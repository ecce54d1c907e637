import { parse, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { describe, expect, it } from 'vitest';
import { parameterSeries } from '../../../src/report/charts/chart-data.js';
import { compileCharts } from '../../../src/report/charts/compile.js';
import { unpacked, type Figure } from '../../../src/report/charts/figure.js';
import { logLogValues } from '../../../src/report/charts/log-log-values.js';
import { optimumFigure } from '../../../src/report/charts/optimum-values.js';
import { failingResult } from '../check-result.js';
import { censoredSweep, transferringSweep } from '../sweep-result.js';
import { scoreFigureOf } from './score-panel.js';

async function svg(spec: object, data: Record<string, object[]>, signals: Record<string, unknown>): Promise<string> {
  const view = new View(parse(spec, undefined, { ast: true }), {
    expr: expressionInterpreter,
    renderer: 'none',
  });
  for (const [name, value] of Object.entries(signals)) view.signal(name, value);
  for (const [name, rows] of Object.entries(data)) view.data(name, rows);
  return view.toSVG();
}

describe('compileCharts', () => {
  it('makes a log-log chart that interprets its expressions and draws every seed', async () => {
    const [series] = parameterSeries(failingResult());
    const { signals, ...data } =
      logLogValues(series?.rows[0] ?? { slope: null, interval: null, expected: null, points: [] }) ?? {};
    const drawn = await svg((await compileCharts('logLog')).logLog, data, signals ?? {});
    expect(drawn.match(/aria-roledescription="point"/g)).toHaveLength(15);
    expect(drawn).toContain('>1024</text>');
    expect(drawn).toContain('stroke-dasharray="4,3"');
  });

  it('makes a loss chart with one line a run', async () => {
    const losses = ['a', 'b'].flatMap((run) =>
      [0, 1].map((step) => ({ run, step, loss: 2 - step, width: 64, color: '#123456' })),
    );
    const drawn = await svg((await compileCharts('loss')).loss, { losses }, { yMin: 0, yMax: 3 });
    expect(drawn.match(/aria-roledescription="line mark"/g)).toHaveLength(2);
    expect(drawn).toContain('#123456');
  });

  it('makes a score chart with a line and an optimum a width, and what diverged at its top', async () => {
    const drawn = await drawnFigure(scoreFigureOf(transferringSweep()));
    expect(drawn.match(/aria-roledescription="line mark"/g)).toHaveLength(4);
    // 4 widths × (8 finished values × (3 seeds + 1 mean) + 1 diverged + 1 optimum)
    expect(drawn.match(/aria-roledescription="point"/g)).toHaveLength(4 * (8 * 4 + 2));
    expect(drawn).toContain('>2⁻⁸</text>');
    expect(drawn).toContain('var(--ramp-0)');
  });

  it('makes a chart of optima with intervals, and open marks beyond the grid', async () => {
    const [sweep] = transferringSweep().sweeps;
    const parametrizations = sweep?.parametrizations ?? [];
    const drawn = await drawnFigure(optimumFigure({ along: 'width', at: null, parametrizations, description: '' }));
    expect(drawn.match(/aria-roledescription="point"/g)).toHaveLength(8);
    expect(drawn.match(/aria-roledescription="rule mark"/g)).toHaveLength(8);
    expect(drawn.match(/aria-roledescription="line mark"/g)).toHaveLength(2);
    expect(drawn).toContain('>512</text>');
    const censored = censoredSweep().sweeps[0]?.parametrizations ?? [];
    const figure = optimumFigure({ along: 'width', at: null, parametrizations: censored, description: '' });
    expect((await drawnFigure(figure)).match(/aria-roledescription="point"/g)).toHaveLength(3 + 4);
  });
});

async function drawnFigure({ chart, tables, signals }: Figure): Promise<string> {
  const data = Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, unpacked(table)]));
  return svg((await compileCharts(chart))[chart], data, signals);
}
