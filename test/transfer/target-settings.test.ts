import { describe, expect, it } from 'vitest';
import { withTrials } from '../../src/capture/trials.js';
import { tf, type Optimizer } from '../../src/engine/tf.js';
import { defineModel } from '../../src/model/definition.js';
import { mup } from '../../src/mup/index.js';
import { targetSettings } from '../../src/transfer/target-settings.js';
import { tuningSeeds, type Tuning } from '../../src/transfer/tuning.js';
import { tune, type TuneOptions } from '../../src/transfer/tune.js';

/** An optimizer that does not show what it does with each parameter. */
class Own {
  readonly #inner: Optimizer;

  constructor(learningRate: number) {
    this.#inner = tf.train.sgd(learningRate);
  }

  applyGradients(gradients: never): void {
    this.#inner.applyGradients(gradients);
  }
}

/** A 5-w-w-3 MLP in µP. */
function mlp({ schedule = false, weightDecay = 0.1, plain = false, own = false } = {}) {
  const at = (w: number) =>
    tf.sequential({
      layers: [
        tf.layers.dense({ units: w, inputShape: [5], activation: 'relu', kernelInitializer: 'heNormal' }),
        tf.layers.dense({ units: w, activation: 'relu', kernelInitializer: 'heNormal' }),
        mup.layers.readout({ units: 3, kernelInitializer: 'heNormal', name: 'readout' }),
      ],
    });
  return defineModel({
    name: 'mlp',
    widths: [8, 16, 32],
    hyperparameters: { learningRate: 2 ** -6 },
    build: ({ width }) => mup.parametrize(at, { width, baseWidth: 8 }),
    batch: ({ seed, step }) => ({
      x: tf.randomNormal([6, 5], 0, 1, 'float32', 1 + 1000 * seed + step),
      y: tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'), 3),
    }),
    loss: 'softmaxCrossEntropy',
    optimizer: ({ model, hyperparameters: { learningRate } }) => {
      if (plain) return tf.train.adam(learningRate);
      if (own) return new Own(learningRate);
      const adamW = mup.adamW(model, { learningRate, weightDecay, epsilon: 1e-6 });
      return schedule ? mup.schedule(adamW, (step) => Math.min(1, step / 4)) : adamW;
    },
  });
}

const OPTIONS: TuneOptions = { steps: 2, trials: 9, seeds: 2, engine: 'cpu' };

