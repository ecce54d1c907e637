import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProgressEvent } from '../../src/capture/progress.js';
import { tf } from '../../src/engine/tf.js';
import { defineModel } from '../../src/model/definition.js';
import { mup } from '../../src/mup/index.js';
import { tune, type TuneOptions } from '../../src/transfer/tune.js';

const machine = vi.hoisted(() => ({ bytes: 0 }));
vi.mock('node:os', async (importOriginal) => ({
  ...(await importOriginal<typeof import('node:os')>()),
  totalmem: () => machine.bytes,
}));

/** More than a process needs by itself, by so much. */
const PROCESS = 220 * 2 ** 20;

/** A 5-w-w-3 MLP in µP that some widths lack, at some setting. */
function mlp(lacks: (width: number, heads: number) => boolean = () => false) {
  const at = (w: number) =>
    tf.sequential({
      layers: [
        tf.layers.dense({ units: w, inputShape: [5], activation: 'relu' }),
        tf.layers.dense({ units: w }),
        mup.layers.readout({ units: 3, name: 'readout' }),
      ],
    });
  return defineModel({
    name: 'mlp',
    widths: [8, 16],
    hyperparameters: { learningRate: 2 ** -6, heads: 1 },
    build: ({ width, hyperparameters: { heads } }) => {
      if (width > 64) throw new Error(`width ${width} is not to be built to find out that it does not fit`);
      if (lacks(width, heads)) throw new Error(`no ${width}`);
      return mup.parametrize((w) => at(w), { width, baseWidth: 8 });
    },
    batch: ({ seed, step }) => ({
      x: tf.randomNormal([6, 5], 0, 1, 'float32', 1 + 1000 * seed + step),
      y: tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'), 3),
    }),
    loss: 'softmaxCrossEntropy',
    optimizer: ({ model, hyperparameters: { learningRate, heads } }) =>
      mup.adam(model, { learningRate: learningRate * heads }),
  });
}

let trained: string[] = [];
const OPTIONS: TuneOptions = {
  steps: 2,
  trials: 4,
  seeds: 2,
  engine: 'cpu',
  onProgress: (event: ProgressEvent) => {
    if (event.type === 'plan') trained.push(event.stage ?? '');
  },
};
beforeEach(() => {
  machine.bytes = 2 ** 35;
  trained = [];
});

describe('a target that does not fit', () => {
  it('is extrapolated where the proxy can be made twice and four times as wide', async () => {
    const { target, targetNotes } = await tune(mlp(), { ...OPTIONS, targetWidth: 2 ** 20 });
    expect(target?.parameters['dense_2/kernel']?.shape).toEqual([2 ** 20, 2 ** 20]);
    expect(targetNotes[0]).toMatch(/^Extrapolated/);
  });

  it.each([16, 32])('is refused before anything is trained where the model lacks width %i', async (lacking) => {
    const tuning = tune(
      mlp((width) => width === lacking),
      { ...OPTIONS, targetWidth: 2 ** 20 },
    );
    await expect(tuning).rejects.toThrow(
      new RegExp(`from models of widths 8, 16, 32, but expected build\\(\\) .* at width ${lacking}, but: Error: no`),
    );
    expect(trained).toEqual([]);
  });

  it('is refused before anything is trained where four times the proxy does not fit either', async () => {
    machine.bytes = PROCESS + 70_000;
    const far = tune(mlp(), { ...OPTIONS, targetWidth: 4096 });
    await expect(far).rejects.toThrow(/width 4096, which does not fit.* but width 32 needs about/);
    expect(trained).toEqual([]);
  });

  it('is refused before anything is trained where four times the proxy is no narrower', async () => {
    machine.bytes = PROCESS + 70_000;
    const near = tune(mlp(), { ...OPTIONS, targetWidth: 30 });
    await expect(near).rejects.toThrow(/width 30, which does not fit.* but width 32 is no narrower than the target/);
    expect(trained).toEqual([]);
  });
});

describe('a target that cannot be built with what was chosen', () => {
  it('costs the target, not the tuning', async () => {
    const options = { ...OPTIONS, targetWidth: 32, space: { heads: [2, 3] } };
    const result = await tune(
      mlp((width, heads) => width === 32 && heads !== 1),
      options,
    );
    expect(result).toMatchObject({ outcome: 'tuned', target: null, cost: { targetFlops: null } });
    expect(result.notes).toContainEqual(
      expect.stringMatching(/^There are no settings for width 32: with the chosen setting, expected build\(\)/),
    );
  });
});

describe('the cost of a tuning', () => {
  it("counts the target's step at the chosen setting, and says what it takes the trials for", async () => {
    const model = defineModel({
      ...mlp(),
      hyperparameters: { learningRate: 2 ** -6, units: 2 },
      build: ({ width, hyperparameters: { units } }) =>
        tf.sequential({
          layers: [
            tf.layers.dense({ units: width * units, inputShape: [5], activation: 'relu' }),
            tf.layers.dense({ units: 3 }),
          ],
        }),
      optimizer: ({ hyperparameters: { learningRate } }) => tf.train.adam(learningRate),
    });
    const { chosen, cost } = await tune(model, { ...OPTIONS, targetWidth: 64, space: { units: [4, 8] } });
    const wide = 64 * (chosen?.values['units'] as number);
    // 2 · 6 examples · (5·w + w·3) forward, and backward twice that but for the gradient of the input.
    expect(cost?.targetFlops).toBe(2 * 2 * 6 * (3 * (5 * wide + 3 * wide) - 5 * wide));
    expect(cost?.assumptions).toContain(
      "A step of every trial costs what it does at the model's own setting; that of the target is counted at the chosen one.",
    );
  });
});
