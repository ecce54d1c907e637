import { availableParallelism } from 'node:os';
import type { EngineName } from '../engine/engine.js';
import type { ModelDefinition } from '../model/definition.js';
import type { Executor } from './executor.js';

/** What runs are made with. */
export interface ExecutorOptions {
  /** What runs the kernels; `auto`, the fastest that can run here. */
  engine?: EngineName | 'auto';
  /** Worker processes; as many as cores and memory allow. */
  workers?: number;
  /** Threads of each process; 1. */
  threads?: number;
  signal?: AbortSignal;
}

/**
 * Opens what makes runs of a model, and closes it whatever happens.
 *
 * @throws the signal's reason once it fires; what `f` throws
 */
export async function withExecutor<T>(
  source: string | URL | ModelDefinition,
  options: ExecutorOptions,
  f: (executor: Executor) => Promise<T>,
): Promise<T> {
  options.signal?.throwIfAborted();
  const executor = await executorOf(source, options);
  // Who awaits it below hears of what it throws.
  const onAbort = () => void executor.close().catch(() => {});
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await f(executor);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
    await executor.close();
  }
}

/** Imported lazily: a check in worker processes never loads TF.js in the caller's. */
async function executorOf(source: string | URL | ModelDefinition, options: ExecutorOptions): Promise<Executor> {
  const choice = { engine: options.engine ?? 'auto', threads: options.threads ?? 1 } as const;
  if (typeof source !== 'string' && !(source instanceof URL)) {
    return (await import('./local-executor.js')).localExecutor(source, choice);
  }
  const { workerExecutor } = await import('./worker-executor.js');
  return workerExecutor(source, { ...choice, workers: options.workers ?? availableParallelism() });
}
