import { afterEach, describe, expect, it } from 'vitest';
import { capture, type CaptureOptions } from '../../src/capture/capture.js';
import { check } from '../../src/check.js';
import { tf } from '../../src/engine/tf.js';
import { defineModel, type ModelDefinition } from '../../src/model/definition.js';
import { formatRecords } from '../../src/records/records-file.js';

const OPTIONS = { widths: [4, 8, 16], seeds: 2, steps: 3, engine: 'cpu' } as const;

const native = Math.random;

afterEach(() => {
  Math.random = native;
});

/** @param waits - milliseconds that a batch takes before it draws */
function definition(waits: number | null = null): ModelDefinition {
  const batch = async () => {
    if (waits !== null) await new Promise((resolve) => setTimeout(resolve, waits));
    return { x: tf.randomNormal([6, 5]), y: tf.randomNormal([6, 2]) };
  };
  return defineModel({
    name: 'local',
    build: ({ width }) =>
      tf.sequential({
        layers: [
          tf.layers.dense({ units: width, inputShape: [5], activation: 'relu' }),
          tf.layers.dense({ units: width, activation: 'relu' }),
          tf.layers.dense({ units: 2 }),
        ],
      }),
    batch,
    loss: 'meanSquaredError',
    optimizer: () => tf.train.adam(0.01),
  });
}

const recordsOf = async (model: ModelDefinition, options: CaptureOptions = {}) => {
  const { records } = await capture(model, { ...OPTIONS, ...options });
  return formatRecords({ ...records, header: { ...records.header, modelHash: '' } });
};

describe('localExecutor', () => {
  it('gives the same records whether a batch waits before it draws or not', async () => {
    const plain = await recordsOf(definition());
    expect(await recordsOf(definition(2))).toBe(plain);
    expect(await recordsOf(definition(1))).toBe(plain);
  });

  it('leaves Math.random as it was', async () => {
    await check(definition(), OPTIONS);
    expect(Math.random).toBe(native);
    await check(definition(1), OPTIONS);
    expect(Math.random).toBe(native);
  });

  it('gives checks that are asked for at the same time the records that each has alone', async () => {
    const alone = [await recordsOf(definition()), await recordsOf(definition(), { seed: 1, widths: [4, 8] })];
    const together = await Promise.all([
      recordsOf(definition(1)),
      recordsOf(definition(), { seed: 1, widths: [4, 8] }),
    ]);
    expect(together).toEqual(alone);
  });

  it('ends a check between two steps, and one that waits for its turn at once', async () => {
    const [running, waiting] = [new AbortController(), new AbortController()];
    let steps = 0;
    const first = capture(definition(), {
      ...OPTIONS,
      signal: running.signal,
      onProgress: ({ type }) => {
        if (type === 'run-step' && ++steps === 2) running.abort(new Error('enough'));
      },
    });
    const second = capture(definition(), { ...OPTIONS, signal: waiting.signal });
    const third = recordsOf(definition());
    waiting.abort(new Error('not wanted'));
    await expect(second).rejects.toThrow('not wanted');
    await expect(first).rejects.toThrow('enough');
    expect(steps).toBe(2);
    expect(await third).toBe(await recordsOf(definition()));
  });
});
