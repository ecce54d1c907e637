import { tf, type Tensor } from '../engine/tf.js';
import { disposeSnapshot, type Snapshot } from '../model/trainee.js';
import { inertParameters } from './inert.js';
import type { ParameterUse } from './parameter-uses.js';
import type { Subject } from './subject.js';

/** The model after one centred update. */
export interface CentredState {
  step: number;
  /** All variables after this step's update. */
  trained: Snapshot;
  /** Uses of parameters the loss depends on that have not yet shown a change of their own. */
  pending: readonly ParameterUse[];
  /**
   * Parameters that have had a gradient other than exactly 0: what moves before it does so by weight decay alone, which
   * tells nothing of its rate.
   */
  pulled: ReadonlySet<string>;
}

/**
 * Trains on the loss of outputs − initial outputs, so that ∂L/∂output is the same at every width, until every use of
 * every parameter has shown its own change.
 *
 * A change that is exactly zero (everything upstream of a zero readout at step 1) is looked at again after the next
 * update.
 *
 * @param uses - what is to be looked at
 * @param visit - looks at what is pending after an update; returns that whose own change is not exactly zero
 * @returns the inert parameters: those whose gradient is rounding only
 */
export async function centredSteps(subject: Subject, uses: readonly ParameterUse[], visit: Visit): Promise<string[]> {
  const { trainee, initial } = subject;
  trainee.restore(initial);
  const optimizer = subject.optimizer();
  try {
    return await trainedUntilSeen(subject, { uses, optimizer, visit });
  } finally {
    optimizer.dispose?.();
    trainee.restore(initial);
  }
}

type Visit = (state: CentredState) => Promise<ReadonlySet<ParameterUse>>;

async function trainedUntilSeen(
  subject: Subject,
  { uses, optimizer, visit }: { uses: readonly ParameterUse[]; optimizer: Optimizer; visit: Visit },
): Promise<string[]> {
  const { spec, trainee } = subject;
  const inert = new Set<string>();
  const pulled = new Set<string>();
  let pending = uses;
  for (let step = 1; step <= spec.steps && pending.length > 0; step += 1) {
    const gradients = await centredStep(subject, optimizer, step);
    for (const name of gradients.inert) inert.add(name);
    for (const name of gradients.pulled) pulled.add(name);
    pending = pending.filter(({ parameter: { name } }) => gradients.reached.has(name) && !inert.has(name));
    const trained = heldSnapshot(subject);
    const moved = await visit({ step, trained, pending, pulled });
    pending = pending.filter((use) => !moved.has(use));
    trainee.restore(trained);
    disposeSnapshot(trained);
  }
  return [...inert].toSorted();
}

function heldSnapshot({ trainee, held }: Subject): Snapshot {
  const snapshot = trainee.snapshot();
  for (const value of snapshot.values()) held.hold(value);
  return snapshot;
}

type Optimizer = ReturnType<Subject['optimizer']>;

interface StepGradients {
  /** Parameters the loss depends on. */
  reached: Set<string>;
  /** Those whose gradient is not exactly 0. */
  pulled: string[];
  inert: string[];
}

/** One update on the loss of outputs − outputs₀, both on this step's batch. */
async function centredStep(subject: Subject, optimizer: Optimizer, step: number): Promise<StepGradients> {
  const { trainee, engine, spec, initial, held } = subject;
  const batch = await subject.batch(step - 1);
  const seed = `${spec.seed}:${step - 1}:train`;
  const current = heldSnapshot(subject);
  trainee.restore(initial);
  trainee.reseed(seed);
  const centre = engine.step(() => trainee.logits(batch)).map((logits) => held.hold(logits));
  trainee.restore(current);
  disposeSnapshot(current);
  const sizes = new Map<string, Tensor>();
  trainee.reseed(seed);
  engine.step(() => {
    const { gradients } = trainee.gradients(batch, centre);
    for (const { name, variable } of trainee.parameters) {
      const gradient = gradients[variable.name];
      if (gradient !== undefined) sizes.set(name, held.hold(tf.keep(tf.sqrt(tf.mean(tf.square(gradient))))));
    }
    optimizer.applyGradients(gradients);
  });
  const values = await engine.read([...sizes.values()]);
  tf.dispose([...centre, ...sizes.values()]);
  const gradientSizes = new Map([...sizes.keys()].map((name, i) => [name, values[i]?.[0] ?? Number.NaN]));
  const vectors = new Set(trainee.parameters.filter(({ variable }) => variable.rank < 2).map(({ name }) => name));
  return {
    reached: new Set(sizes.keys()),
    pulled: [...gradientSizes].filter(([, size]) => size !== 0).map(([name]) => name),
    inert: inertParameters(gradientSizes, (name) => vectors.has(name)),
  };
}
