import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type LayersModel, type Optimizer, type Tensor } from '../../src/engine/tf.js';
import { applyTargetSettings, targetRates } from '../../src/mup/apply-target-settings.js';
import { layers } from '../../src/mup/layers.js';
import { muon } from '../../src/mup/muon.js';
import { optimizerSettings } from '../../src/mup/optimizer-settings.js';
import { adam, adamW, lion, rmsprop, sgd } from '../../src/mup/optimizers.js';
import { namedParameters } from '../../src/mup/parameters.js';
import { parametrize } from '../../src/mup/parametrize.js';
import { scaled } from '../../src/mup/scaled-optimizer.js';
import { schedule } from '../../src/mup/scheduled-optimizer.js';
import { multiplyUpdates } from '../../src/mup/multiplied.js';
import { loadTargetSettings, type TargetParameter, type TargetSettings } from '../../src/mup/target-settings.js';
import { BASE, build, largestGap, loss, mlp, train, values } from './small-mlp.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const WIDTH = 32;
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

/** The small MLP with a readout in the form of Table 8. */
function withReadout(width: number): LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.dense({ units: width, inputShape: [5], activation: 'relu' }),
      tf.layers.dense({ units: width, activation: 'relu' }),
      layers.readout({ units: 3, outputMultiplier: 3, name: 'readout' }),
    ],
  });
}

function withTied(width: number): LayersModel {
  const embedding = tf.layers.embedding({ inputDim: 7, outputDim: width });
  const input = tf.input({ shape: [4], dtype: 'int32' });
  const embedded = embedding.apply(input) as ReturnType<typeof tf.input>;
  const logits = layers.sharedReadout({ embedding, outputMultiplier: 2, name: 'logits' }).apply(embedded);
  return tf.model({ inputs: input, outputs: logits as never });
}

/** The settings of a µP model, as a tuning writes them. */
function settingsOf(model: LayersModel, optimizer: Optimizer, { targetWidth = WIDTH } = {}): TargetSettings {
  const { optimizer: about, parameters } = optimizerSettings(model, optimizer);
  const sizes = new Map(namedParameters(model).map(({ name, variable }) => [name, variable.dataSync()]));
  const rms = (x: ArrayLike<number>) => Math.sqrt(Array.from(x).reduce((sum, v) => sum + v * v, 0) / x.length);
  const rows = Object.entries(parameters).map(([name, row]): [string, TargetParameter] => [
    name,
    { ...row, initStd: rms(sizes.get(name) ?? []) },
  ]);
  const head = { schema: 'coordcheck/target', schemaVersion: 1, name: 'mlp', targetWidth, depth: null } as const;
  return { ...head, hyperparameters: { learningRate: 0.1 }, optimizer: about, parameters: Object.fromEntries(rows) };
}

