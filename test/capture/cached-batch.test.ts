import { afterAll, describe, expect, it } from 'vitest';
import { executeRun, placesOfRun } from '../../src/capture/run.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf } from '../../src/engine/tf.js';
import { batchStore } from '../../src/model/batch.js';
import { defineModel } from '../../src/model/definition.js';
import { SPEC } from './small-run.js';

const engine = await openEngine('onnx', { threads: 1 });
afterAll(() => engine.dispose());

const { dense } = tf.layers;

describe('a batch that is handed out again', () => {
  // Its labels are recorded, not computed, when they are handed out: a number of them is a sum of more terms than single
  // precision adds exactly, and an engine adds it in one way or another by what else it computes then.
  const cached = () => {
    const terms = tf.randomNormal([60_000], 3, 1, 'float32', 5);
    const weight = tf.div(tf.sum(terms), 180_000);
    const oneHot = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], 'int32'), 3);
    const batch = { x: tf.randomNormal([8, 6], 0, 1, 'float32', 7), y: tf.mul(oneHot, weight) };
    return defineModel({
      build: ({ width }) =>
        tf.sequential({
          layers: [dense({ units: width, activation: 'relu', inputShape: [6] }), dense({ units: 3 })],
        }),
      loss: 'softmaxCrossEntropy',
      optimizer: () => tf.train.sgd(0.01),
      batch: () => batch,
    });
  };

  it('has the same numbers whatever the process did first', async () => {
    const rowsAfter = async (isSearched: boolean) => {
      const definition = cached();
      const bench = { engine, store: batchStore(definition) };
      // The search probes at once, while a run reads its batches before it does anything else.
      if (isSearched) await placesOfRun(definition, { ...SPEC, width: 8 }, bench);
      return (await executeRun(definition, SPEC, bench)).rows;
    };
    expect(await rowsAfter(true)).toEqual(await rowsAfter(false));
  });

  it('shows products that have a tap of their own at every step, though one pass could serve probe and training', async () => {
    const definition = cached();
    const places = { ownTaps: ['dense_1/kernel', 'dense_2/kernel'], isRepeatable: true, uses: {} };
    const { rows } = await executeRun(definition, { ...SPEC, places }, { engine, store: batchStore(definition) });
    const stepsOf = (quantity: string) =>
      rows
        .filter((row) => row.subject === 'tap' && row.name.endsWith('/kernel') && row.quantity === quantity)
        .map(({ step }) => step);
    expect(stepsOf('activation')).toEqual([0, 0, 1, 1, 2, 2]);
    expect(stepsOf('change')).toEqual([1, 1, 2, 2]);
  });
});
