import { watchingKernels } from '../engine/kernel-watch.js';
import { withSeededRandom } from '../engine/random.js';
import { tf, type Tensor, type Variable } from '../engine/tf.js';
import { failure } from '../errors.js';
import { isLayersModel, namedParameters, type NamedParameter } from '../mup/parameters.js';
import type { ActivationProduct, LogitsPlace } from './activation-products.js';
import type { Batch, HandWrittenModel, Model, ModelDefinition, TensorLike } from './definition.js';
import { MultipliedPass, type ForwardMultipliers } from './forward-multipliers.js';
import { ForwardTrace, type TraceOptions, type Use } from './forward-trace.js';
import { interceptLogits, tapLayers } from './layer-taps.js';
import { LogitsGate } from './logits-gate.js';
import { objectiveOf, tensorsOf, type ObjectiveOfOutputs } from './objective.js';
import { disposeTaps, recordTaps, sharing, withoutNumber, type Tapped } from './tap.js';

export type { TraceOptions, Use } from './forward-trace.js';

/** Values of some variables, kept alive; clones share the data, so keeping them costs nothing until a step changes it. */
export type Snapshot = ReadonlyMap<Variable, Tensor>;

/** A loss and its gradients, by variable name; a type, not an interface, so that a tidy may return it. */
export type LossGradients = { loss: Tensor; gradients: Record<string, Tensor> };

/** What one traced forward pass shows besides its taps. */
export interface Trace {
  taps: Tapped[];
  /** How each trainable variable is used, in the order of the pass; none where the batch never meets it. */
  uses: ReadonlyMap<Variable, readonly Use[]>;
  /** The attention logits that taps show, by the tap's name. */
  products: ReadonlyMap<string, ActivationProduct>;
}

/** What a traced pass is traced for. */
interface HowTraced {
  swap?: TraceOptions['swap'] | undefined;
  readsFactors?: boolean;
}

/**
 * A model made measurable: every layer tapped, its logits reachable, its variables named.
 *
 * All passes but that of {@link Trainee.evaluated} run in training mode; all are synchronous. A probe leaves no trace: non-trainable state is put back.
 */
export class Trainee {
  readonly model: Model;
  /** Trainable variables in the order of the forward pass's layers. */
  readonly parameters: readonly NamedParameter[];
  /** Variables that would be trained, were they not set to be not trainable. */
  readonly frozen: readonly NamedParameter[];
  readonly #all: readonly NamedParameter[];
  readonly #objective: ObjectiveOfOutputs;
  readonly #logits = new LogitsGate();
  readonly #ownProducts = new Map<Variable, string>();
  #ownLogits: readonly LogitsPlace[] = [];
  /** The taps of which attention logits tapped here are some: with a repeat less, the others are numbered otherwise. */
  #logitsTaps: readonly string[] = [];
  #multipliers: ForwardMultipliers | null = null;
  #seed = '';
  #hasDrawn = false;

  /**
   * Instruments a freshly built model.
   *
   * @param model - what `build` returned; its layers are wrapped in place
   * @param definition - supplies loss or objective
   */
  constructor(model: Model, definition: ModelDefinition) {
    this.model = model;
    // First, because tapped layers no longer show which activation they apply.
    this.#objective = objectiveOf(model, definition);
    instrument(model, this.#logits);
    this.#all = namedParameters(model);
    this.parameters = this.#all.filter((p) => p.trainable);
    this.frozen = this.#all.filter((p) => p.frozen);
  }

  /** How the report calls the loss. */
  get lossName(): string {
    return this.#objective.name;
  }

  /** Whether a pass so far has drawn random numbers (dropout, noise). */
  get hasDrawn(): boolean {
    return this.#hasDrawn;
  }

  /**
   * Whether probes show products that no tap of the model's shows. Training passes do not: TF.js computes a layer's product
   * by other kernels where a gradient is taken.
   */
  get hasOwnProducts(): boolean {
    return this.#ownProducts.size > 0;
  }

  /**
   * Has probes tap the first product of some parameters with an activation, under the parameter's name: for what the
   * model's own taps cannot tell apart.
   *
   * @param names - of parameters; those the model lacks are ignored
   */
  tapProductsOf(names: readonly string[]): void {
    for (const { name, variable } of this.parameters) if (names.includes(name)) this.#ownProducts.set(variable, name);
  }

  /** Has every later pass multiplied, training passes too. */
  multiplyForward(multipliers: ForwardMultipliers): void {
    this.#multipliers = multipliers;
  }

  /**
   * A probe that is followed kernel by kernel: how variables are used, and which taps show activation products.
   *
   * Attention logits that no tap shows get one, here and in every later probe. The caller disposes the taps.
   */
  trace(batch: Batch): Trace {
    const { taps, trace } = this.#traced(batch, { readsFactors: true });
    const untapped = trace.untappedLogits(taps);
    if (untapped.length === 0) return { taps, uses: trace.uses(taps), products: trace.productsAt(taps) };
    disposeTaps(taps);
    this.#ownLogits = [...this.#ownLogits, ...untapped];
    const again = this.#traced(batch, { readsFactors: true });
    const names = again.taps.map(({ name }) => name);
    this.#logitsTaps = names.filter((name) => again.trace.logitsTaps.has(withoutNumber(name)));
    return { taps: again.taps, uses: again.trace.uses(again.taps), products: again.trace.productsAt(again.taps) };
  }

  /**
   * One forward pass on a batch: its taps in call order. The caller disposes their tensors.
   *
   * @param swap - a value that takes a variable's place in one of its uses only
   */
  probe(batch: Batch, swap?: TraceOptions['swap']): Tapped[] {
    const isTraced = swap !== undefined || this.hasOwnProducts || this.#ownLogits.length > 0;
    return isTraced ? this.#traced(batch, { swap }).taps : this.#forward(batch);
  }

  /** The logits of a forward pass, one tensor a call of the model; the caller disposes them. */
  logits(batch: Batch): Tensor[] {
    return this.#undisturbed(() =>
      this.#pass(batch, () => this.#logits.collect(() => tf.tidy(() => this.#objective.forward(batch)))),
    );
  }

