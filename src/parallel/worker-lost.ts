/**
 * A task's process died under it: killed, out of memory, or ended by the task's own code.
 *
 * Not the caller's mistake and not yet an infrastructure error: the caller may try the task again in a fresh process.
 */
export class WorkerLost extends Error {
  /** Exit status; null where a signal ended the process or it never started. */
  readonly exitCode: number | null;
  /** The signal that ended it, such as SIGKILL, which is what the kernel sends when memory runs out. */
  readonly signal: NodeJS.Signals | null;

  constructor(task: string, { exitCode, signal, cause }: ProcessEnd) {
    super(`the process of task '${task}' was lost: ${inWords({ exitCode, signal, cause })}`, { cause });
    this.name = 'WorkerLost';
    this.exitCode = exitCode;
    this.signal = signal;
  }
}

/** How a process ended; `cause` where it could not even be started. */
export interface ProcessEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  cause?: Error | undefined;
}

/** The pool was closed before this task was done. */
export class PoolClosed extends Error {
  constructor(task: string) {
    super(`the pool was closed before task '${task}' was done`);
    this.name = 'PoolClosed';
  }
}

function inWords({ exitCode, signal, cause }: ProcessEnd): string {
  if (signal === 'SIGKILL') return 'killed (SIGKILL), as the system does when memory runs out';
  if (signal === 'SIGABRT') return 'aborted (SIGABRT), as Node does when its heap is full';
  if (signal) return `ended by ${signal}`;
  return exitCode === null
    ? `it could not start (${cause?.message ?? 'no reason given'})`
    : `it exited with ${exitCode}`;
}
