import { withSeededRandom } from '../engine/random.js';
import { tf, type Tensor } from '../engine/tf.js';
import { failure } from '../errors.js';
import { batchOf, checkedBatch } from './batch.js';
import type { Batch, Model, ModelDefinition } from './definition.js';
import { tensorsOf } from './objective.js';

/** The batches of one long training, one after another. */
export interface BatchStream {
  /** The training batch of a step; it lives until the next one is asked for. */
  at(step: number): Promise<Batch>;
  dispose(): void;
}

/**
 * Hands out a training's batches and frees each one that was made for it: hundreds of steps must not pile up.
 *
 * Whether `batch` makes its tensors anew or hands out its own shows when it is asked for the same step twice: the same
 * tensors again are its own, and stay.
 *
 * @throws CoordCheckError as batchOf
 */
export async function batchStream(model: Model, definition: ModelDefinition, seed: number): Promise<BatchStream> {
  const makes = await makerOf(() => batchOf(model, definition, { seed, step: 0 }));
  let last: Tensor[] = [];
  const free = (): void => tf.dispose(last.filter((_, i) => makes[i] ?? true));
  return {
    at: async (step) => {
      free();
      const batch = await batchOf(model, definition, { seed, step });
      last = tensorsIn(batch);
      return batch;
    },
    dispose: () => {
      free();
      last = [];
    },
  };
}

/** Which tensors of a batch are made anew at every call; what was made to find out is freed. */
async function makerOf(make: () => Promise<Batch>): Promise<boolean[]> {
  const [first, second] = [tensorsIn(await make()), tensorsIn(await make())];
  const isMade = second.map((tensor, i) => tensor !== first[i]);
  tf.dispose([...first, ...second].filter((_, i) => isMade[i % second.length]));
  return isMade;
}

function tensorsIn({ x, y }: Batch): Tensor[] {
  return [...tensorsOf(x), ...tensorsOf(y)];
}

/** What a definition gives to judge its trained models on. */
export interface Validation {
  batch: Batch;
  /** Frees what was made for it. */
  dispose(): void;
}

/**
 * The validation batch of a seed, the same at every width; null where the definition has none.
 *
 * @throws CoordCheckError VALIDATION_FAILED
 */
export async function validationOf({ validation }: ModelDefinition, seed: number): Promise<Validation | null> {
  if (validation === undefined) return null;
  const make = () =>
    withSeededRandom(`${seed}:validation`, async () => {
      try {
        return checkedBatch(await validation({ tf, seed }));
      } catch (error) {
        throw failure('VALIDATION_FAILED', { why: String(error) }, { cause: error });
      }
    });
  const isMade = await makerOf(make);
  const batch = await make();
  return { batch, dispose: () => tf.dispose(tensorsIn(batch).filter((_, i) => isMade[i] ?? true)) };
}
