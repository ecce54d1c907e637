import { withSeededRandom } from '../engine/random.js';
import { tf, type Tensor } from '../engine/tf.js';
import { failure } from '../errors.js';
import { isLayersModel } from '../mup/parameters.js';
import type { Batch, Model, ModelDefinition } from './definition.js';
import { tensorsOf } from './objective.js';

/** Examples in a synthetic batch: enough for averages, few enough to be quick. */
const SYNTHETIC_BATCH = 64;

/** Where a batch comes from: the run's seed and the training step it is for. */
export interface BatchKey {
  seed: number;
  step: number;
}

/**
 * The training batch of a step: the definition's own, else a synthetic one of the model's input shape.
 *
 * Draws from `Math.random` are seeded by seed and step alone, so every width gets the same batch.
 *
 * @throws CoordCheckError BATCH_FAILED, BATCH_MISSING
 */
export async function batchOf(model: Model, definition: ModelDefinition, key: BatchKey): Promise<Batch> {
  const { batch } = definition;
  return withSeededRandom(`${key.seed}:${key.step}:batch`, async () => {
    if (batch === undefined) return syntheticBatch(model, definition);
    try {
      return checkedBatch(await batch({ tf, ...key }));
    } catch (error) {
      throw failure('BATCH_FAILED', { step: key.step, why: String(error) }, { cause: error });
    }
  });
}

/** Hands out batches, and frees those that were made anew. */
export interface BatchStore {
  (model: Model, key: BatchKey): Promise<Batch>;
  /** Frees all batches but those that are the definition's own. */
  dispose(): Promise<void>;
}

/**
 * Batches of a definition, at most one of each key alive: a long-lived process must not keep those of every run.
 *
 * What `batch` returned for a key is freed once it returns other tensors for the same key; tensors that it hands out
 * again, for this key or another, are its own, and stay.
 */
export function batchStore(definition: ModelDefinition): BatchStore {
  const held = new Map<string, Held>();
  const handedOut = new WeakSet<Tensor>();
  const own = new WeakSet<Tensor>();
  const free = (tensors: readonly Tensor[] = []): void => {
    for (const tensor of tensors) if (!own.has(tensor)) tensor.dispose();
  };
  const store = async (model: Model, key: BatchKey): Promise<Batch> => {
    const batch = await batchOf(model, definition, key);
    const tensors = [...tensorsOf(batch.x), ...tensorsOf(batch.y)];
    const name = `${key.seed}:${key.step}`;
    for (const tensor of new Set(tensors)) (handedOut.has(tensor) ? own : handedOut).add(tensor);
    const before = held.get(name);
    free(before?.tensors);
    held.set(name, { model, key, tensors, isAskedAgain: before !== undefined });
    return batch;
  };
  const dispose = async (): Promise<void> => {
    // Whether a batch asked for once is the definition's own shows only when it is asked for again.
    for (const { model, key, isAskedAgain } of held.values()) {
      if (!isAskedAgain && definition.batch !== undefined) await store(model, key).catch(() => null);
    }
    for (const { tensors } of held.values()) free(tensors);
    held.clear();
  };
  return Object.assign(store, { dispose });
}

/** The batch of a key, as it was last handed out. */
interface Held {
  model: Model;
  key: BatchKey;
  tensors: readonly Tensor[];
  isAskedAgain: boolean;
}

/** A batch, once it is one. @throws TypeError where it is not */
export function checkedBatch(batch: Batch): Batch {
  if (batch === null || typeof batch !== 'object' || tensorsOf(batch.x).length === 0) {
    throw new TypeError('expected { x, y } with x a tensor, an array or a record of tensors');
  }
  return batch;
}

interface Shaped {
  shape: (number | null)[];
  dtype: string;
}

/** Gaussian inputs (token ids for an embedding) and labels that fit the loss. */
function syntheticBatch(model: Model, definition: ModelDefinition): Batch {
  if (!isLayersModel(model)) throw failure('BATCH_MISSING', { what: 'a hand-written model' });
  const { inputs, outputs } = model as unknown as { inputs: Shaped[]; outputs: Shaped[] };
  const vocabulary = embeddingSize(model.layers);
  const x = inputs.map(({ shape, dtype }) => {
    const full = shapeOf(shape);
    if (vocabulary !== null) return tf.randomUniform(full, 0, vocabulary, 'int32');
    return dtype === 'int32' ? tf.randomUniform(full, 0, 2, 'int32') : tf.randomNormal(full);
  });
  return { x, y: outputs.map(({ shape }) => syntheticLabels(shapeOf(shape), definition.loss)) };
}

function syntheticLabels(shape: number[], loss: ModelDefinition['loss']): Tensor {
  if (loss === 'sparseCategoricalCrossentropy') {
    return tf.randomUniform(shape.slice(0, -1), 0, shape.at(-1) ?? 1, 'int32');
  }
  if (loss === 'softmaxCrossEntropy' || loss === 'categoricalCrossentropy') {
    const classes = tf.randomUniform(shape.slice(0, -1), 0, shape.at(-1) ?? 1, 'int32');
    return tf.cast(tf.oneHot(classes, shape.at(-1) ?? 1), 'float32');
  }
  if (loss === 'sigmoidCrossEntropy' || loss === 'binaryCrossentropy') {
    return tf.cast(tf.randomUniform(shape, 0, 2, 'int32'), 'float32');
  }
  return tf.randomNormal(shape);
}

function shapeOf(shape: (number | null)[]): number[] {
  return shape.map((size, i) => size ?? (i === 0 ? SYNTHETIC_BATCH : 16));
}

/** Vocabulary of the first layer that eats token ids; null where inputs are numbers. */
function embeddingSize(layers: readonly object[]): number | null {
  const first = layers.slice(0, 2).find((layer) => 'inputDim' in layer && typeof layer.inputDim === 'number');
  return first === undefined ? null : (first as { inputDim: number }).inputDim;
}
