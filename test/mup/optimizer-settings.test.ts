import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type LayersModel, type Optimizer } from '../../src/engine/tf.js';
import { muon } from '../../src/mup/muon.js';
import { multiplyUpdates } from '../../src/mup/multiplied.js';
import { optimizerSettings } from '../../src/mup/optimizer-settings.js';
import { adam, adamW, lion, sgd } from '../../src/mup/optimizers.js';
import { parametrize } from '../../src/mup/parametrize.js';
import { scaled } from '../../src/mup/scaled-optimizer.js';
import { schedule } from '../../src/mup/scheduled-optimizer.js';
import { BASE, build } from './small-mlp.js';
import { WIDTH, withReadout, withTied } from './target-models.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const M = WIDTH / BASE;
const NAMES = ['dense_1/kernel', 'dense_1/bias', 'dense_2/kernel', 'dense_2/bias', 'dense_3/kernel', 'dense_3/bias'];

/** One setting of all parameters, input to readout. */
const all = (
  model: LayersModel,
  optimizer: Optimizer,
  key: 'learningRate' | 'weightDecay' | 'epsilon' | 'multiplier',
) => {
  const { parameters } = optimizerSettings(model, optimizer);
  return NAMES.map((name) => parameters[name][key]);
};

describe('optimizerSettings', () => {
  it('gives the rates of Table 3: under Adam hidden and readout 1/m, under SGD input and vectors m, readout 1/m', () => {
    const model = build(WIDTH);
    const rates = (optimizer: Optimizer) => all(model, optimizer, 'learningRate');
    expect(rates(adam(model, { learningRate: 0.5 }))).toEqual([0.5, 0.5, 0.5 / M, 0.5, 0.5 / M, 0.5]);
    expect(rates(sgd(model, { learningRate: 0.5 }))).toEqual([0.5 * M, 0.5 * M, 0.5, 0.5 * M, 0.5 / M, 0.5]);
  });

  it('gives the epsilons that follow the gradients, and none under SGD', () => {
    const model = build(WIDTH);
    // Gradients fall as 1/m from the input to the last hidden layer; the readout's stay.
    const epsilons = all(model, adam(model, { learningRate: 0.5, epsilon: 1e-6 }), 'epsilon');
    expect(epsilons).toEqual([1e-6 / M, 1e-6 / M, 1e-6 / M, 1e-6 / M, 1e-6, 1e-6]);
    expect(all(model, sgd(model, { learningRate: 0.5 }), 'epsilon')).toEqual(NAMES.map(() => null));
  });

  it('couples every decay to the rate: rate · decay is the same for all parameters', () => {
    const model = build(WIDTH);
    const coupled = adamW(model, { learningRate: 0.5, weightDecay: 0.1 });
    expect(all(model, coupled, 'weightDecay')).toEqual([0.1, 0.1, 0.1 * M, 0.1, 0.1 * M, 0.1]);
    const independent = adamW(model, { learningRate: 0.5, weightDecay: 0.1, independentWeightDecay: true });
    expect(all(model, independent, 'weightDecay')).toEqual([0.2, 0.2, 0.2 * M, 0.2, 0.2 * M, 0.2]);
    expect(all(model, sgd(model, { learningRate: 0.5, weightDecay: 0.1 }), 'weightDecay')).toEqual([
      0.1 / M,
      0.1 / M,
      0.1,
      0.1 / M,
      0.1 * M,
      0.1,
    ]);
    expect(
      [adamW, adam].map((make) => optimizerSettings(model, make(model, { learningRate: 1, weightDecay: 1 }))),
    ).toMatchObject([{ optimizer: { decayForm: 'decoupled' } }, { optimizer: { decayForm: 'regularization' } }]);
  });

  it('shows the rates that a schedule multiplies, also where it begins at 0', () => {
    const model = build(WIDTH);
    const warmedUp = schedule(adam(model, { learningRate: 0.5 }), (step) => Math.min(1, step / 10));
    expect(warmedUp.learningRate).toBe(0);
    expect(all(model, warmedUp, 'learningRate')).toEqual([0.5, 0.5, 0.5 / M, 0.5, 0.5 / M, 0.5]);
    expect(warmedUp.learningRate).toBe(0);
    expect(optimizerSettings(model, warmedUp)).toMatchObject({ optimizer: { isScheduled: true, className: 'Adam' } });
  });

  it('looks into muon, scaled and multiplied optimizers, and own constants for each role', () => {
    const model = build(WIDTH);
    expect(all(model, muon(model, { learningRate: 0.5, adam: { learningRate: 0.25 } }), 'learningRate')).toEqual([
      0.25,
      0.25,
      0.5,
      0.25,
      0.25 / M,
      0.25,
    ]);
    expect(all(model, scaled(tf.train.adamax(0.5), model), 'learningRate')).toEqual([
      0.5,
      0.5,
      0.5 / M,
      0.5,
      0.5 / M,
      0.5,
    ]);
    const multiplied = multiplyUpdates(
      tf.train.adam(0.5, 0.9, 0.999, 1e-6),
      model,
      { '*bias': 2 },
      { gradients: { '*_1/*': 10 } },
    );
    expect(all(model, multiplied, 'learningRate')).toEqual([0.5, 1, 0.5, 1, 0.5, 1]);
    expect(all(model, multiplied, 'epsilon')).toEqual([1e-7, 1e-7, 1e-6, 1e-6, 1e-6, 1e-6]);
    const byRole = lion(model, { learningRate: 0.5, rateMultipliers: { 'dense_1/*': 3 } });
    expect(all(model, byRole, 'learningRate')).toEqual([1.5, 1.5, 0.5 / M, 0.5, 0.5 / M, 0.5]);
  });

  it('gives a plain optimizer one rate, and of an unknown one nothing', () => {
    const model = build(WIDTH);
    const plain = optimizerSettings(model, tf.train.momentum(0.5, 0.9));
    expect(plain).toMatchObject({
      isPerParameter: false,
      optimizer: { className: 'Momentum', config: { momentum: 0.9 } },
    });
    expect(NAMES.map((name) => plain.parameters[name]?.learningRate)).toEqual(NAMES.map(() => 0.5));
    const own = { learningRate: 0.5, applyGradients: () => {}, constructor: { name: 'Own' } } as unknown as Optimizer;
    expect(optimizerSettings(model, own)).toMatchObject({
      isPerParameter: null,
      optimizer: { className: 'Own', config: {} },
    });
    expect(all(model, own, 'learningRate')).toEqual(NAMES.map(() => null));
  });

  it('gives a readout’s multiplier, outputMultiplier / m, and that of a tied one by its layer', () => {
    const model = parametrize(withReadout, { width: WIDTH, baseWidth: BASE });
    const { parameters } = optimizerSettings(model, adam(model, { learningRate: 0.5 }));
    expect(['dense_2/kernel', 'readout/kernel', 'readout/bias'].map((name) => parameters[name])).toMatchObject([
      { multiplier: 1 },
      { multiplier: 3 / M },
      { multiplier: 1 },
    ]);
    const tied = parametrize(withTied, { width: WIDTH, baseWidth: BASE });
    const settings = optimizerSettings(tied, adam(tied, { learningRate: 0.5 }));
    expect(settings.parameters['embedding_1/embeddings']).toMatchObject({ multiplier: 1, tied: { logits: 2 / M } });
  });
});
