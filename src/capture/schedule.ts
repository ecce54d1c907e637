import { CoordCheckError, failure } from '../errors.js';
import { WorkerLost } from '../parallel/worker-lost.js';
import type { JournalEntry } from '../records/journal.js';
import type { RunRecord } from '../records/run.js';
import type { Executor } from './executor.js';
import type { ProgressListener } from './progress.js';
import { runLabel, type RunSpec } from './run-spec.js';

/** How a list of runs is worked off. */
export interface ScheduleOptions {
  /** Runs made at a time. */
  lanes: number;
  signal: AbortSignal;
  /** No run is started once this returns true. */
  isOver(): boolean;
  onProgress: ProgressListener;
  /** Called in completion order. */
  onFinished(entry: JournalEntry): Promise<void>;
  /** Runs finished before, for the count shown. */
  before: number;
}

/** A run with its estimated peak memory and time. */
type Sized = RunSpec & { memoryBytes: number; durationMs: number };

/**
 * Makes runs in the order given, several at a time; a run whose process is lost is made once more.
 *
 * A run that throws is recorded as failed: the others go on.
 *
 * @throws CoordCheckError WORKER_LOST where a run's process is lost twice; wrong use that only training shows;
 *   the signal's reason
 */
export async function workOff(executor: Executor, runs: readonly Sized[], options: ScheduleOptions): Promise<void> {
  const queue = [...runs];
  const clock = remainingTime(runs);
  const total = options.before + runs.length;
  let finished = options.before;
  // The first error ends the check, so it also takes back what the other lanes are doing.
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const lane = async (): Promise<void> => {
    for (let run = queue.shift(); run !== undefined && !options.isOver(); run = queue.shift()) {
      signal.throwIfAborted();
      const entry = await timed(() => attempt(executor, run, { signal, onProgress: options.onProgress }));
      await options.onFinished(entry);
      finished += 1;
      options.onProgress({ ...finishedEvent(entry), finished, total, remainingMs: clock(run) });
    }
  };
  const lanes = Array.from({ length: Math.max(1, options.lanes) }, async () => {
    try {
      await lane();
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  });
  const failed = (await Promise.allSettled(lanes)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw stop.signal.reason ?? failed.reason;
}

function finishedEvent({ run, durationMs }: JournalEntry) {
  const { width, depth, seed, state, error } = run;
  return { type: 'run-finished', width, depth, seed, state, error, durationMs } as const;
}

interface AttemptOptions {
  signal: AbortSignal;
  onProgress: ProgressListener;
}

async function attempt(
  executor: Executor,
  run: Sized,
  options: AttemptOptions,
): Promise<Omit<JournalEntry, 'durationMs'>> {
  const { memoryBytes: _bytes, durationMs: _ms, ...spec } = run;
  const { width, depth, seed } = run;
  const once = () => {
    options.onProgress({ type: 'run-started', width, depth, seed });
    const onStep = (done: number, total: number) =>
      options.onProgress({ type: 'run-step', width, depth, seed, done, total });
    return executor.run(spec, { onStep, signal: options.signal });
  };
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof WorkerLost)) return failedRun(spec, error, options.signal);
    options.onProgress({ type: 'run-retried', width, depth, seed, reason: error.message });
  }
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof WorkerLost)) return failedRun(spec, error, options.signal);
    throw failure('WORKER_LOST', { run: runLabel(spec), why: error.message }, { cause: error });
  }
}

/** Errors that are facts about one run: its width cannot be built, or its numbers cannot be computed. */
const FACTS = new Set<string>(['BUILD_FAILED', 'ENGINE_FAILED']);

/** Wrong use ends the check; a model that throws at one width or seed is a fact about that run. */
function failedRun(spec: RunSpec, error: unknown, signal: AbortSignal): { run: RunRecord; rows: [] } {
  signal.throwIfAborted();
  if (error instanceof CoordCheckError && !FACTS.has(error.code)) throw error;
  const { width, depth, seed } = spec;
  return {
    run: {
      width,
      depth,
      seed,
      state: 'failed',
      error: error instanceof Error ? error.message : String(error),
      loss: [],
      batchHash: '',
      weightsHash: '',
      learningRates: [],
      optimizer: '',
      parameters: [],
      taps: [],
      inert: [],
      notes: [],
    },
    rows: [],
  };
}

async function timed<T extends object>(f: () => Promise<T>): Promise<T & { durationMs: number }> {
  const start = performance.now();
  const value = await f();
  return { ...value, durationMs: Math.round(performance.now() - start) };
}

/** Time left, by the runs' estimated times and the lanes as they are. */
function remainingTime(runs: readonly Sized[]): (finished: Sized) => number | null {
  const start = performance.now();
  const total = runs.reduce((sum, { durationMs }) => sum + durationMs, 0);
  let done = 0;
  return ({ durationMs }) => {
    done += durationMs;
    return done === 0 ? null : Math.round(((performance.now() - start) * (total - done)) / done);
  };
}
