import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type LayersModel, type Optimizer, type Tensor } from '../../src/engine/tf.js';
import { anew } from '../../src/mup/anew.js';
import { applyTargetSettings } from '../../src/mup/apply-target-settings.js';
import { opened, setRate } from '../../src/mup/inner-optimizer.js';
import { optimizerSettings } from '../../src/mup/optimizer-settings.js';
import { adagrad, adam, adamW, rmsprop, sgd } from '../../src/mup/optimizers.js';
import { parametrize } from '../../src/mup/parametrize.js';
import { schedule } from '../../src/mup/scheduled-optimizer.js';
import { targetRates } from '../../src/mup/target-rates.js';
import type { TargetSettings } from '../../src/mup/target-settings.js';
import { BASE, largestGap, loss, mlp, train, values } from './small-mlp.js';
import { settingsOf, WIDTH, withReadout, withTied } from './target-models.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

describe('a model of the target, and its rates', () => {
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

  it('refuses Adagrad where accumulators start at values of their own, and takes it where they do not', () => {
    const of = (make: (model: LayersModel) => Optimizer) => {
      const reference = mup(mlp);
      const settings = settingsOf(reference, make(reference));
      return () => targetRates(tf.train.adagrad(0.1), applyTargetSettings(sp(mlp), settings), settings);
    };
    expect(of((model) => adagrad(model, { learningRate: 0.1 }))).toThrow(/accumulators start at one value in it/);
    expect(of(() => tf.train.adagrad(0.1))).not.toThrow();
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

  it('refuses an optimizer of another class, at no rate, or whose epsilon cannot be made the one it is to be', () => {
    const reference = mup(mlp);
    const settings = settingsOf(reference, adamW(reference, { learningRate: 0.02 }));
    const on = (optimizer: Optimizer) => () => targetRates(optimizer, sp(mlp), settings);
    expect(on(tf.train.adam(0.02))).not.toThrow();
    expect(on(tf.train.sgd(0.02))).toThrow(/expected a plain Adam, .* but it is SGD/);
    expect(on(tf.train.adamax(0.02))).toThrow(/it is Adamax/);
    expect(on(tf.train.adam(0))).toThrow(/its learning rate is 0, of which no other is a multiple/);
    expect(on(tf.train.adam(0.02, 0.9, 0.999, 0))).toThrow(
      /dense_1\/kernel is to have the epsilon .*, and its own is 0/,
    );
    const plain = settingsOf(reference, tf.train.adam(0.02));
    const parameters = Object.entries(plain.parameters).map(([name, row]) => [name, { ...row, epsilon: 0 }]);
    const without = { ...plain, parameters: Object.fromEntries(parameters) };
    expect(() => targetRates(tf.train.adam(0.02), sp(mlp), without)).toThrow(
      /to have the epsilon 0, and its own is 1e-7/,
    );
    expect(() => targetRates(tf.train.adam(0.02, 0.9, 0.999, 0), sp(mlp), without)).not.toThrow();
    const row = { ...settings.parameters['dense_1/kernel'], weightDecay: null };
    const unknown = { ...settings, parameters: { ...settings.parameters, 'dense_1/kernel': row } };
    expect(() => targetRates(tf.train.adam(0.02), sp(mlp), unknown)).toThrow(/dense_1\/kernel has no weight decay/);
  });

  it('shows the settings it trains with, and is made anew at the rate it was made with', () => {
    const reference = mup(mlp);
    const settings = settingsOf(reference, adamW(reference, { learningRate: 0.02, weightDecay: 0.3 }));
    const model = applyTargetSettings(sp(mlp), settings);
    const plain = tf.train.adam(0.5);
    const optimizer = targetRates(plain, model, settings);
    setRate(opened(plain), 0);
    const again = optimizerSettings(model, anew(optimizer));
    expect(again.optimizer.decayForm).toBe('decoupled');
    for (const [name, { learningRate, weightDecay, epsilon }] of Object.entries(again.parameters)) {
      const wanted = settings.parameters[name];
      expect(learningRate! / wanted.learningRate!).toBeCloseTo(1, 9);
      expect(weightDecay).toBe(wanted.weightDecay);
      expect(epsilon! / wanted.epsilon!).toBeCloseTo(1, 9);
    }
  });

  it('refuses a parameter that starts at zero and is not to, and a multiplier of 0, and changes nothing then', () => {
    const reference = mup(withReadout);
    const settings = settingsOf(reference, adam(reference, { learningRate: 0.02 }));
    const changed = (name: string, change: object): TargetSettings => ({
      ...settings,
      parameters: { ...settings.parameters, [name]: { ...settings.parameters[name], ...change } },
    });
    const model = sp(withReadout);
    const before = values(model);
    expect(() => applyTargetSettings(model, changed('dense_2/bias', { initStd: 0.5 }))).toThrow(
      /dense_2\/bias starts at zero, in the settings at an RMS of 0.5/,
    );
    expect(() => applyTargetSettings(model, changed('readout/kernel', { multiplier: 0 }))).toThrow(
      /readout\/kernel is to be multiplied by 0, which is no multiple of the 3 of its layer/,
    );
    expect(values(model)).toEqual(before);
    applyTargetSettings(model, changed('dense_2/kernel', { initStd: 0 }));
    expect([...model.getWeights()[2].dataSync()].every((value) => value === 0)).toBe(true);
  });

  it('refuses a tied readout that the model lacks, or that the settings do', () => {
    const reference = mup(withTied);
    const settings = settingsOf(reference, adam(reference, { learningRate: 0.02 }));
    const name = 'embedding_1/embeddings';
    const withTies = (tied: object | undefined) =>
      ({ ...settings, parameters: { [name]: { ...settings.parameters[name], tied } } }) as TargetSettings;
    expect(() => applyTargetSettings(sp(withTied), withTies(undefined))).toThrow(
      /is used by logits, too, of which the settings say nothing/,
    );
    expect(() => applyTargetSettings(sp(withTied), withTies({ logits: 1, other: 2 }))).toThrow(
      /is to be used by other, too/,
    );
    expect(() => applyTargetSettings(sp(withTied), withTies({ logits: 0 }))).toThrow(/multiplied by 0, .* in logits/);
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