describe('targetRates', () => {
  const sp = (make: (width: number) => LayersModel) => withSeededRandom('weights', () => make(WIDTH));
  const mup = (make: (width: number) => LayersModel) =>
    withSeededRandom('weights', () => parametrize(make, { width: WIDTH, baseWidth: BASE }));

  it.each<[string, (model: LayersModel) => Optimizer, () => Optimizer]>([
    ['sgd', (m) => sgd(m, { learningRate: 0.05 }), () => tf.train.sgd(1)],
    [
      'momentum',
      (m) => sgd(m, { learningRate: 0.05, momentum: 0.9, weightDecay: 0.1 }),
      () => tf.train.momentum(0.3, 0.9),
    ],
    ['adam', (m) => adam(m, { learningRate: 0.02, epsilon: 1e-3 }), () => tf.train.adam(0.02, 0.9, 0.999, 1e-3)],
    ['adam, L2', (m) => adam(m, { learningRate: 0.02, weightDecay: 0.1 }), () => tf.train.adam(0.1)],
    ['adamW', (m) => adamW(m, { learningRate: 0.02, weightDecay: 0.3 }), () => tf.train.adam(0.02)],
    [
      'adamW, independent',
      (m) => adamW(m, { learningRate: 0.02, weightDecay: 0.05, independentWeightDecay: true }),
      () => tf.train.adam(0.02),
    ],
    ['rmsprop', (m) => rmsprop(m, { learningRate: 0.02, epsilon: 1e-3 }), () => tf.train.rmsprop(0.02, 0.9, 0, 1e-3)],
  ])('trains a plain model as µP trains it, %s', (_, ours, plain) => {
    for (const make of [mlp, withReadout]) {
      const reference = mup(make);
      const settings = settingsOf(reference, ours(reference));
      const model = applyTargetSettings(sp(make), settings);
      expect(largestGap(values(model), values(reference))).toBeLessThan(1e-6);
      const optimizer = targetRates(plain(), model, settings);
      const moved = largestGap(values(reference), train(reference, ours(reference), 8));
      const gap = largestGap(train(model, optimizer, 8), values(reference));
      // Single precision: a ratio of rates is rounded once more, and Adam's first steps amplify it.
      expect([gap / moved < 1e-3, moved > 0.01]).toEqual([true, true]);
      const unscaled = sp(make);
      expect(largestGap(train(unscaled, plain(), 8), values(reference)) / moved).toBeGreaterThan(0.05);
    }
  });

  it('follows a schedule, decay and all', () => {
    const factors = (step: number) => 1 - step / 8;
    const reference = mup(mlp);
    const ours = () => schedule(adamW(reference, { learningRate: 0.02, weightDecay: 0.3 }), factors);
    const settings = settingsOf(reference, ours());
    const model = applyTargetSettings(sp(mlp), settings);
    const optimizer = schedule(targetRates(tf.train.adam(0.02), model, settings), factors);
    train(reference, ours(), 8);
    expect(largestGap(train(model, optimizer, 8), values(reference))).toBeLessThan(1e-4);
    expect(loss(model).dataSync()[0]).toBeCloseTo(loss(reference).dataSync()[0] ?? 0, 4);
  });

  it('refuses a model of another width, another architecture, or without a place for the multiplier', () => {
    const reference = mup(withReadout);
    const settings = settingsOf(reference, adam(reference, { learningRate: 0.02 }));
    expect(() => applyTargetSettings(mlp(WIDTH), settings)).toThrow(/the model has no readout\/kernel/);
    expect(() => applyTargetSettings(withReadout(16), settings)).toThrow(
      /dense_1\/kernel has the shape \[5, 16\], in the settings \[5, 32\]/,
    );
    const renamed = (width: number) =>
      tf.sequential({ layers: [...mlp(width).layers.slice(0, 2), tf.layers.dense({ units: 3, name: 'readout' })] });
    expect(() => applyTargetSettings(renamed(WIDTH), settings)).toThrow(
      /readout\/kernel is to be multiplied by 0.375, but its layer takes no multiplier/,
    );
    expect(() => targetRates(adam(reference, { learningRate: 1 }), reference, settings)).toThrow(/rates of its own/);
    const unknown = { ...settings.parameters['readout/kernel'], learningRate: null };
    const lacking = { ...settings, parameters: { ...settings.parameters, 'readout/kernel': unknown } };
    expect(() => targetRates(tf.train.sgd(1), reference, lacking)).toThrow(/readout\/kernel has no learning rate/);
  });

  it('gives a tied readout its multiplier', () => {
    const reference = mup(withTied);
    const settings = settingsOf(reference, adam(reference, { learningRate: 0.02 }));
    const model = applyTargetSettings(sp(withTied), settings);
    const x = tf.tensor2d([[0, 1, 2, 3]], [1, 4], 'int32');
    const outputs = [model, reference].map((each) => [...(each.predict(x) as Tensor).dataSync()]);
    expect(largestGap(outputs[0], outputs[1])).toBeLessThan(1e-6);
  });
});

describe('loadTargetSettings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coordcheck-target-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const saved = (text: string): string => {
    const path = join(folder, 'a.target.json');
    writeFileSync(path, text);
    return path;
  };

  it('reads back what was written', () => {
    const model = parametrize(withTied, { width: WIDTH, baseWidth: BASE });
    const settings = settingsOf(model, adam(model, { learningRate: 0.02 }));
    expect(loadTargetSettings(saved(JSON.stringify(settings)))).toEqual(settings);
  });

  const row = { shape: [2], learningRate: 1, initStd: 0, multiplier: 1, weightDecay: 0, epsilon: null };
  const good = {
    schemaVersion: 1,
    targetWidth: 8,
    hyperparameters: {},
    optimizer: { className: 'SGD', decayForm: 'decoupled' },
    parameters: { a: row },
  };

  it.each<[string, unknown, RegExp]>([
    ['nothing', '', /JSON/],
    ['a list', [], /it is no object/],
    ['a result', { ...good, schema: 'coordcheck/tune' }, /its schema is "coordcheck\/tune"/],
    ['another version', { ...good, schemaVersion: 2 }, /schemaVersion is 2, not 1/],
    ['no width', { ...good, targetWidth: 0.5 }, /targetWidth is 0.5/],
    ['no optimizer', { ...good, optimizer: {} }, /names no optimizer/],
    ['no parameters', { ...good, parameters: {} }, /has no parameters/],
    ['a text for a rate', { ...good, parameters: { a: { ...row, learningRate: '1' } } }, /a has the learningRate "1"/],
    ['a missing std', { ...good, parameters: { a: { ...row, initStd: undefined } } }, /a has the initStd missing/],
    ['a negative rate', { ...good, parameters: { a: { ...row, learningRate: -1 } } }, /a has the learningRate -1/],
    ['no shape', { ...good, parameters: { a: { ...row, shape: [0] } } }, /a has the shape \[0\]/],
  ])('refuses %s', (_, content, sentence) => {
    const path = saved(typeof content === 'string' ? content : JSON.stringify(content));
    expect(() => loadTargetSettings(path)).toThrow(sentence);
  });

  it('refuses a file that is not there', () => {
    expect(() => loadTargetSettings(join(folder, 'none.json'))).toThrow(/ENOENT/);
  });
});
