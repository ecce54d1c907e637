import { CoordCheckError, type ErrorCode } from '../errors.js';
import { runName, type ProgressListener, type RunName } from './progress.js';
import { twiceAtMost } from './twice-at-most.js';

/** How a task is made. */
export interface MakeOptions {
  onStep(done: number, total: number): void;
  signal: AbortSignal;
}

/** How a list of tasks is worked off. */
export interface ScheduleOptions<Task, Made> {
  /** Tasks made at a time. */
  lanes: number;
  signal: AbortSignal;
  /** No task is started once this returns true. */
  isOver(): boolean;
  onProgress: ProgressListener;
  make(task: Task, how: MakeOptions): Promise<Made>;
  /** What is kept of a task that threw: a fact about one run. */
  failed(task: Task, why: string): Made;
  /** Errors that are a fact about one task besides those that always are. */
  facts?: readonly ErrorCode[];
  nameOf(task: Task): RunName;
  /** Estimated time, in any unit. */
  timeOf(task: Task): number;
  told(made: Made): { state: 'finished' | 'diverged' | 'failed'; error: string | null };
  /** Called in completion order. */
  onFinished(made: Made, durationMs: number): Promise<void>;
  /** Tasks finished before, for the count shown. */
  before: number;
}

/**
 * Makes runs or trials in the order given, several at a time; one whose process is lost is made once more.
 *
 * One that throws is kept as failed: the others go on.
 *
 * @throws CoordCheckError WORKER_LOST where a task's process is lost twice; wrong use that only training shows;
 *   the signal's reason
 */
export async function workOff<Task, Made>(tasks: readonly Task[], options: ScheduleOptions<Task, Made>): Promise<void> {
  const queue = [...tasks];
  const clock = remainingTime(tasks, options.timeOf);
  const total = options.before + tasks.length;
  let finished = options.before;
  // The first error ends it all, so it also takes back what the other lanes are doing.
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const lane = async (): Promise<void> => {
    for (let task = queue.shift(); task !== undefined && !options.isOver(); task = queue.shift()) {
      signal.throwIfAborted();
      const start = performance.now();
      const made = await attempt(task, signal, options);
      const durationMs = Math.round(performance.now() - start);
      await options.onFinished(made, durationMs);
      finished += 1;
      const { state, error } = options.told(made);
      const count = { finished, total, remainingMs: clock(task) };
      options.onProgress({ type: 'run-finished', ...options.nameOf(task), state, error, durationMs, ...count });
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

async function attempt<Task, Made>(
  task: Task,
  signal: AbortSignal,
  { make, failed, facts = [], nameOf, onProgress }: ScheduleOptions<Task, Made>,
): Promise<Made> {
  const name = nameOf(task);
  const once = () => {
    onProgress({ type: 'run-started', ...name });
    const onStep = (done: number, total: number) => onProgress({ type: 'run-step', ...name, done, total });
    return make(task, { onStep, signal });
  };
  try {
    return await twiceAtMost(runName(name), once, ({ message }) =>
      onProgress({ type: 'run-retried', ...name, reason: message }),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CoordCheckError && !FACTS.has(error.code) && !facts.includes(error.code)) throw error;
    return failed(task, error instanceof Error ? error.message : String(error));
  }
}

/** Errors that are facts about one run: its width cannot be built, or its numbers or its loss cannot be computed. */
const FACTS = new Set<ErrorCode>(['BUILD_FAILED', 'ENGINE_FAILED', 'LOSS_FAILED']);

/** Time left, by the tasks' estimated times and the lanes as they are. */
function remainingTime<Task>(
  tasks: readonly Task[],
  timeOf: (task: Task) => number,
): (finished: Task) => number | null {
  const start = performance.now();
  const total = tasks.reduce((sum, task) => sum + timeOf(task), 0);
  let done = 0;
  return (task) => {
    done += timeOf(task);
    return done === 0 ? null : Math.round(((performance.now() - start) * (total - done)) / done);
  };
}
