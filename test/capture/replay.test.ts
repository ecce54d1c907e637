import { expect, it } from 'vitest';
import { capture } from '../../src/capture/capture.js';
import type { LazyBackend } from '../../src/engine/onnx/lazy-backend.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf } from '../../src/engine/tf.js';
import { defineModel } from '../../src/model/definition.js';
import { mup, type ModelLike } from '../../src/mup/index.js';

/** A perceptron, with or without dropout, trained on a new batch in every step. */
function definition(make: (model: ModelLike) => InstanceType<typeof tf.Optimizer>, rate: number) {
  return defineModel({
    name: 'replayed',
    build: ({ tf, width, parametrization }) => {
      const layers = (units: number) => [
        tf.layers.dense({ units, activation: 'relu', inputShape: [12] }),
        ...(rate > 0 ? [tf.layers.dropout({ rate })] : []),
        tf.layers.dense({ units, activation: 'tanh' }),
        tf.layers.dense({ units: 4 }),
      ];
      const model = (units: number) => tf.sequential({ layers: layers(units) });
      return mup.parametrize(model, { width, baseWidth: 16, parametrization });
    },
    batch: ({ tf }) => ({ x: tf.randomNormal([8, 12]), y: tf.randomNormal([8, 4]) }),
    loss: 'meanSquaredError',
    optimizer: ({ model }) => make(model),
  });
}

const OPTIMIZERS: [string, (model: ModelLike) => InstanceType<typeof tf.Optimizer>][] = [
  ['mup.sgd', (model) => mup.sgd(model, { learningRate: 0.1 })],
  ['mup.adam', (model) => mup.adam(model, { learningRate: 0.01 })],
  [
    'mup.adamW under a schedule',
    (model) => mup.schedule(mup.adamW(model, { learningRate: 0.01 }), mup.schedules.linearDecay({ steps: 8 })),
  ],
];

const cases = OPTIMIZERS.flatMap(([name, make]) =>
  [0, 0.25].flatMap((rate) => (['all', 'activations'] as const).map((measure) => ({ name, make, rate, measure }))),
);

it.each(cases)('records $measure under $name, dropout $rate, to the byte as without replay', async (one) => {
  const { name: _, make, rate, measure } = one;
  const records = async (replays: boolean) => {
    await openEngine('onnx', { threads: 1 });
    const backend = tf.backend() as unknown as LazyBackend;
    backend.replays = replays;
    const before = backend.stats.replays;
    const options = { widths: [16, 32], seeds: 1, steps: 8, measure, engine: 'onnx', threads: 1 } as const;
    const { records } = await capture(definition(make, rate), options);
    return {
      rows: JSON.stringify(records.rows),
      runs: JSON.stringify(records.runs),
      replays: backend.stats.replays - before,
    };
  };
  const [recorded, replayed] = [await records(false), await records(true)];
  expect(recorded.replays).toBe(0);
  expect(replayed.replays).toBeGreaterThan(8);
  expect(replayed.rows).toBe(recorded.rows);
  expect(replayed.runs).toBe(recorded.runs);
});
