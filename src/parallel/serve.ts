import { CoordCheckError } from '../errors.js';
import type { CarriedError, TaskRequest, WorkerMessage } from './protocol.js';

/** One task of a worker: takes the caller's argument, may emit events, returns the result. */
export type Task = (argument: never, context: { emit: (event: unknown) => void }) => unknown;

/**
 * The worker's side of a pool: answers the tasks that `openPool(…).run(task, argument)` sends to this process.
 *
 * Call it once, at the end of the worker's script. Arguments, events and results are structured clones: typed arrays,
 * Maps, NaN and the infinities arrive whole; functions, class instances and tensors do not. A CoordCheckError that a
 * task throws is one again for the caller; of any other error name and message survive, of both their stack and cause.
 *
 * The process ends when its parent is gone, and ignores SIGINT: Ctrl-C reaches the whole group, and it is the parent
 * that decides whether a run is to be saved.
 *
 * @param tasks - the tasks by name
 * @throws Error where the process was not started by a pool
 */
export function serve(tasks: Readonly<Record<string, Task>>): void {
  if (!process.send) throw new Error('serve() answers a pool, but this process was not started by one');
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  process.on('message', (request: TaskRequest) => void answer(tasks, request));
  send({ type: 'ready' });
}

async function answer(tasks: Readonly<Record<string, Task>>, { task, argument }: TaskRequest): Promise<void> {
  try {
    const work = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
    if (!work) throw new Error(`this worker has no task '${task}', only ${Object.keys(tasks).join(', ')}`);
    const result = await work(argument as never, { emit: (event) => send({ type: 'event', event }) });
    send({ type: 'result', result });
  } catch (thrown) {
    send({ type: 'error', error: carried(thrown) });
  }
}

function send(message: WorkerMessage): void {
  // Without a callback a parent that is already gone would crash this process before 'disconnect' ends it.
  process.send?.(message, undefined, undefined, () => {});
}

function carried(thrown: unknown): CarriedError {
  if (!(thrown instanceof Error))
    return { kind: 'error', name: 'Error', message: `a task threw ${String(thrown)}`, stack: undefined, cause: null };
  const { name, message, stack } = thrown;
  const cause = thrown.cause instanceof Error ? carried(thrown.cause) : null;
  if (thrown instanceof CoordCheckError) return { kind: 'coordcheck', json: thrown.toJSON(), stack, cause };
  return { kind: 'error', name, message, stack, cause };
}
