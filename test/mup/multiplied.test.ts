import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type LayersModel, type Optimizer } from '../../src/engine/tf.js';
import { optimizerSettings } from '../../src/mup/optimizer-settings.js';
import { adam, adamW, sgd } from '../../src/mup/optimizers.js';
import { multiplyInit, multiplyUpdates } from '../../src/mup/multiplied.js';
import { build, largestGap, mlp, train, values, variableName } from './small-mlp.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

/** The MLP without base shapes, with the same weights whenever asked. */
const plain = () => withSeededRandom('weights', () => mlp(8));

describe('multiplyInit', () => {
  it('multiplies the initial values it names, and leaves the others, bit for bit', () => {
    const [before, after] = [plain(), multiplyInit(plain(), { 'dense_2/kernel': 0.25 })];
    const [a, b] = [before.getWeights(), after.getWeights()].map((all) => all.map((w) => [...w.dataSync()]));
    expect(b[2]).toEqual(a[2].map((v) => v * 0.25));
    expect(b.filter((_, i) => i !== 2)).toEqual(a.filter((_, i) => i !== 2));
  });

  it('refuses a name that the model lacks', () => {
    expect(() => multiplyInit(plain(), { 'dense_9/kernel': 2 })).toThrow(
      /the factors of initial values to match parameters, but 'dense_9\/kernel' matches none/,
    );
  });
});

describe('multiplyUpdates', () => {
  it('does to SGD what another rate does', () => {
    const [a, b] = [plain(), plain()];
    const halved = multiplyUpdates(tf.train.sgd(0.2), a, { '*': 0.5 });
    expect(largestGap(train(a, halved), train(b, tf.train.sgd(0.1)))).toBeLessThan(1e-6);
  });

  it('equals the rates of mup.adam where it is given the same', () => {
    const [a, b] = [build(32), build(32)];
    const scaled = multiplyUpdates(tf.train.adam(0.01), a, { 'dense_2/kernel': 1 / 8, 'dense_3/kernel': 1 / 8 });
    const options = { learningRate: 0.01, scaleEpsilon: false };
    expect(largestGap(train(a, scaled), train(b, adam(b, options)))).toBeLessThan(1e-6);
  });

  it('multiplies what a scaled optimizer does already, and shows the rate that comes of it', () => {
    const model = build(32);
    const optimizer = multiplyUpdates(adam(model, { learningRate: 0.01 }), model, { 'dense_2/kernel': 3 });
    const name = variableName(model, 'dense_2/kernel');
    expect(optimizer.effectiveLearningRate(name)).toBeCloseTo((0.01 * 3) / 8, 12);
  });

  it('scales gradients as an epsilon scaled by the inverse does, inside RMSProp’s root by its square', () => {
    const [a, b] = [plain(), plain()];
    const gradients = multiplyUpdates(tf.train.rmsprop(0.01, 0.9, 0, 1e-2), a, {}, { gradients: { '*': 10 } });
    expect(largestGap(train(a, gradients), train(b, tf.train.rmsprop(0.01, 0.9, 0, 1e-4)))).toBeLessThan(1e-6);
  });

  it.each<[string, () => Optimizer, () => Optimizer]>([
    ['Adam', () => tf.train.adam(0.01, 0.9, 0.999, 1e-2), () => tf.train.adam(0.01, 0.9, 0.999, 1e-3)],
    ['RMSProp', () => tf.train.rmsprop(0.01, 0.9, 0, 1e-2), () => tf.train.rmsprop(0.01, 0.9, 0, 1e-4)],
    ['SGD', () => tf.train.sgd(0.01), () => tf.train.sgd(0.1)],
  ])('shows the settings that train without the factor of gradients as it trains with it, %s', (_, given, same) => {
    const [a, b] = [plain(), plain()];
    const optimizer = multiplyUpdates(given(), a, {}, { gradients: { '*': 10 } });
    const shown = Object.values(optimizerSettings(a, optimizer).parameters);
    const expected = Object.values(optimizerSettings(b, same()).parameters);
    for (const [i, { learningRate, epsilon }] of shown.entries()) {
      expect(learningRate).toBeCloseTo(expected[i].learningRate!, 12);
      expect((epsilon ?? 1) / (expected[i].epsilon ?? 1)).toBeCloseTo(1, 12);
    }
    expect(largestGap(train(a, optimizer), train(b, same()))).toBeLessThan(1e-6);
  });

  it('divides a decay that comes after the factor of gradients by it, and leaves one beside the update', () => {
    const decayOf = (make: (model: LayersModel) => Optimizer) => {
      const model = build(4);
      const optimizer = multiplyUpdates(make(model), model, {}, { gradients: { '*': 10 } });
      const { learningRate, weightDecay } = optimizerSettings(model, optimizer).parameters['dense_2/kernel'];
      return [learningRate, weightDecay];
    };
    expect(decayOf((m) => adam(m, { learningRate: 0.5, weightDecay: 0.2 }))).toEqual([0.5, 0.02]);
    expect(decayOf((m) => adamW(m, { learningRate: 0.5, weightDecay: 0.2 }))).toEqual([0.5, 0.2]);
    expect(decayOf((m) => sgd(m, { learningRate: 0.5, weightDecay: 0.2 }))).toEqual([5, 0.02]);
  });

  it('shows the inner epsilon while every gradient stays what it is, and none else', () => {
    const model = plain();
    const epsilonOf = (factor: number) => {
      const optimizer = multiplyUpdates(
        tf.train.adam(0.1, 0.9, 0.999, 1e-3),
        model,
        {},
        { gradients: { '*': factor } },
      );
      return (optimizer as Optimizer & { epsilon?: number }).epsilon;
    };
    expect(epsilonOf(1)).toBe(1e-3);
    expect(epsilonOf(10)).toBeUndefined();
  });

  it('leaves no tensor behind', () => {
    const model = plain();
    const optimizer = multiplyUpdates(tf.train.sgd(0.1), model, { '*': 2 }, { gradients: { '*': 3 } });
    const before = tf.memory().numTensors;
    tf.tidy(() => void train(model, optimizer, 1));
    expect(tf.memory().numTensors - before).toBe(0);
    expect(values(model).every(Number.isFinite)).toBe(true);
  });
});
