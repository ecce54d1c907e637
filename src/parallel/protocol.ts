import type { CoordCheckError } from '../errors.js';

/** Parent to worker: do one task. A worker is sent the next one only after it answered. */
export interface TaskRequest {
  task: string;
  argument: unknown;
}

/** An error as it crosses the process boundary: classes do not survive structured cloning. */
export type CarriedError = (
  | { kind: 'coordcheck'; json: ReturnType<CoordCheckError['toJSON']> }
  | { kind: 'error'; name: string; message: string }
) & { stack: string | undefined; cause: CarriedError | null };

/** Worker to parent: once it listens, then events and one answer a task. */
export type WorkerMessage =
  | { type: 'ready' }
  | { type: 'event'; event: unknown }
  | { type: 'result'; result: unknown }
  | { type: 'error'; error: CarriedError };
