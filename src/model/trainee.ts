import { withSeededRandom } from '../engine/random.js';
import { tf, type Tensor, type Variable } from '../engine/tf.js';
import { failure } from '../errors.js';
import { isLayersModel, namedParameters, type NamedParameter } from '../mup/parameters.js';
import type { Batch, HandWrittenModel, Model, ModelDefinition, TensorLike } from './definition.js';
import { interceptLogits, tapLayers } from './layer-taps.js';
import { LogitsGate, OUTPUT } from './logits-gate.js';
import { objectiveOf } from './objective.js';
import { recordTaps, sharing, type Tapped } from './tap.js';

/** Values of some variables, kept alive; clones share the data, so keeping them costs nothing until a step changes it. */
export type Snapshot = ReadonlyMap<Variable, Tensor>;

/** A loss and its gradients, by variable name; a type, not an interface, so that a tidy may return it. */
export type LossGradients = { loss: Tensor; gradients: Record<string, Tensor> };

/**
 * A model made measurable: every layer tapped, its logits reachable, its variables named.
 *
 * All passes run in training mode and are synchronous. A probe leaves no trace: non-trainable state is put back.
 */
export interface Trainee {
  readonly model: Model;
  /** Trainable variables in the order of the forward pass's layers. */
  readonly parameters: readonly NamedParameter[];
  /** One forward pass on a batch: its taps in call order. The caller disposes their tensors. */
  probe(batch: Batch): Tapped[];
  /** The logits of a forward pass, one tensor a call of the model; the caller disposes them. */
  logits(batch: Batch): Tensor[];
  /**
   * Gradients of the loss, by variable name, and the loss; inside a tidy.
   *
   * @param centre - logits subtracted from the model's own before the loss (a centred step); none for a plain one
   */
  gradients(batch: Batch, centre?: readonly Tensor[]): LossGradients;
  /** Gradients of the loss as {@link gradients} gives them, and the taps of their forward pass; the caller disposes those. */
  tappedGradients(batch: Batch): LossGradients & { taps: Tapped[] };
  /** Whether a pass so far has drawn random numbers (dropout, noise). */
  readonly hasDrawn: boolean;
  /** The loss alone, inside a tidy. */
  loss(batch: Batch): Tensor;
  /** Current values of all variables, trainable or not. */
  snapshot(): Snapshot;
  restore(snapshot: Snapshot): void;
  /** How the report calls the loss. */
  readonly lossName: string;
  /** Seeds the draws (dropout, noise) of the passes that follow. */
  reseed(seed: string): void;
  dispose(): void;
}

/**
 * Instruments a freshly built model.
 *
 * @param model - what `build` returned; its layers are wrapped in place
 * @param definition - supplies loss or objective
 */
export function trainee(model: Model, definition: ModelDefinition): Trainee {
  // First, because tapped layers no longer show which activation they apply.
  const objective = objectiveOf(model, definition);
  const logits = new LogitsGate();
  instrument(model, logits);
  const all = namedParameters(model);
  const parameters = all.filter((p) => p.trainable);
  const variables = parameters.map((p) => p.variable);
  const state = all.filter((p) => !p.trainable).map((p) => p.variable);
  let seed = '';

  let hasDrawn = false;
  const pass = <T>(f: () => T): T =>
    withSeededRandom(seed, () => {
      const draw = Math.random;
      Math.random = () => {
        hasDrawn = true;
        return draw();
      };
      return logits.during(f);
    });
  const lossOf = (batch: Batch) => scalar(objective.loss(batch));
  const gradientsOf = (batch: Batch): LossGradients => {
    const { value, grads } = tf.variableGrads(() => lossOf(batch) as never, variables);
    return { loss: value, gradients: grads };
  };
  return {
    model,
    parameters,
    lossName: objective.name,
    probe: (batch) =>
      undisturbed(state, () =>
        pass(() => distinct(recordTaps(() => tf.tidy(() => logits.tapping(() => objective.forward(batch)))).taps)),
      ),
    logits: (batch) =>
      undisturbed(state, () => pass(() => logits.collect(() => tf.tidy(() => objective.forward(batch))))),
    gradients: (batch, centre) => pass(() => logits.centredOn(centre, () => gradientsOf(batch))),
    tappedGradients: (batch) =>
      pass(() => {
        const { value, taps } = recordTaps(() => logits.tapping(() => gradientsOf(batch)));
        return { ...value, taps: distinct(taps) };
      }),
    get hasDrawn() {
      return hasDrawn;
    },
    loss: (batch) => undisturbed(state, () => pass(() => lossOf(batch))),
    snapshot: () => snapshotOf(all.map((p) => p.variable)),
    restore: (values) => {
      for (const [variable, value] of values) variable.assign(value);
    },
    reseed: (next) => {
      seed = next;
    },
    dispose: () => tf.dispose(all.map((p) => p.variable)),
  };
}

/** Sends a model's logits through the gate, and taps its layers. */
function instrument(model: Model, logits: LogitsGate): void {
  if (!isLayersModel(model)) {
    interceptHandWritten(model, (x) => logits.pass(x));
    return;
  }
  interceptLogits(model, (x) => logits.pass(x));
  tapLayers(model);
}

/** Without the logits' own tap where another tap already shows the same tensor. */
function distinct(taps: Tapped[]): Tapped[] {
  return taps.filter(({ name, tensor, sourceId }) => {
    const isRepeat = isOutput(name) && taps.some((t) => !isOutput(t.name) && t.sourceId === sourceId);
    if (isRepeat) tensor.dispose();
    return !isRepeat;
  });
}

function isOutput(name: string): boolean {
  return name === OUTPUT || name.startsWith(`${OUTPUT}#`);
}

/** Runs a pass and puts non-trainable state (moving averages) back as it was. */
function undisturbed<T>(state: readonly Variable[], f: () => T): T {
  const before = snapshotOf(state);
  try {
    return f();
  } finally {
    for (const [variable, value] of before) variable.assign(value);
    disposeSnapshot(before);
  }
}

function snapshotOf(variables: readonly Variable[]): Snapshot {
  return new Map(variables.map((variable) => [variable, tf.keep(sharing(variable))]));
}

/** Frees a snapshot. */
export function disposeSnapshot(snapshot: Snapshot): void {
  for (const value of snapshot.values()) value.dispose();
}

function scalar(loss: TensorLike): Tensor {
  if (loss === null || typeof loss !== 'object' || !Array.isArray(loss.shape)) {
    throw failure('LOSS_NOT_SCALAR', { got: loss instanceof Promise ? 'a promise' : typeof loss });
  }
  if (loss.shape.length > 0) throw failure('LOSS_NOT_SCALAR', { got: `a tensor of shape [${loss.shape.join(', ')}]` });
  return loss as Tensor;
}

function interceptHandWritten(model: HandWrittenModel, transform: (x: Tensor) => Tensor): void {
  const apply = model.apply.bind(model);
  const intercepted = (x: never, options: { training: boolean }): unknown => mapTensors(apply(x, options), transform);
  Object.defineProperty(model, 'apply', { value: intercepted, configurable: true, writable: true });
}

function mapTensors(value: unknown, transform: (x: Tensor) => Tensor): unknown {
  if (value instanceof tf.Tensor) return transform(value);
  if (Array.isArray(value)) return value.map((v) => mapTensors(v, transform));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, mapTensors(v, transform)]));
}
