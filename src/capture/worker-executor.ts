import { fileURLToPath } from 'node:url';
import { openPool, type RunOptions } from '../parallel/pool.js';
import type { TrialRecord } from '../records/trial.js';
import type { DescribedModel, EngineChoice, Executor } from './executor.js';
import type { RunOutput } from './run.js';
import type { RunFlops } from './run-flops.js';
import type { RunSettings } from './run-settings.js';
import type { Places } from './run-spec.js';
import type { MakeOptions } from './schedule.js';
import { twiceAtMost } from './twice-at-most.js';
import { WORKER_FLAGS } from './worker-flags.js';
import type { WorkerSource } from './worker.js';

/**
 * Makes runs of a model file in a pool of long-lived processes: `model.ts` is the user's own code, and a process
 * that dies takes one run with it. What is only looked at is made once more by itself; a run, by who schedules it.
 *
 * @param source - path or URL of the model file
 * @param options - how many processes at most, and what they run on
 */
export function workerExecutor(
  source: string | URL,
  { workers, ...choice }: EngineChoice & { workers: number },
): Executor {
  const pool = openPool({ script: new URL('./worker.js', import.meta.url), workers, execArgv: WORKER_FLAGS });
  const path = source instanceof URL || source.startsWith('file:') ? fileURLToPath(source) : source;
  const common: WorkerSource = { source: path, choice, modelHash: null };
  return {
    capacity: workers,
    describe: async (request) => {
      const described = await twiceAtMost('the description of the model', () =>
        pool.run<DescribedModel>('describe', { ...common, request }),
      );
      common.modelHash = described.modelHash;
      return described;
    },
    places: (spec) => twiceAtMost('the search for places', () => pool.run<Places>('places', { ...common, spec })),
    flops: (spec) => twiceAtMost('the count of operations', () => pool.run<RunFlops>('flops', { ...common, spec })),
    settings: (spec) => twiceAtMost('the settings', () => pool.run<RunSettings>('settings', { ...common, spec })),
    run: (spec, how) => pool.run<RunOutput>('run', { ...common, spec }, told(how)),
    train: (trial, how) => pool.run<TrialRecord>('train', { ...common, trial }, told(how)),
    close: () => pool.close(true),
  };
}

/** Turns a worker's events into steps done. */
function told({ onStep, signal }: MakeOptions): RunOptions {
  return {
    signal,
    onEvent: (event) => {
      const { done, total } = event as { done: number; total: number };
      onStep(done, total);
    },
  };
}