describe("a target's settings", () => {
  it('are those of the model built there: hand-computed rates, decays, epsilons, multipliers and sizes', async () => {
    const { target, chosen, targetNotes, cost } = await tune(mlp(), { ...OPTIONS, targetWidth: 64, targetSteps: 20 });
    const rate = chosen?.values['learningRate'] as number;
    const m = 64 / 8;
    expect(target).toMatchObject({
      targetWidth: 64,
      hyperparameters: { learningRate: rate },
      optimizer: { className: 'AdamW' },
    });
    const rows = Object.fromEntries(Object.entries(target?.parameters ?? {}));
    const row = (name: string) => rows[name];
    expect([row('dense_1/kernel'), row('dense_2/kernel'), row('readout/kernel')].map((r) => r?.learningRate)).toEqual([
      rate,
      rate / m,
      rate,
    ]);
    expect(row('dense_2/kernel')).toMatchObject({
      shape: [64, 64],
      weightDecay: 0.1 * m,
      epsilon: 1e-6 / m,
      multiplier: 1,
    });
    expect(row('readout/kernel')).toMatchObject({ shape: [64, 3], weightDecay: 0.1, multiplier: 1 / m });
    expect(row('dense_2/bias')).toMatchObject({ initStd: 0, learningRate: rate });
    // He at base width, √(2 / 8), times m^-½, truncated at two of its standard deviations; within five standard errors.
    const std = row('dense_2/kernel').initStd!;
    expect(Math.abs(std / (0.8796 * Math.sqrt(2 / 64)) - 1)).toBeLessThan(5 / Math.sqrt(2 * 64 * 64));
    expect(targetNotes).toEqual([expect.stringMatching(/^Measured on the model built at width 64/)]);
    // 2 · 6 examples · (5·64 + 64·64 + 64·3) forward; twice that backward, but for the gradient of the input.
    const step = (w: number) => 2 * 6 * (3 * (w * w + 3 * w) + 2 * 5 * w);
    expect(cost?.targetFlops).toBe(20 * step(64));
    expect(cost?.directRatio).toBeCloseTo(step(64) / step(8), 9);
  });

  it('are the same extrapolated from narrower widths', async () => {
    const request = { widths: [8], seeds: 1 };
    await withTrials(mlp(), { engine: 'cpu', request }, async (trials) => {
      const tuning: Tuning = {
        trials,
        width: 8,
        depth: null,
        steps: 2,
        hyperparameters: { learningRate: 2 ** -6 },
        space: [],
        ...tuningSeeds(0, 2),
      };
      const [built, extrapolated] = [
        await targetSettings(tuning, { width: 256, fits: true }, {}),
        await targetSettings(tuning, { width: 256, fits: false }, {}),
      ];
      expect(extrapolated.notes[0]).toMatch(/^Extrapolated: .*widths 8, 16, 32/);
      for (const [name, row] of Object.entries(built.settings.parameters)) {
        const other = extrapolated.settings.parameters[name];
        const { initStd, ...exact } = row;
        expect({ name, ...other }).toMatchObject({ name, ...exact });
        // The draw it goes on from has 32 · 5 numbers at the least; those of the readout too few to tell a power.
        const gap = Math.abs((other.initStd ?? initStd!) - initStd!);
        expect(gap).toBeLessThanOrEqual(0.25 * initStd!);
      }
      expect(extrapolated.settings.parameters['dense_2/kernel']?.initStd).not.toBeNull();
    });
  });

  it('come with what may not hold there', async () => {
    const options = { ...OPTIONS, steps: 4, targetWidth: 16, targetSteps: 20, targetBatch: 12 };
    const { notes, cost, target } = await tune(mlp({ schedule: true }), options);
    expect(target?.optimizer.isScheduled).toBe(true);
    expect(notes).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^The proxy is 8 wide: below 64/),
        expect.stringMatching(/^The target trains 20 steps, the proxy 4/),
        expect.stringMatching(/^The learning rate follows a schedule, which is to be stretched over 20 steps/),
        expect.stringMatching(/^The target's batch is 12, the proxy's 6/),
      ]),
    );
    const step = (w: number) => 2 * 6 * (3 * (w * w + 3 * w) + 2 * 5 * w);
    expect(cost?.targetFlops).toBe(20 * 2 * step(16));
    expect(cost?.assumptions).toContainEqual(expect.stringMatching(/12 examples in the target, 6 in the proxy/));
  });

  it('are not known of an optimizer that does not show what it does', async () => {
    const { target, targetNotes } = await tune(mlp({ own: true }), { ...OPTIONS, targetWidth: 16 });
    expect(targetNotes).toContainEqual(expect.stringMatching(/^Own is neither TF.js's nor of coordcheck\/mup/));
    expect(target?.parameters['dense_1/kernel']).toMatchObject({
      learningRate: null,
      weightDecay: null,
      multiplier: 1,
    });
  });

  it('come with a warning where rungs end before a schedule does', async () => {
    const early = expect.stringMatching(
      /^The learning rate follows a schedule, and the early rungs end before it does/,
    );
    const long = { ...OPTIONS, steps: 30 };
    expect((await tune(mlp({ schedule: true }), long)).notes).toContainEqual(early);
    expect((await tune(mlp({ schedule: true }), { ...long, search: 'random' })).notes).not.toContainEqual(early);
    expect((await tune(mlp(), long)).notes).not.toContainEqual(early);
  });

  it('say where the optimizer has one rate for all', async () => {
    const { notes, target } = await tune(mlp({ plain: true }), { ...OPTIONS, targetWidth: 16 });
    expect(notes).toContainEqual(expect.stringMatching(/^Adam has one rate for all parameters as far as it shows/));
    const rates = Object.values(target?.parameters ?? {}).map(({ learningRate }) => learningRate);
    expect(new Set(rates).size).toBe(1);
  });
});
