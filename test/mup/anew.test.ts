import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type LayersModel, type Optimizer } from '../../src/engine/tf.js';
import { anew } from '../../src/mup/anew.js';
import { multiplyUpdates } from '../../src/mup/multiplied.js';
import { muon } from '../../src/mup/muon.js';
import { adagrad, adam, adamW, lion, rmsprop, sgd } from '../../src/mup/optimizers.js';
import { scaled } from '../../src/mup/scaled-optimizer.js';
import { schedule } from '../../src/mup/scheduled-optimizer.js';
import { build, train } from './small-mlp.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const learningRate = 0.01;

const OPTIMIZERS: Record<string, (model: LayersModel) => Optimizer> = {
  sgd: (model) => sgd(model, { learningRate, momentum: 0.9, weightDecay: 0.1 }),
  adam: (model) => adam(model, { learningRate, weightDecay: 0.1 }),
  adamW: (model) => adamW(model, { learningRate, weightDecay: 0.1, independentWeightDecay: true }),
  rmsprop: (model) => rmsprop(model, { learningRate, rateMultipliers: { '*bias': 2 } }),
  adagrad: (model) => adagrad(model, { learningRate }),
  lion: (model) => lion(model, { learningRate, weightDecay: 0.1 }),
  muon: (model) => muon(model, { learningRate, adam: { learningRate } }),
  scaled: (model) => scaled(tf.train.adamax(learningRate), model, { rateMultipliers: { '*bias': 2 } }),
  schedule: (model) => schedule(adam(model, { learningRate }), (step) => 1 / (step + 1)),
  multiplied: (model) => multiplyUpdates(tf.train.adam(learningRate), model, { '*bias': 2 }),
  'a schedule around scaled': (model) => schedule(scaled(tf.train.adam(learningRate), model), (step) => step / 8),
  'a schedule around TF.js’s own': () => schedule(tf.train.adam(learningRate), (step) => 1 / (step + 2)),
  'a schedule around a schedule': (model) => {
    return schedule(
      schedule(adam(model, { learningRate }), (step) => (step + 1) / 8),
      (step) => 1 / (step + 1),
    );
  },
  'TF.js’s own': () => tf.train.momentum(learningRate, 0.9),
};

describe('anew', () => {
  it.each(Object.entries(OPTIMIZERS))('has the settings of the given one and no state, %s', (_, make) => {
    const [model, reference] = [build(32), build(32)];
    const start = model.getWeights().map((w) => tf.clone(w));
    const used = make(model);
    train(model, used);
    model.setWeights(start);
    const fresh = anew(used);
    expect([fresh === used, fresh.iterations]).toEqual([false, 0]);
    expect(train(model, fresh)).toEqual(train(reference, make(reference)));
    expect(anew(anew(used)).getClassName()).toBe(used.getClassName());
  });

  it('is the given one itself where its class says nothing of how it is made', () => {
    class Own extends tf.SGDOptimizer {}
    class Plain extends tf.Optimizer {
      readonly rate: number;
      constructor(rate: number) {
        super();
        this.rate = rate;
      }
      override applyGradients(): void {}
      override getConfig() {
        return { rate: this.rate };
      }
    }
    const plain = new Plain(0.5);
    expect(anew(plain)).toBe(plain);
    // What it inherits from SGD is a way.
    const own = new Own(0.5);
    expect(anew(own)).not.toBe(own);
    expect(anew(own)).toBeInstanceOf(Own);
  });
});
