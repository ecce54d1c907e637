import { guardAgainstOrphans } from './orphan-guard.js';
import { PoolClosed, WorkerLost } from './worker-lost.js';
import { startWorker, type WorkerOptions, type WorkerProcess } from './worker-process.js';

export { PoolClosed, WorkerLost } from './worker-lost.js';

/** How a pool is opened. */
export interface PoolOptions extends WorkerOptions {
  /** How many processes may live at once; each is started when a task first needs it. */
  workers: number;
}

/** How one task is run. */
export interface RunOptions {
  /** Takes what the task emits, in order. */
  onEvent?: (event: unknown) => void;
  /** Aborting takes a waiting task out of the queue, and kills the process of a running one. */
  signal?: AbortSignal;
}

/** Long-lived worker processes and a queue of tasks before them. */
export interface Pool {
  /**
   * Runs a task in the next free process; tasks start in the order of these calls.
   *
   * @returns a structured clone of what the task returned
   * @throws what the task threw · WorkerLost where its process died (the next task gets a fresh one) · PoolClosed ·
   *   the signal's reason, once the process is gone
   */
  run<T>(task: string, argument: unknown, options?: RunOptions): Promise<T>;
  /**
   * Ends all processes; waiting tasks reject with PoolClosed. Running ones are finished first, or with `force` killed.
   *
   * @returns once no process is left
   */
  close(force?: boolean): Promise<void>;
}

interface Job extends RunOptions {
  task: string;
  argument: unknown;
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

interface Seat {
  worker: WorkerProcess;
  job: Job | null;
  /** Why the process is being killed, where it is: the reason its task rejects with. */
  killedFor: { reason: unknown } | null;
}

/**
 * Opens a pool of worker processes: processes, because a second TF.js in a thread is unreliable and native addons
 * break there.
 *
 * On `node:child_process` and not on workerpool, because version 10.0.3 was measured to: overwrite `forkOpts.stdio`,
 * so that what a worker prints lands on our stdout; stall the queue for good once a process dies with one worker (the
 * promise that would start the next task waits for a second 'exit'); and reject the next, innocent task with "Worker
 * is terminated" when a process dies idle.
 */
export function openPool(options: PoolOptions): Pool {
  const pool = new ProcessPool(options);
  return { run: (task, argument, how) => pool.run(task, argument, how), close: (force) => pool.close(force) };
}

class ProcessPool {
  readonly #options: PoolOptions;
  readonly #queue: Job[] = [];
  readonly #seats = new Set<Seat>();
  readonly #unguard: () => void;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#unguard = guardAgainstOrphans(() => {
      for (const seat of this.#seats) seat.worker.kill();
    });
  }

  async run<T>(task: string, argument: unknown, { onEvent, signal }: RunOptions = {}): Promise<T> {
    signal?.throwIfAborted();
    if (this.#closed) throw new PoolClosed(task);
    const { promise, resolve, reject } = withResolvers();
    const job: Job = { task, argument, resolve, reject, ...(onEvent && { onEvent }), ...(signal && { signal }) };
    const onAbort = (): void => this.#abort(job);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#queue.push(job);
    this.#startNext();
    try {
      return (await promise) as T;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async close(force = false): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.splice(0)) job.reject(new PoolClosed(job.task));
    const ends = [...this.#seats].map(async (seat) => {
      if (seat.job && force) this.#kill(seat, new PoolClosed(seat.job.task));
      else if (!seat.job) await seat.worker.dismiss();
      await seat.worker.gone;
    });
    await Promise.all(ends);
    this.#unguard();
  }

  #startNext(): void {
    const seat = this.#queue.length === 0 ? undefined : this.#freeSeat();
    const job = seat && this.#queue.shift();
    if (!seat || !job) return;
    seat.job = job;
    const { task, argument } = job;
    seat.worker.start(
      { task, argument },
      {
        onEvent: (event) => job.onEvent?.(event),
        onResult: (result) => this.#finish(seat, () => job.resolve(result)),
        onError: (error) => this.#finish(seat, () => job.reject(error)),
      },
    );
  }

  #freeSeat(): Seat | undefined {
    for (const seat of this.#seats) if (!seat.job && !seat.killedFor) return seat;
    if (this.#seats.size >= this.#options.workers) return undefined;
    const seat: Seat = { worker: startWorker(this.#options), job: null, killedFor: null };
    this.#seats.add(seat);
    void seat.worker.gone.then((end) => {
      this.#seats.delete(seat);
      const { job, killedFor } = seat;
      if (job) job.reject(killedFor ? killedFor.reason : new WorkerLost(job.task, end));
      return this.#startNext();
    });
    return seat;
  }

  #finish(seat: Seat, settle: () => void): void {
    // A task that is being killed may still answer: its caller was promised that the process is gone by then.
    if (!seat.job || seat.killedFor) return;
    seat.job = null;
    settle();
    if (this.#closed) void seat.worker.dismiss();
    else this.#startNext();
  }

  #abort(job: Job): void {
    const waiting = this.#queue.indexOf(job);
    if (waiting >= 0) {
      this.#queue.splice(waiting, 1);
      job.reject(job.signal?.reason);
    }
    for (const seat of this.#seats) if (seat.job === job) this.#kill(seat, job.signal?.reason);
  }

  #kill(seat: Seat, reason: unknown): void {
    seat.killedFor ??= { reason };
    seat.worker.kill();
  }
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers(): { promise: Promise<unknown> } & Pick<Job, 'resolve' | 'reject'> {
  let [resolve, reject]: [Job['resolve'], Job['reject']] = [() => {}, () => {}];
  const promise = new Promise<unknown>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