  /**
   * Gradients of the loss, by variable name, and the loss; inside a tidy.
   *
   * @param centre - logits subtracted from the model's own before the loss (a centred step); none for a plain one
   */
  gradients(batch: Batch, centre?: readonly Tensor[]): LossGradients {
    return this.#pass(batch, () => this.#logits.centredOn(centre, () => this.#gradients(batch)));
  }

  /**
   * Gradients of the loss as {@link gradients} gives them, and the taps of their forward pass, which without own products are
   * those of a {@link probe}; the caller disposes them.
   *
   * @param isWanted - whether a tap of a name is; the attention logits that no tap of the model's shows are left out where none
   *   of them are, for which a pass has to be followed
   */
  tappedGradients(batch: Batch, isWanted: (name: string) => boolean): LossGradients & { taps: Tapped[] } {
    const isFollowed = this.#logitsTaps.some((name) => isWanted(name) || isWanted(withoutNumber(name)));
    const trace = isFollowed ? this.#trace(batch) : null;
    const tapped = () =>
      this.#pass(batch, () => {
        const { value, taps } = recordTaps(() => this.#logits.tapping(() => this.#gradients(batch, trace)));
        return { ...value, taps };
      });
    return trace === null ? tapped() : watchingKernels(trace, tapped);
  }

  /** The loss alone, inside a tidy. */
  loss(batch: Batch): Tensor {
    return this.#undisturbed(() => this.#pass(batch, () => this.#loss(batch)));
  }

  /** The loss as it is when the model is used: without dropout, with the averages it has kept; inside a tidy. */
  evaluated(batch: Batch): Tensor {
    return this.#undisturbed(() => this.#pass(batch, () => this.#loss(batch, false)));
  }

  /** Current values of all variables, trainable or not. */
  snapshot(): Snapshot {
    return snapshotOf(this.#all.map(({ variable }) => variable));
  }

  restore(snapshot: Snapshot): void {
    for (const [variable, value] of snapshot) variable.assign(value);
  }

  /** Seeds the draws (dropout, noise) of the passes that follow. */
  reseed(seed: string): void {
    this.#seed = seed;
  }

  dispose(): void {
    tf.dispose(this.#all.map(({ variable }) => variable));
  }

  #traced(batch: Batch, how: HowTraced): { taps: Tapped[]; trace: ForwardTrace } {
    const trace = this.#trace(batch, how);
    return { taps: watchingKernels(trace, () => this.#forward(batch)), trace };
  }

  #trace(batch: Batch, { swap, readsFactors = false }: HowTraced = {}): ForwardTrace {
    const variables = this.parameters.map(({ variable }) => variable);
    const own = { products: this.#ownProducts, logits: this.#ownLogits };
    return new ForwardTrace(variables, rootsOf(batch), { ...own, readsFactors, ...(swap && { swap }) });
  }

  #forward(batch: Batch): Tapped[] {
    const forward = () => tf.tidy(() => this.#logits.tapping(() => this.#objective.forward(batch)));
    return this.#undisturbed(() => this.#pass(batch, () => recordTaps(forward).taps));
  }

  /** @param trace - follows the forward pass, and only that */
  #gradients(batch: Batch, trace: ForwardTrace | null = null): LossGradients {
    const variables = this.parameters.map(({ variable }) => variable);
    const loss = () => {
      const value = this.#loss(batch);
      trace?.end();
      return value;
    };
    const { value, grads } = tf.variableGrads(loss as never, variables);
    return { loss: value, gradients: grads };
  }

  #loss(batch: Batch, training = true): Tensor {
    return scalar(this.#objective.loss(batch, training));
  }

  #pass<T>(batch: Batch, f: () => T): T {
    const multipliers = this.#multipliers;
    return withSeededRandom(this.#seed, () => {
      const draw = Math.random;
      Math.random = () => {
        this.#hasDrawn = true;
        return draw();
      };
      const pass = () => this.#logits.during(f);
      return multipliers === null ? pass() : watchingKernels(new MultipliedPass(multipliers, rootsOf(batch)), pass);
    });
  }

  /** Runs a pass and puts non-trainable state (moving averages) back as it was. */
  #undisturbed<T>(f: () => T): T {
    const before = snapshotOf(this.#all.filter(({ trainable }) => !trainable).map(({ variable }) => variable));
    try {
      return f();
    } finally {
      this.restore(before);
      disposeSnapshot(before);
    }
  }
}

/** The tensors a pass on a batch starts from. */
function rootsOf({ x, y }: Batch): Tensor[] {
  return [...tensorsOf(x), ...tensorsOf(y)];
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
