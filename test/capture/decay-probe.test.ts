import { describe, expect, it } from 'vitest';
import { capture } from '../../src/capture/capture.js';
import { mup, type ModelLike } from '../../src/mup/index.js';
import { optimizedMlp, type OptimizerCase } from './optimized-mlp.js';

const [learningRate, weightDecay, WIDTHS] = [1e-2, 0.3, [32, 64]];

/** The share of itself that each parameter loses, by name, at each width; parameters that lose none are not there. */
async function decay(make: OptimizerCase['make']) {
  const definition = optimizedMlp({ name: 'decaying', className: '', make });
  const { records } = await capture(definition, { widths: WIDTHS, seeds: 1, steps: 1 });
  const rows = records.rows.filter(({ quantity }) => quantity === 'decay');
  const names = [...new Set(rows.map(({ name }) => name))];
  return Object.fromEntries(
    names.map((name) => [name, rows.filter((row) => row.name === name).map(({ value }) => Number(value))]),
  );
}

const close = (share: number) => expect.closeTo(share, 6) as number;
const KERNELS = ['dense_1/kernel', 'dense_2/kernel', 'dense_3/kernel'];

describe('measureDecay', () => {
  it('measures rate × decay of AdamW at every width, of all that is not zero', async () => {
    const measured = await decay((model) => mup.adamW(model, { learningRate, weightDecay }));
    expect(measured).toEqual(Object.fromEntries(KERNELS.map((name) => [name, WIDTHS.map(() => close(0.003))])));
  });

  it('measures a decay that is independent of the rate', async () => {
    const make = (model: ModelLike) =>
      mup.adamW(model, { learningRate, weightDecay: 1e-3, independentWeightDecay: true });
    expect((await decay(make))['dense_2/kernel']).toEqual(WIDTHS.map(() => close(1e-3)));
  });

  it('measures SGD’s L2, which is a share of the weight as well', async () => {
    const measured = await decay((model) => mup.sgd(model, { learningRate, weightDecay }));
    expect(measured['dense_1/kernel']).toEqual(WIDTHS.map(() => close(0.003)));
  });

  it('finds none where there is none', async () => {
    expect(await decay((model) => mup.adam(model, { learningRate }))).toEqual({});
  });
});
