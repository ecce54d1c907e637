import { describe, expect, it } from 'vitest';
import { analyze } from '../../src/analysis/analyze.js';
import { capture } from '../../src/capture/capture.js';
import { tf } from '../../src/engine/tf.js';
import { mup, type ModelLike, type Schedule } from '../../src/mup/index.js';
import { judge } from '../../src/verdict/judge.js';
import { optimizedMlp } from './optimized-mlp.js';

const OPTIONS = { widths: [32, 64, 128, 256], seeds: 2, steps: 4 };

type Make = (model: ModelLike) => InstanceType<typeof tf.Optimizer>;

/** What a check under a schedule finds: the rates it read before each update, and what it makes of them. */
async function checked(make: Make, factors: Schedule) {
  const scheduled = (model: ModelLike) => mup.schedule(make(model), factors);
  const { records } = await capture(optimizedMlp({ name: 'scheduled', className: '', make: scheduled }), OPTIONS);
  const { gates, verdict } = judge(await analyze(records), {
    header: records.header,
    durations: new Map(),
  });
  const rates = records.runs.map(({ learningRates }) => learningRates);
  return { rates, verdict, warmUp: gates.find(({ gate }) => gate === 'no-warm-up')?.outcome };
}

const MAKERS: [string, Make][] = [
  ['mup.sgd', (model) => mup.sgd(model, { learningRate: 0.0625, momentum: 0.9 })],
  ['mup.muon', (model) => mup.muon(model, { learningRate: 0.0625, adam: { learningRate: 1e-3 } })],
  ['mup.scaled', (model) => mup.scaled(tf.train.sgd(0.0625), model)],
];

describe.each(MAKERS)('a check of a model in µP under %s and a schedule', (_, make) => {
  it('reads the rate of each update, and passes where it only falls', async () => {
    const found = await checked(make, mup.schedules.linearDecay({ steps: 8 }));
    for (const rates of found.rates) expect(rates).toEqual([0.0625, 0.0546875, 0.046875, 0.0390625]);
    expect(found).toMatchObject({ verdict: 'pass', warmUp: 'pass' });
  });

  it('is inconclusive under a warm-up', async () => {
    const found = await checked(make, mup.schedules.linearWarmUp({ steps: 16 }));
    for (const rates of found.rates) expect(rates).toEqual([0.00390625, 0.0078125, 0.01171875, 0.015625]);
    expect(found).toMatchObject({ verdict: 'inconclusive', warmUp: 'inconclusive' });
  });
});
