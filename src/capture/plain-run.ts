import { tf, type Optimizer, type Tensor } from '../engine/tf.js';
import { glob } from '../glob.js';
import { tensorsOf } from '../model/objective.js';
import { learningRateOf } from '../model/optimizer.js';
import { disposeTaps, type Tapped } from '../model/tap.js';
import { toRecorded, type RecordedNumber } from '../records/record.js';
import type { Measurements } from './measurements.js';
import { changesOf, heldTaps, probe } from './probes.js';
import type { Subject } from './subject.js';

/** What the user's own training showed besides its rows. */
export interface PlainRun {
  loss: RecordedNumber[];
  learningRates: (number | null)[];
  /** False once a loss or a statistic was not finite; the run ends there. */
  isFinite: boolean;
}

/**
 * The user's own training: x_t and Δx at every tap, value, update and gradient of every parameter.
 *
 * Steps 0 … steps are probed on the batch of step 0; there is no backward pass after the last recorded step. A step is
 * recorded whole before its first value is read, so that a lazy engine computes it at once.
 *
 * @param initialTaps - taps of the initial pass on the batch of step 0; none where only activations are measured
 * @param onStep - called after each recorded step
 */
export async function plainRun(
  subject: Subject,
  measurements: Measurements,
  { initialTaps, onStep }: { initialTaps: readonly Tapped[]; onStep: () => void },
): Promise<PlainRun> {
  const optimizer = subject.optimizer();
  try {
    return await trainedSteps(subject, measurements, { initialTaps, optimizer, onStep });
  } finally {
    optimizer.dispose?.();
  }
}

async function trainedSteps(
  subject: Subject,
  measurements: Measurements,
  { initialTaps, optimizer, onStep }: { initialTaps: readonly Tapped[]; optimizer: Optimizer; onStep: () => void },
): Promise<PlainRun> {
  const { spec, engine, trainee } = subject;
  const run: PlainRun = { loss: [], learningRates: [], isFinite: true };
  const isRecorded = tapFilter(spec.taps);
  for (let step = 0; step <= spec.steps && run.isFinite; step += 1) {
    const batch = step < spec.steps ? await subject.batch(step) : null;
    const isProbe = batch !== null && (await showsProbe(subject, batch));
    if (!isProbe) measureTaps(subject, measurements, { step, initialTaps, taps: await probe(subject), isRecorded });
    if (spec.measure !== 'activations') measureUpdates(subject, measurements, step);
    const losses: Tensor[] = [];
    if (batch !== null) {
      run.learningRates.push(learningRateOf(optimizer));
      trainee.reseed(`${spec.seed}:${step}:train`);
      const { loss, taps } = engine.step(() =>
        trainStep(subject, measurements, { step, batch, optimizer, isProbe, isRecorded }),
      );
      if (isProbe) measureTaps(subject, measurements, { step, initialTaps, taps, isRecorded });
      losses.push(loss);
    }
    const [loss] = await engine.read(losses);
    tf.dispose(losses);
    if (loss !== undefined) run.loss.push(toRecorded(loss[0] ?? Number.NaN));
    const isFinite = await measurements.flush();
    run.isFinite = isFinite && run.loss.every((value) => typeof value === 'number');
    onStep();
  }
  return run;
}

type Batch = Awaited<ReturnType<Subject['batch']>>;

/**
 * Whether the forward pass of a training step is the probe itself: on the same tensors, by a model that draws nothing,
 * and whose products are shown by its own taps. Then one pass serves both.
 */
async function showsProbe(subject: Subject, batch: Batch): Promise<boolean> {
  const [here, first] = [batch, await subject.batch(0)].map(({ x, y }) => [...tensorsOf(x), ...tensorsOf(y)]);
  return (
    !subject.trainee.hasDrawn &&
    !subject.trainee.hasOwnProducts &&
    here!.length === first!.length &&
    here!.every((x, i) => x === first![i])
  );
}

interface StepTaps {
  step: number;
  initialTaps: readonly Tapped[];
  taps: readonly Tapped[];
  isRecorded(name: string): boolean;
}

/** Records what was seen at the taps of a probe, and disposes them. */
function measureTaps(
  subject: Subject,
  measurements: Measurements,
  { step, initialTaps, taps, isRecorded }: StepTaps,
): void {
  const recorded = taps.filter(({ name }) => isRecorded(name));
  subject.engine.step(() => {
    for (const { name, tensor } of recorded) {
      measurements.add({ step, subject: 'tap', name, quantity: 'activation' }, tensor);
    }
    for (const { name, change } of step === 0 ? [] : changesOf(initialTaps, recorded)) {
      measurements.add({ step, subject: 'tap', name, quantity: 'change' }, change);
    }
  });
  disposeTaps(taps);
}

function measureUpdates(subject: Subject, measurements: Measurements, step: number): void {
  const { trainee, engine, initial } = subject;
  engine.step(() => {
    for (const { name, variable } of trainee.parameters) {
      const before = initial.get(variable) as Tensor;
      if (step === 0) measurements.add({ step, subject: 'parameter', name, quantity: 'value' }, before);
      else measurements.add({ step, subject: 'parameter', name, quantity: 'update' }, tf.sub(variable, before));
    }
  });
}

function trainStep(
  subject: Subject,
  measurements: Measurements,
  at: { step: number; batch: Batch; optimizer: Optimizer; isProbe: boolean; isRecorded(name: string): boolean },
): { loss: Tensor; taps: Tapped[] } {
  const { trainee, spec, held } = subject;
  const { loss, gradients, taps } = at.isProbe
    ? trainee.tappedGradients(at.batch, at.isRecorded)
    : { ...trainee.gradients(at.batch), taps: [] };
  heldTaps(subject, taps);
  for (const { name, variable } of trainee.parameters) {
    const gradient = gradients[variable.name];
    if (gradient === undefined || spec.measure === 'activations') continue;
    measurements.add({ step: at.step, subject: 'parameter', name, quantity: 'gradient' }, gradient);
  }
  at.optimizer.applyGradients(gradients);
  return { loss: held.hold(tf.keep(loss)), taps };
}

/** Which taps a check records: those that match a glob, or all. */
export function tapFilter(globs: readonly string[] | null): (name: string) => boolean {
  if (globs === null) return () => true;
  const matchers = globs.map(glob);
  return (name) => matchers.some((matches) => matches(name));
}
