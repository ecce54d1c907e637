import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type LayersModel } from '../../src/engine/tf.js';
import { adam } from '../../src/mup/optimizers.js';
import { namedParameters } from '../../src/mup/parameters.js';
import { parametrize } from '../../src/mup/parametrize.js';
import { optimizerOf } from '../../src/model/optimizer.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

describe('optimizerOf', () => {
  it('makes the optimizer of µP that a model was compiled with anew at every call', () => {
    const mlp = (width: number): LayersModel =>
      tf.sequential({
        layers: [
          tf.layers.dense({ units: width, inputShape: [3] }),
          tf.layers.dense({ units: width }),
          tf.layers.dense({ units: 2 }),
        ],
      });
    const model = parametrize(mlp, { width: 32, baseWidth: 4 });
    const compiled = adam(model, { learningRate: 0.25 });
    model.compile({ optimizer: compiled, loss: 'meanSquaredError' });
    const definition = { build: () => model };
    const made = [0, 1].map(() => optimizerOf(model as never, definition as never, {}) as unknown as typeof compiled);
    expect(new Set([compiled, ...made]).size).toBe(3);
    const hidden = namedParameters(model).find(({ name }) => name === 'dense_2/kernel')!.variable.name;
    expect(made.map((optimizer) => optimizer.effectiveLearningRate(hidden))).toEqual([0.25 / 8, 0.25 / 8]);
  });
});
