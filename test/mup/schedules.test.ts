import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf } from '../../src/engine/tf.js';
import { muon } from '../../src/mup/muon.js';
import { adam, adamW, sgd } from '../../src/mup/optimizers.js';
import { scaled } from '../../src/mup/scaled-optimizer.js';
import { schedule } from '../../src/mup/scheduled-optimizer.js';
import { schedules, type Schedule } from '../../src/mup/schedules.js';
import { BASE, build, loss, multipliers, train, values, variableName } from './small-mlp.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

/** Factors at some steps, without the last few bits. */
const at = (shape: Schedule, steps: number[]) => steps.map((step) => rounded(shape(step)));
const rounded = (value: number) => Number(value.toFixed(12));

describe('schedules', () => {
  it('constant is 1', () => expect(at(schedules.constant(), [0, 7])).toEqual([1, 1]));

  it('linearWarmUp rises from 1/steps to 1 and stays', () =>
    expect(at(schedules.linearWarmUp({ steps: 4 }), [0, 1, 2, 3, 4, 9])).toEqual([0.25, 0.5, 0.75, 1, 1, 1]));

  it('linearDecay falls from 1 to the final factor', () => {
    expect(at(schedules.linearDecay({ steps: 4 }), [0, 1, 3, 4, 9])).toEqual([1, 0.75, 0.25, 0, 0]);
    const warmed = schedules.linearDecay({ steps: 6, warmUpSteps: 2, finalFactor: 0.2 });
    expect(at(warmed, [0, 1, 2, 4, 6])).toEqual([0.5, 1, 1, 0.6, 0.2]);
  });

  it('cosineDecay is half way down at half time, and at 1/2 ± √2/4 at the quarters', () => {
    const [early, late] = [rounded(0.5 + Math.SQRT2 / 4), rounded(0.5 - Math.SQRT2 / 4)];
    expect(at(schedules.cosineDecay({ steps: 8 }), [0, 2, 4, 6, 8, 99])).toEqual([1, early, 0.5, late, 0, 0]);
    const warmed = schedules.cosineDecay({ steps: 10, warmUpSteps: 2, finalFactor: 0.1 });
    expect(at(warmed, [1, 2, 6, 10])).toEqual([1, 1, 0.55, 0.1]);
  });

  it('refuses steps that are not whole, or end before the warm-up does', () => {
    expect(() => schedules.linearWarmUp({ steps: 0 })).toThrow(/linearWarmUp to be a whole number from 1, got 0/);
    expect(() => schedules.cosineDecay({ steps: 5, warmUpSteps: 5 })).toThrow(/whole number from 6, got 5/);
    expect(() => schedules.linearDecay({ steps: 2.5 })).toThrow(/got 2.5/);
  });
});

describe('schedule', () => {
  it('shows the rate that the next update takes, and scales every group with it', () => {
    const model = build(32);
    const optimizer = schedule(adam(model, { learningRate: 1 }), schedules.linearWarmUp({ steps: 4 }));
    const shown: number[] = [];
    for (let step = 0; step < 5; step += 1) {
      shown.push(optimizer.learningRate);
      expect(multipliers(model, optimizer)).toEqual([1, 1, 1 / 8, 1 / 8, 1]);
      optimizer.minimize(() => loss(model));
    }
    expect(shown).toEqual([0.25, 0.5, 0.75, 1, 1]);
    expect([optimizer.getClassName(), optimizer.iterations]).toEqual(['Adam', 5]);
  });

  it.each([
    ['sgd', (model: ReturnType<typeof build>, learningRate: number) => sgd(model, { learningRate, momentum: 0.9 })],
    ['muon', (model, learningRate) => muon(model, { learningRate, adam: { learningRate: learningRate / 4 } })],
    ['scaled', (model, learningRate) => scaled(tf.train.adamax(learningRate), model)],
  ] satisfies [string, (model: ReturnType<typeof build>, learningRate: number) => ReturnType<typeof scaled>][])(
    'trains as setting the rate by hand before each step does, with %s',
    (_, make) => {
      const [model, reference] = [build(32), build(32)];
      const factors = [0.5, 1, 0.25];
      const byHand = make(reference, 0.125);
      for (const factor of factors) {
        byHand.learningRate = 0.125 * factor;
        byHand.minimize(() => loss(reference));
      }
      expect(
        train(
          model,
          schedule(make(model, 0.125), (step) => factors[step] ?? 1),
          3,
        ),
      ).toEqual(values(reference));
    },
  );

  it('is the optimizer itself under a constant schedule, TF.js’s own included', () => {
    const plain = train(build(BASE), tf.train.momentum(0.1, 0.9));
    expect(train(build(BASE), schedule(tf.train.momentum(0.1, 0.9), schedules.constant()))).toEqual(plain);
  });

  it('goes on from the steps that an optimizer has behind it', () => {
    const model = build(BASE);
    const optimizer = adam(model, { learningRate: 1 });
    train(model, optimizer, 3);
    const scheduled = schedule(optimizer, schedules.linearDecay({ steps: 4 }));
    expect([scheduled.iterations, scheduled.learningRate]).toEqual([3, 0.25]);
  });

  it('goes around another: the factors of both multiply, and a factor of 0 is none for good', () => {
    const model = build(BASE);
    const warm = schedule(adam(model, { learningRate: 1 }), (step) => Math.min(1, step / 4));
    const both = schedule(warm, (step) => (step < 4 ? 1 : 0.5));
    const shown: number[] = [];
    for (let step = 0; step < 6; step += 1) {
      shown.push(both.learningRate);
      both.minimize(() => loss(model));
    }
    expect(shown).toEqual([0, 0.25, 0.5, 0.75, 0.5, 0.5]);
  });

  it('sets what the factors multiply where the rate is set', () => {
    const model = build(32);
    const optimizer = schedule(sgd(model, { learningRate: 1 }), schedules.linearDecay({ steps: 4 }));
    optimizer.minimize(() => loss(model));
    expect(optimizer.learningRate).toBe(0.75);
    optimizer.learningRate = 0.5;
    expect(optimizer.learningRate).toBe(0.375);
    expect(optimizer.effectiveLearningRate(variableName(model, 'dense_3/kernel'))).toBe(0.375 / 8);
  });

  it('moves nothing at factor 0, decay included, coupled, independent and by L2', () => {
    const decayed = [
      (model: ReturnType<typeof build>) => adamW(model, { learningRate: 0.1, weightDecay: 0.5 }),
      (model: ReturnType<typeof build>) =>
        adamW(model, { learningRate: 0.1, weightDecay: 0.5, independentWeightDecay: true }),
      (model: ReturnType<typeof build>) => sgd(model, { learningRate: 0.1, weightDecay: 0.5 }),
    ];
    for (const make of decayed) {
      const model = build(32);
      const start = values(model);
      expect(
        train(
          model,
          schedule(make(model), () => 0),
          2,
        ),
      ).toEqual(start);
    }
  });

  it('refuses a factor that is negative or no number, at the step it comes up', () => {
    const model = build(BASE);
    expect(() => schedule(sgd(model, { learningRate: 1 }), () => Number.NaN)).toThrow(/step 0 to be a number from 0/);
    const optimizer = schedule(sgd(model, { learningRate: 1 }), (step) => 1 - step);
    optimizer.minimize(() => loss(model));
    expect(() => optimizer.minimize(() => loss(model))).toThrow(/step 2 to be a number from 0, got -1/);
  });
});
