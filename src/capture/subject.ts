import type { Engine } from '../engine/engine.js';
import { hashTensors } from '../engine/hash.js';
import { withFastInitializers } from '../engine/initializers.js';
import { withSeededRandom } from '../engine/random.js';
import { tf, type Optimizer, type Tensor } from '../engine/tf.js';
import { CoordCheckError, failure } from '../errors.js';
import type { BatchStore } from '../model/batch.js';
import type { Batch, Model, ModelDefinition } from '../model/definition.js';
import { tensorsOf } from '../model/objective.js';
import { optimizerOf } from '../model/optimizer.js';
import { withInitMultiplied, withUpdatesMultiplied } from '../model/prescribed.js';
import { builtQuietly } from '../model/scaling-remarks.js';
import { disposeSnapshot, Trainee, type Snapshot } from '../model/trainee.js';
import { HeldTensors } from './held-tensors.js';
import { forwardingWatch } from './forwarding-watch.js';
import { prescribedFactors } from './prescribed-factors.js';
import { weightsSeed, type RunSpec } from './run-spec.js';

/** A model under measurement: built at one width and seed, instrumented, with its batches. */
export interface Subject {
  readonly spec: RunSpec;
  readonly engine: Engine;
  readonly trainee: Trainee;
  /** All variables at initialization; empty where only activations are measured, which need no memory for it. */
  readonly initial: Snapshot;
  /** What is to be freed with the run, whether or not it gets that far. */
  readonly held: HeldTensors;
  /** The training batch of a step; the same object whenever asked again. */
  batch(step: number): Promise<Batch>;
  /**
   * Kernels that ran on cpu since the model was built, by name. Those of batches do not count: who makes a batch first
   * depends on the runs before.
   */
  forwarded(): string[];
  /** An optimizer without state. */
  optimizer(): Optimizer;
  dispose(): void;
}

/** What a process makes its runs with. */
export interface Bench {
  engine: Engine;
  store: BatchStore;
}

/**
 * Builds the model of a run and makes it measurable.
 *
 * @throws CoordCheckError BUILD_FAILED, and what the batch, the loss or the optimizer throw
 */
export async function prepare(definition: ModelDefinition, spec: RunSpec, { engine, store }: Bench): Promise<Subject> {
  const watch = forwardingWatch(engine);
  const factors = prescribedFactors(spec);
  const model = withInitMultiplied(await build(definition, spec, engine), factors.init);
  engine.settle();
  const instrumented = new Trainee(model, definition);
  const initial: Snapshot = spec.measure === 'activations' ? new Map() : instrumented.snapshot();
  const held = new HeldTensors();
  const batches = new Map<number, Promise<Batch>>();
  const made = (step: number) =>
    watch.without(async () => {
      const batch = await store(model, { seed: spec.seed, step });
      // It may serve other runs, too, so its numbers must not depend on what this one has recorded beside it.
      engine.settle();
      return batch;
    });
  return {
    spec,
    engine,
    trainee: instrumented,
    initial,
    held,
    batch: (step) => {
      const known = batches.get(step) ?? made(step);
      batches.set(step, known);
      return known;
    },
    forwarded: watch.names,
    optimizer: () => {
      const optimizer = optimizerOf(model, definition, spec.hyperparameters);
      return withUpdatesMultiplied(optimizer, model, factors);
    },
    dispose: () => {
      held.dispose();
      disposeSnapshot(initial);
      instrumented.dispose();
    },
  };
}

async function build(definition: ModelDefinition, spec: RunSpec, engine: Engine): Promise<Model> {
  const { width, depth, parametrization, hyperparameters } = spec;
  const context = {
    tf,
    width,
    ...(depth === null ? {} : { depth }),
    seed: numericSeed(weightsSeed(spec)),
    parametrization,
    hyperparameters: hyperparameters as never,
  };
  try {
    const model = await withSeededRandom(weightsSeed(spec), () =>
      withFastInitializers(
        () => builtQuietly(() => definition.build(context)),
        (size) => engine.allocate(size),
      ),
    );
    if (model !== null && typeof model === 'object' && ('layers' in model || 'parameters' in model))
      return fresh(model);
    throw new TypeError(`it returned ${String(model)}, neither a LayersModel nor { apply, parameters }`);
  } catch (error) {
    if (error instanceof CoordCheckError) throw error;
    throw failure('BUILD_FAILED', { width, why: String(error) }, { cause: error });
  }
}

/** Models built before, in this process. */
const built = new WeakSet<Model>();

/** A model that was trained before does not start from its initial weights. */
function fresh(model: Model): Model {
  if (built.has(model)) throw new TypeError('it returned the same model a second time');
  built.add(model);
  return model;
}

/** A positive whole seed for the user's own initializers; never 0, which TF.js takes for random. */
function numericSeed(text: string): number {
  return (Number.parseInt(hashTensors([new TextEncoder().encode(text)]).slice(0, 7), 16) % 2_147_483_646) + 1;
}

/** Coordinates of each parameter that its fingerprint looks at: enough to tell any two initializations apart. */
const FINGERPRINTED = 4096;

/** Fingerprint of the initial weights, and of every batch the run trains on. To be taken before the first update. */
export async function fingerprints(subject: Subject): Promise<{ weightsHash: string; batchHash: string }> {
  const { engine, spec } = subject;
  const tensors: Tensor[] = [];
  // One after the other: each holds `Math.random` until it is made.
  for (let step = 0; step < Math.max(1, spec.steps); step++) {
    const { x, y } = await subject.batch(step);
    tensors.push(...tensorsOf(x), ...tensorsOf(y));
  }
  const heads = subject.trainee.parameters.map(({ variable }) => tf.tidy(() => headOf(variable)));
  const [weights, data] = [await engine.read(heads), await engine.read([...new Set(tensors)])];
  tf.dispose(heads);
  return { weightsHash: hashTensors(weights), batchHash: hashTensors(data) };
}

function headOf(x: Tensor): Tensor {
  return tf.slice(tf.reshape(x, [-1]), [0], [Math.min(FINGERPRINTED, x.size)]);
}
