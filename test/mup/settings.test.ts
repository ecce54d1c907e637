import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf } from '../../src/engine/tf.js';
import { attentionScale } from '../../src/mup/attention-scale.js';
import { muon } from '../../src/mup/muon.js';
import { adagrad, adam, adamW, lion, rmsprop, sgd } from '../../src/mup/optimizers.js';
import { parametrize } from '../../src/mup/parametrize.js';
import { scaled } from '../../src/mup/scaled-optimizer.js';
import { schedule } from '../../src/mup/scheduled-optimizer.js';
import { schedules } from '../../src/mup/schedules.js';
import { BASE, build, mlp } from './small-mlp.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const MAKERS = { sgd, adam, adamW, rmsprop, adagrad, lion };

describe('settings that are numbers', () => {
  it.each(Object.entries(MAKERS))('may not be below their range or none, %s', (name, make) => {
    const model = build(8);
    for (const learningRate of [-1, Number.NaN, Number.POSITIVE_INFINITY, '1' as never, undefined as never])
      expect(() => make(model, { learningRate })).toThrow(
        `expected learningRate to be a finite number from 0, got ${learningRate}, in mup.${name}`,
      );
    expect(() => make(model, { learningRate: 0 })).not.toThrow();
  });

  it.each([
    [() => sgd(build(8), { learningRate: 1, weightDecay: -0.1 }), 'weightDecay to be a finite number from 0, got -0.1'],
    [() => adam(build(8), { learningRate: 1, weightDecay: Number.NaN }), 'weightDecay to be a finite number from 0'],
    [() => sgd(build(8), { learningRate: 1, momentum: 1 }), 'momentum to be a number from 0 to below 1, got 1'],
    [() => adamW(build(8), { learningRate: 1, weightDecay: -1 }), 'weightDecay'],
    [() => adamW(build(8), { learningRate: 1, beta2: 1 }), 'beta2 to be a number from 0 to below 1, got 1'],
    [() => adam(build(8), { learningRate: 1, epsilon: -1e-8 }), 'epsilon to be a finite number from 0, got -1e-8'],
    [() => rmsprop(build(8), { learningRate: 1, decay: 9 }), 'decay to be a number from 0 to below 1, got 9'],
    [() => adagrad(build(8), { learningRate: 1, initialAccumulatorValue: -1 }), 'initialAccumulatorValue'],
    [() => lion(build(8), { learningRate: 1, beta1: -0.1 }), 'beta1 to be a number from 0 to below 1, got -0.1'],
    [
      () => muon(build(8), { learningRate: 1, newtonSchulzSteps: 2.5, adam: { learningRate: 1 } }),
      'newtonSchulzSteps to be a whole number from 1, got 2.5, in mup.muon',
    ],
    [
      () => muon(build(8), { learningRate: 1, adam: { learningRate: -1 } }),
      'learningRate to be a finite number from 0, got -1, in adam of mup.muon',
    ],
    [() => schedules.cosineDecay({ steps: 5, finalFactor: -1 }), 'finalFactor to be a finite number from 0, got -1'],
    [() => attentionScale({ headSize: 0 }), 'headSize to be a finite number above 0, got 0'],
    [() => attentionScale({ headSize: 4, baseHeadSize: Number.NaN }), 'baseHeadSize to be a finite number above 0'],
  ])('are refused with a sentence, case %#', (make, sentence) => expect(make).toThrow(sentence));
});

describe('what only the type checker would refuse', () => {
  it('is refused: multipliers inside muon’s adam, an unknown family, a schedule that is none', () => {
    const model = build(8);
    const adamOfMuon = { learningRate: 1, rateMultipliers: { '*': 2 } };
    expect(() => muon(model, { learningRate: 1, adam: adamOfMuon })).toThrow(/rateMultipliers beside adam/);
    expect(() => scaled(tf.train.sgd(1), model, { family: 'adam' as never })).toThrow(/SGD with the family 'adam'/);
    expect(() => scaled(tf.train.sgd(1), model, { family: 'constructor' as never })).toThrow(/with the family/);
    expect(() => schedule(tf.train.sgd(1), 0.5 as never)).toThrow(/the schedule to be a function, got number/);
    expect(() => schedule(tf.train.sgd(1), (() => {}) as never)).toThrow(/step 0 to be a number from 0, got undefined/);
  });
});

describe('parametrize', () => {
  it('refuses a delta width that is the base width', () =>
    expect(() => parametrize(mlp, { width: 32, baseWidth: BASE, deltaWidth: BASE })).toThrow(
      /deltaWidth to be another than baseWidth, got 4 for both/,
    ));
});

describe('scaled', () => {
  it('refuses an optimizer that has scaled rates already', () => {
    const model = build(32);
    expect(() => scaled(adam(model, { learningRate: 1 }), model)).toThrow(/got Adam with rates of its own/);
    expect(() => scaled(scaled(tf.train.sgd(1), model), model)).toThrow(/got SGD with rates of its own/);
  });
});
