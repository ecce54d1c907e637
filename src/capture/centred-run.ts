import { tf, type Tensor } from '../engine/tf.js';
import type { NamedParameter } from '../mup/parameters.js';
import { disposeTaps, type Tapped } from '../model/tap.js';
import { disposeSnapshot, type Snapshot } from '../model/trainee.js';
import { inertParameters } from './inert.js';
import type { Measurements } from './measurements.js';
import { ownPlace, type Place } from './own-place.js';
import { probeSeed, sameShape } from './plain-run.js';
import type { Subject } from './subject.js';

/**
 * The centred run: the loss is taken on outputs − initial outputs, so that ∂L/∂output is the same at every width.
 *
 * After each update every parameter is looked at alone. The *isolated* update of p is the forward pass with every
 * parameter at its initial value except p, minus the initial pass; the *propagated* part at p's own place is the
 * change there with every parameter updated except p. An isolated update that is exactly zero (everything upstream
 * of a zero readout at step 1) is looked at again after the next update.
 *
 * @returns the inert parameters: those whose gradient is rounding only
 */
export async function centredRun(
  subject: Subject,
  measurements: Measurements,
  { initialTaps, onStep }: { initialTaps: readonly Tapped[]; onStep: () => void },
): Promise<string[]> {
  const { spec, trainee, initial } = subject;
  trainee.restore(initial);
  const optimizer = subject.optimizer();
  const inert = new Set<string>();
  let pending: readonly NamedParameter[] = trainee.parameters;
  for (let step = 1; step <= spec.steps && pending.length > 0; step += 1) {
    const gradients = await centredStep(subject, optimizer, step);
    for (const name of gradients.inert) inert.add(name);
    const trained = trainee.snapshot();
    await measureCentredChange(subject, measurements, { step, initialTaps });
    const moved = new Set<string>();
    for (const parameter of pending) {
      if (inert.has(parameter.name) || !gradients.reached.has(parameter.name)) continue;
      const isMoved = await measureAlone(subject, measurements, { step, initialTaps, trained, parameter });
      if (isMoved) moved.add(parameter.name);
    }
    pending = pending.filter(({ name }) => gradients.reached.has(name) && !moved.has(name) && !inert.has(name));
    trainee.restore(trained);
    disposeSnapshot(trained);
    onStep();
  }
  optimizer.dispose?.();
  trainee.restore(initial);
  return [...inert].toSorted();
}

type Optimizer = ReturnType<Subject['optimizer']>;

interface StepGradients {
  /** Parameters the loss depends on. */
  reached: Set<string>;
  inert: string[];
}

/** One update on the loss of outputs − outputs₀, both on this step's batch. */
async function centredStep(subject: Subject, optimizer: Optimizer, step: number): Promise<StepGradients> {
  const { trainee, engine, spec, initial } = subject;
  const batch = await subject.batch(step - 1);
  const seed = `${spec.seed}:${step - 1}:train`;
  const current = trainee.snapshot();
  trainee.restore(initial);
  trainee.reseed(seed);
  const centre = engine.step(() => trainee.logits(batch));
  trainee.restore(current);
  disposeSnapshot(current);
  const sizes = new Map<string, Tensor>();
  trainee.reseed(seed);
  engine.step(() => {
    const { gradients } = trainee.gradients(batch, centre);
    for (const { name, variable } of trainee.parameters) {
      const gradient = gradients[variable.name];
      if (gradient !== undefined) sizes.set(name, tf.keep(tf.sqrt(tf.mean(tf.square(gradient)))));
    }
    optimizer.applyGradients(gradients);
  });
  const values = await engine.read([...sizes.values()]);
  tf.dispose([...centre, ...sizes.values()]);
  const gradientSizes = new Map([...sizes.keys()].map((name, i) => [name, values[i]?.[0] ?? Number.NaN]));
  return { reached: new Set(sizes.keys()), inert: inertParameters(gradientSizes) };
}

async function measureCentredChange(
  subject: Subject,
  measurements: Measurements,
  { step, initialTaps }: { step: number; initialTaps: readonly Tapped[] },
): Promise<void> {
  const taps = await probe(subject);
  subject.engine.step(() => {
    for (const { name, change } of changes(initialTaps, taps)) {
      measurements.add({ step, subject: 'tap', name, quantity: 'centredChange' }, change);
    }
  });
  await measurements.flush();
  disposeTaps(taps);
}

/** @returns whether the parameter's isolated update is not exactly zero */
async function measureAlone(
  subject: Subject,
  measurements: Measurements,
  at: { step: number; initialTaps: readonly Tapped[]; trained: Snapshot; parameter: NamedParameter },
): Promise<boolean> {
  const { trainee, engine, initial } = subject;
  const { step, initialTaps, trained, parameter } = at;
  const { name, variable } = parameter;
  trainee.restore(initial);
  variable.assign(trained.get(variable) as Tensor);
  const taps = await probe(subject);
  const places = await ownPlace(engine, initialTaps, taps);
  disposeTaps(taps);
  if (places.length === 0) {
    const last = initialTaps.at(-1)?.name ?? '';
    measurements.put(
      { step, subject: 'parameter', name, tap: last, quantity: 'isolatedUpdate', statistic: 'meanAbs' },
      0,
    );
    return false;
  }
  measurePlaces(measurements, { ...at, places });
  if (variable.rank > 1) {
    trainee.restore(trained);
    variable.assign(initial.get(variable) as Tensor);
    const others = await probe(subject);
    const isPlace = new Set(places.map(({ tap }) => tap));
    engine.step(() => {
      for (const { name: tap, change } of changes(initialTaps, others)) {
        if (isPlace.has(tap))
          measurements.add({ step, subject: 'parameter', name, tap, quantity: 'propagated' }, change);
      }
    });
    disposeTaps(others);
  }
  await measurements.flush();
  for (const { change } of places) change.dispose();
  return true;
}

function measurePlaces(
  measurements: Measurements,
  at: { step: number; initialTaps: readonly Tapped[]; parameter: NamedParameter; places: readonly Place[] },
): void {
  const { name } = at.parameter;
  const initial = new Map(at.initialTaps.map((t) => [t.name, t.tensor]));
  for (const { tap, change, sharesInitial } of at.places) {
    measurements.add({ step: at.step, subject: 'parameter', name, tap, quantity: 'isolatedUpdate' }, change);
    const value = initial.get(tap);
    if (sharesInitial && value !== undefined) {
      measurements.add({ step: 0, subject: 'parameter', name, tap, quantity: 'init' }, value);
    }
  }
}

async function probe(subject: Subject): Promise<Tapped[]> {
  const batch = await subject.batch(0);
  subject.trainee.reseed(probeSeed(subject));
  return subject.engine.step(() => subject.trainee.probe(batch));
}

/** Change of every tap between two passes; inside a tidy. */
function changes(before: readonly Tapped[], after: readonly Tapped[]): { name: string; change: Tensor }[] {
  const initial = new Map(before.map(({ name, tensor }) => [name, tensor]));
  return after.flatMap(({ name, tensor }) => {
    const start = initial.get(name);
    return start === undefined || !sameShape(start, tensor) ? [] : [{ name, change: tf.sub(tensor, start) }];
  });
}
