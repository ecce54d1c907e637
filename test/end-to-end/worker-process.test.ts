import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type * as workers from '../../src/capture/worker-executor.js';
import { WORKER_FLAGS } from '../../src/capture/worker-flags.js';
import { SPEC } from '../capture/small-run.js';
import { ROOT } from './cli.js';

// Built, for a worker is a script of its own; `npm test` builds first.
const built = pathToFileURL(join(ROOT, 'dist/capture/worker-executor.js')).href;
const { workerExecutor } = (await import(built)) as typeof workers;

describe('a worker process', () => {
  it('is started with the flags that long trainings like', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'worker-process-'));
    const model = join(folder, 'model.mjs');
    await writeFile(model, 'throw new Error(`flags: ${process.execArgv}`);');
    const executor = workerExecutor(model, { engine: 'cpu', threads: 1, workers: 1 });
    await expect(executor.settings(SPEC)).rejects.toThrow(`flags: ${WORKER_FLAGS.join()}`);
    await executor.close();
    await rm(folder, { recursive: true });
  });

  it('counts operations the same on cpu and onnx, as plain data', async () => {
    const model = join(ROOT, 'fixtures/models/mnist-mlp-mup-adam.ts');
    const first = 2 * 64 * 784 * SPEC.width;
    const others = 2 * 64 * (2 * SPEC.width ** 2 + 10 * SPEC.width);
    for (const engine of ['cpu', 'onnx'] as const) {
      const executor = workerExecutor(model, { engine, threads: 1, workers: 1 });
      const flops = await executor.flops({ ...SPEC, hyperparameters: { learningRate: 1e-3 } });
      await executor.close();
      expect(flops).toMatchObject({ forward: first + others, backward: first + 2 * others, batchSize: 64 });
    }
  });
});
