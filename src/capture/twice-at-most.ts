import { failure } from '../errors.js';
import { WorkerLost } from '../parallel/worker-lost.js';

/**
 * Makes something in a worker process, once more where that is lost.
 *
 * @param what - as the message names it
 * @param onLost - told of the first loss
 * @throws CoordCheckError WORKER_LOST at the second; what `make` throws
 */
export async function twiceAtMost<T>(
  what: string,
  make: () => Promise<T>,
  onLost: (lost: WorkerLost) => void = () => {},
): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof WorkerLost)) throw error;
    onLost(error);
  }
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof WorkerLost)) throw error;
    throw failure('WORKER_LOST', { run: what, why: error.message }, { cause: error });
  }
}
