import { describe, expect, it } from 'vitest';
import { check } from '../../src/check.js';
import { tf, type LayersModel } from '../../src/engine/tf.js';
import { defineModel } from '../../src/model/definition.js';
import { mup } from '../../src/mup/index.js';

/** A GRU in µP under Adam, but for a power of width in the rate of its recurrent kernel. */
function checked(power: number) {
  const { gru, dense } = tf.layers;
  const build = (units: number) =>
    tf.sequential({
      layers: [gru({ units, inputShape: [4, 8], recurrentInitializer: 'glorotNormal' }), dense({ units: 4 })],
    });
  const definition = defineModel({
    name: 'gru',
    widths: [16, 32, 64, 128],
    seeds: 3,
    steps: 1,
    build: ({ width }) => mup.parametrize(build, { width, baseWidth: 16 }),
    optimizer: ({ model }) => {
      const width = (model as LayersModel).weights.at(-2)?.shape[0] ?? Number.NaN;
      return mup.adam(model, {
        learningRate: 1e-3,
        rateMultipliers: { '*/recurrent_kernel': (width / 16) ** power },
      });
    },
  });
  return check(definition);
}

describe('check, of a GRU', () => {
  // Its first product is with the zero first state: it is judged at the layer's output instead.
  it('judges the recurrent kernel at the output of the layer, and passes it in µP', async () => {
    const { verdict, parameters } = await checked(0);
    expect(verdict).toBe('pass');
    expect(parameters.find(({ parameter }) => parameter === 'gru_1/recurrent_kernel')).toMatchObject({
      role: 'hidden',
      ownPlace: 'gru_1',
      outcome: 'pass',
    });
  });

  it.each([
    [1 / 2, 'hidden-rate-unscaled'],
    [-1 / 2, 'hidden-rate-overscaled'],
  ])('names it where its rate goes like width^%d against theory', async (power, cause) => {
    const { verdict, diagnosis } = await checked(power);
    expect(verdict).toBe('fail');
    expect(diagnosis).toMatchObject([
      { cause, parameters: ['gru_1/recurrent_kernel'], fix: { learningRateExponent: -power } },
    ]);
  });
});
