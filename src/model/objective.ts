import { tf, type Tensor } from '../engine/tf.js';
import { CoordCheckError, failure } from '../errors.js';
import { isLayersModel } from '../mup/parameters.js';
import type { Batch, BatchPart, Model, ModelDefinition, TensorLike } from './definition.js';
import { outputProbabilities } from './layer-taps.js';
import { LOGIT_LOSSES, LOSS_NAMES, namedLoss, type Loss } from './loss.js';

/** A model's forward pass on a batch, and the loss of it. */
export interface ObjectiveOfOutputs {
  /** Runs the model once, as its training does. */
  forward(batch: Batch): void;
  /** The loss, as the user defined it, in training mode or not; not yet known to be a scalar. */
  loss(batch: Batch, training: boolean): TensorLike;
  /** What the report calls it. */
  readonly name: string;
}

/** The loss functions a compiled layers model carries. */
interface Compiled {
  lossFunctions?: Loss[];
  loss?: unknown;
}

/**
 * How a model is trained: the definition's `objective`, else its `loss`, else a compiled model's own loss, else
 * mean squared error.
 *
 * @throws CoordCheckError LOSS_UNKNOWN, SOFTMAX_UNDER_LOGITS; by its functions also LABELS_MISSING, LOSS_FAILED
 */
export function objectiveOf(model: Model, definition: ModelDefinition): ObjectiveOfOutputs {
  const { objective } = definition;
  if (objective !== undefined) {
    const loss = (batch: Batch, training: boolean) => called('objective', () => objective({ model, batch, training }));
    return { name: 'objective', forward: (batch) => void loss(batch, true), loss };
  }
  const { name, loss } = lossOf(model, definition);
  return {
    name,
    forward: (batch) => void applyModel(model, batch.x, true),
    loss: (batch, training) => {
      if (batch.y === undefined) throw failure('LABELS_MISSING', { loss: name });
      return loss(batch.y, applyModel(model, batch.x, training));
    },
  };
}

type LossOfParts = (labels: BatchPart, outputs: unknown) => TensorLike;

function lossOf(model: Model, definition: ModelDefinition): { name: string; loss: LossOfParts } {
  const { loss } = definition;
  if (typeof loss === 'function') {
    const name = loss.name === '' ? 'custom' : loss.name;
    return { name, loss: (labels, outputs) => called('loss', () => loss(labels, outputs)) };
  }
  const compiled = model as Compiled;
  if (loss === undefined && compiled.lossFunctions !== undefined && compiled.lossFunctions.length > 0) {
    const functions = compiled.lossFunctions;
    return {
      name: typeof compiled.loss === 'string' ? compiled.loss : 'compiled',
      loss: overParts((i) => (labels, outputs) => tf.mean((functions[i] ?? (functions[0] as Loss))(labels, outputs))),
    };
  }
  const name = loss ?? 'meanSquaredError';
  if (!LOSS_NAMES.includes(name)) throw failure('LOSS_UNKNOWN', { got: name, known: LOSS_NAMES.join(', ') });
  refuseProbabilitiesUnderLogitLoss(model, name);
  return { name, loss: overParts(() => namedLoss(name)) };
}

function refuseProbabilitiesUnderLogitLoss(model: Model, loss: string): void {
  const kind = isLayersModel(model) ? outputProbabilities(model) : null;
  if (kind !== null && LOGIT_LOSSES.has(loss)) throw failure('SOFTMAX_UNDER_LOGITS', { loss, activation: kind });
}

/** Calls a function of the user's. @throws CoordCheckError LOSS_FAILED where it throws */
function called(what: 'loss' | 'objective', f: () => TensorLike): TensorLike {
  try {
    return f();
  } catch (error) {
    if (error instanceof CoordCheckError) throw error;
    throw failure('LOSS_FAILED', { what, why: String(error) }, { cause: error });
  }
}

/** A loss of several labels and outputs: the sum over pairs. */
function overParts(lossAt: (index: number) => Loss): LossOfParts {
  return (labels, outputs) => {
    const ys = tensorsOf(labels);
    const os = tensorsOf(outputs);
    const terms = os.slice(0, ys.length).map((output, i) => lossAt(i)(ys[i] as Tensor, output));
    return terms.reduce((a, b) => tf.add(a, b));
  };
}

/** Runs a model's forward pass on whatever a batch's x is. */
export function applyModel(model: Model, x: BatchPart, training: boolean): unknown {
  if (!isLayersModel(model)) return model.apply(x as never, { training });
  const byName = (model as unknown as { inputNames?: string[] }).inputNames ?? [];
  const inputs =
    x instanceof tf.Tensor || Array.isArray(x) ? x : byName.map((name) => (x as Record<string, Tensor>)[name]);
  return model.apply(
    (Array.isArray(inputs) && inputs.length === 1 ? inputs[0] : inputs) as never,
    { training } as never,
  );
}

/** All tensors of a batch part or of a model's outputs, in order. */
export function tensorsOf(part: unknown): Tensor[] {
  if (part instanceof tf.Tensor) return [part];
  if (part === null || typeof part !== 'object') return [];
  return Object.values(part).flatMap(tensorsOf);
}
