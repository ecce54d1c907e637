import { parse, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { describe, expect, it } from 'vitest';
import { parameterSeries } from '../../../src/report/charts/chart-data.js';
import { compileCharts } from '../../../src/report/charts/compile.js';
import { logLogValues } from '../../../src/report/charts/log-log-values.js';
import { failingResult } from '../check-result.js';

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
    const drawn = await svg((await compileCharts()).logLog, data, signals ?? {});
    expect(drawn.match(/aria-roledescription="point"/g)).toHaveLength(15);
    expect(drawn).toContain('>1024</text>');
    expect(drawn).toContain('stroke-dasharray="4,3"');
  });

  it('makes a loss chart with one line a run', async () => {
    const losses = ['a', 'b'].flatMap((run) =>
      [0, 1].map((step) => ({ run, step, loss: 2 - step, width: 64, color: '#123456' })),
    );
    const drawn = await svg((await compileCharts()).loss, { losses }, {});
    expect(drawn.match(/aria-roledescription="line mark"/g)).toHaveLength(2);
    expect(drawn).toContain('#123456');
  });
});
