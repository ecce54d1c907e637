import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { revive } from '../errors.js';
import type { CarriedError, TaskRequest, WorkerMessage } from './protocol.js';
import type { ProcessEnd } from './worker-lost.js';

/** How the processes of a pool are started. */
export interface WorkerOptions {
  /** The script to run; it ends in a call of `serve`. */
  script: URL;
  /** Node's own flags; none unless given, so that a parent's inspector or loader is not inherited. */
  execArgv?: readonly string[];
  /** Added to this process's environment. */
  env?: Readonly<Record<string, string>>;
}

/** What a worker says while it does one task. */
export interface TaskListener {
  onEvent?(event: unknown): void;
  onResult(result: unknown): void;
  onError(error: Error): void;
}

/** One child process that does one task at a time. */
export interface WorkerProcess {
  /** Sends a task, once the process listens. */
  start(request: TaskRequest, listener: TaskListener): void;
  /** Ends the process at once. */
  kill(): void;
  /** Lets the process end by itself, and kills it where it does not within 2 s. */
  dismiss(): Promise<void>;
  /** Resolves once the process is gone and everything it said has been heard. Never rejects. */
  readonly gone: Promise<ProcessEnd>;
}

/** Long enough to flush coverage and close native engines, short enough not to be felt as a hang. */
const DISMISS_MS = 2000;
/** A worker's own children may hold its channel open; what it said is long read by then. */
const DRAIN_MS = 1000;

/** Starts one worker process. Its stdout goes to our stderr: the user's code may print, and stdout is for results. */
export function startWorker({ script, execArgv = [], env = {} }: WorkerOptions): WorkerProcess {
  const child = fork(fileURLToPath(script), {
    execArgv: [...execArgv],
    env: { ...process.env, ...env },
    serialization: 'advanced',
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  let listener: TaskListener | undefined;
  const ready = new Promise<void>((resolve) => {
    child.on('message', (message) => {
      const said = message as WorkerMessage;
      if (said.type === 'ready') resolve();
      else if (said.type === 'event') listener?.onEvent?.(said.event);
      else if (said.type === 'result') listener?.onResult(said.result);
      else listener?.onError(revived(said.error));
    });
  });
  const gone = ended(child);
  return {
    gone,
    start(request, heardBy) {
      listener = heardBy;
      void ready.then(() => sendTo(child, request, heardBy));
    },
    kill: () => void child.kill('SIGKILL'),
    async dismiss() {
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), DISMISS_MS);
      await gone;
      clearTimeout(timer);
    },
  };
}

function sendTo(child: ChildProcess, request: TaskRequest, listener: TaskListener): void {
  try {
    // A broken channel is reported by the process's end; the callback keeps it from being thrown as well.
    child.send({ task: request.task, argument: request.argument }, () => {});
  } catch (cause) {
    listener.onError(
      new Error(`the argument of task '${request.task}' cannot be sent: ${(cause as Error).message}`, { cause }),
    );
  }
}

/** 'exit' may come before the last messages are read; 'disconnect' comes after them. */
async function ended(child: ChildProcess): Promise<ProcessEnd> {
  const disconnected = new Promise<void>((resolve) => child.once('disconnect', resolve));
  const end = await new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    child.on('error', (cause) => {
      if (child.pid === undefined) resolve({ exitCode: null, signal: null, cause });
    });
  });
  if (child.connected) {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([disconnected, new Promise((resolve) => (timer = setTimeout(resolve, DRAIN_MS)))]);
    clearTimeout(timer);
    if (child.connected) child.disconnect();
  }
  return end;
}

function revived(error: CarriedError): Error {
  const options = error.cause === null ? {} : { cause: revived(error.cause) };
  const whole = error.kind === 'coordcheck' ? revive(error.json, options) : new Error(error.message, options);
  if (error.kind === 'error') whole.name = error.name;
  if (error.stack !== undefined) whole.stack = error.stack;
  return whole;
}
