import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { VOCABULARY_SIZE } from '../../fixtures/models/text.js';
import { plannedRuns, resolveConfig } from '../../src/capture/config.js';
import { localExecutor } from '../../src/capture/local-executor.js';
import { openModelSession } from '../../src/capture/model-session.js';
import type { RunFlops } from '../../src/capture/run-flops.js';
import { tf, type Tensor } from '../../src/engine/tf.js';
import { defineModel } from '../../src/model/definition.js';
import { loadModel } from '../../src/model/load.js';
import { SPEC } from './small-run.js';

/** What a step of a model of this project's fixtures costs at some widths, counted without being computed. */
async function countedAt(fixture: string, widths: readonly number[]): Promise<RunFlops[]> {
  const path = fileURLToPath(new URL(`../../fixtures/models/${fixture}.ts`, import.meta.url));
  const { definition } = await loadModel(path);
  const session = await openModelSession(path, { engine: 'onnx', threads: 1 });
  const counts: RunFlops[] = [];
  const runs = plannedRuns(resolveConfig(definition, { widths, seeds: 1 }));
  for (const spec of runs.toReversed()) counts.push(await session.flops(spec));
  await session.dispose();
  return counts;
}

const stepOf = (forward: number, backward: number, rest: { parameters: number; batchSize: number }): RunFlops => ({
  forward,
  backward,
  total: forward + backward,
  ...rest,
});

describe('ModelSession.flops', () => {
  it('counts the MNIST MLP by hand: 784-w-w-w-10, batch 64', async () => {
    const expected = (w: number) => {
      const first = 2 * 64 * 784 * w;
      const others = 2 * 64 * (2 * w * w + 10 * w);
      const parameters = 784 * w + 2 * w * w + 10 * w + 3 * w + 10;
      return stepOf(first + others, first + 2 * others, { parameters, batchSize: 64 });
    };
    expect(await countedAt('mnist-mlp-mup-adam', [64, 256])).toEqual([expected(64), expected(256)]);
  });

  it('counts the MNIST CNN by hand: w filters on 28 × 28, 2w on 7 × 7, batch 64', async () => {
    const expected = (w: number) => {
      const first = 2 * 64 * 784 * w * 9;
      const others = 2 * 64 * (49 * 2 * w * (9 * w) + 49 * 2 * w * 10);
      // Kernels and biases, and the gains and shifts of the norm.
      const parameters = 9 * w + w + 18 * w * w + 2 * w + 4 * w + 980 * w + 10;
      return stepOf(first + others, first + 2 * others, { parameters, batchSize: 64 });
    };
    expect(await countedAt('mnist-cnn', [8, 32])).toEqual([expected(8), expected(32)]);
  });

  it.each([
    ['text-transformer', 1],
    ['text-transformer-tied', 0],
  ])('counts the %s by hand: 2 blocks, 8 passages of 64 characters', async (fixture, ownReadouts) => {
    const expected = (w: number) => {
      const [passages, context, vocabulary] = [8, 64, VOCABULARY_SIZE];
      const rows = passages * context;
      const block = 2 * rows * (4 * w * w + 8 * w * w) + 2 * 2 * passages * context * context * w;
      const forward = 2 * block + 2 * rows * w * vocabulary;
      const matrices = 2 * 12 * w * w + (1 + ownReadouts) * vocabulary * w + context * w;
      // Gains and shifts of five norms, biases of both MLPs.
      const vectors = 5 * 2 * w + 2 * (4 * w + w);
      return stepOf(forward, 2 * forward, { parameters: matrices + vectors, batchSize: passages });
    };
    expect(await countedAt(fixture, [64, 128])).toEqual([expected(64), expected(128)]);
  });

  it('counts at the depth of the run', async () => {
    const definition = defineModel({
      build: ({ width, depth = 1 }) => {
        const units = Array.from({ length: depth }, () => width);
        const hidden = units.map((size) => tf.layers.dense({ units: size, useBias: false }));
        const [inputLayer, readout] = [tf.layers.inputLayer({ inputShape: [3] }), tf.layers.dense({ units: 1 })];
        return tf.sequential({ layers: [inputLayer, ...hidden, readout] });
      },
      batch: () => ({ x: tf.ones([2, 3]), y: tf.ones([2, 1]) }),
    });
    const session = await openModelSession(definition, { engine: 'cpu', threads: 1 });
    const forwards: number[] = [];
    for (const depth of [1, 3]) forwards.push((await session.flops({ ...SPEC, width: 4, depth })).forward);
    await session.dispose();
    expect(forwards).toEqual([2 * 2 * (3 * 4 + 4), 2 * 2 * (3 * 4 + 2 * 4 * 4 + 4)]);
  });

  it('says no batch size where inputs do not agree on one', async () => {
    const session = await openModelSession(twoInputs(), { engine: 'cpu', threads: 1 });
    expect(await session.flops(SPEC)).toEqual({ forward: 48, backward: 48, total: 96, parameters: 6 });
    await session.dispose();
  });

  it.each(['cpu', 'onnx'] as const)('leaves no tensors on %s, also where the model throws', async (engine) => {
    const before = tf.memory().numTensors;
    const session = await openModelSession(twoInputs(), { engine, threads: 1 });
    await session.flops(SPEC);
    await session.dispose();
    const failing = await openModelSession(twoInputs({ isThrowing: true }), { engine, threads: 1 });
    await expect(failing.flops(SPEC)).rejects.toThrow('no forward pass');
    await failing.dispose();
    expect(tf.memory().numTensors - before).toBe(0);
  });
});

/** One matrix, [4, 3]·[3, 2], and an input beside it that has another number of rows. */
function twoInputs({ isThrowing = false } = {}) {
  return defineModel({
    build: () => {
      const w = tf.tidy(() => tf.variable(tf.ones([3, 2])));
      const apply = ({ left }: { left: Tensor }): Tensor => {
        if (isThrowing) throw new Error('no forward pass');
        return tf.matMul(left, w);
      };
      return { parameters: { w }, apply };
    },
    batch: () => ({ x: { left: tf.ones([4, 3]), right: tf.ones([5, 3]) }, y: tf.ones([4, 2]) }),
  });
}

describe('Executor.flops', () => {
  it('counts in this process what the session counts', async () => {
    const definition = defineModel({
      build: ({ width }) =>
        tf.sequential({ layers: [tf.layers.dense({ units: width, inputShape: [3], useBias: false })] }),
      batch: () => ({ x: tf.ones([2, 3]), y: tf.ones([2, SPEC.width]) }),
    });
    const executor = localExecutor(definition, { engine: 'cpu', threads: 1 });
    const flops = await executor.flops(SPEC);
    await executor.close();
    expect(flops).toEqual(stepOf(192, 192, { parameters: 48, batchSize: 2 }));
  });
});
