import { tf, type Optimizer, type Tensor } from '../engine/tf.js';
import { glob } from '../glob.js';
import { learningRateOf } from '../model/optimizer.js';
import type { Tapped } from '../model/tap.js';
import { toRecorded, type RecordedNumber } from '../records/record.js';
import type { Measurements } from './measurements.js';
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
 * Steps 0 … steps are probed on the batch of step 0; there is no backward pass after the last recorded step.
 *
 * @param initialTaps - taps of the initial pass on the batch of step 0
 * @param onStep - called after each recorded step
 */
export async function plainRun(
  subject: Subject,
  measurements: Measurements,
  { initialTaps, onStep }: { initialTaps: readonly Tapped[]; onStep: () => void },
): Promise<PlainRun> {
  const { spec, engine, trainee } = subject;
  const probeBatch = await subject.batch(0);
  const optimizer = subject.optimizer();
  const run: PlainRun = { loss: [], learningRates: [], isFinite: true };
  for (let step = 0; step <= spec.steps && run.isFinite; step += 1) {
    engine.step(() => measureTaps(subject, measurements, { step, initialTaps, batch: probeBatch }));
    measureUpdates(subject, measurements, step);
    if (step < spec.steps) {
      run.learningRates.push(learningRateOf(optimizer));
      const batch = await subject.batch(step);
      trainee.reseed(`${spec.seed}:${step}:train`);
      const loss = engine.step(() => trainStep(subject, measurements, { step, batch, optimizer }));
      const [value] = await engine.read([loss]);
      loss.dispose();
      run.loss.push(toRecorded(value?.[0] ?? Number.NaN));
    }
    const isFinite = await measurements.flush();
    run.isFinite = isFinite && run.loss.every((value) => typeof value === 'number');
    onStep();
  }
  optimizer.dispose?.();
  return run;
}

type Batch = Awaited<ReturnType<Subject['batch']>>;

function measureTaps(
  subject: Subject,
  measurements: Measurements,
  at: { step: number; initialTaps: readonly Tapped[]; batch: Batch },
): void {
  const { trainee, spec } = subject;
  const isRecorded = tapFilter(spec.taps);
  trainee.reseed(probeSeed(subject));
  const taps = trainee.probe(at.batch);
  const initial = new Map(at.initialTaps.map(({ name, tensor }) => [name, tensor]));
  for (const { name, tensor } of taps) {
    if (isRecorded(name)) {
      measurements.add({ step: at.step, subject: 'tap', name, quantity: 'activation' }, tensor);
      const before = initial.get(name);
      if (at.step > 0 && before !== undefined && sameShape(before, tensor)) {
        measurements.add({ step: at.step, subject: 'tap', name, quantity: 'change' }, tf.sub(tensor, before));
      }
    }
    tensor.dispose();
  }
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
  at: { step: number; batch: Batch; optimizer: Optimizer },
): Tensor {
  const { loss, gradients } = subject.trainee.gradients(at.batch);
  for (const { name, variable } of subject.trainee.parameters) {
    const gradient = gradients[variable.name];
    if (gradient === undefined) continue;
    measurements.add({ step: at.step, subject: 'parameter', name, quantity: 'gradient' }, gradient);
  }
  at.optimizer.applyGradients(gradients);
  return tf.keep(loss);
}

/** All probe passes of a run draw alike: a change is then the weights' doing alone. */
export function probeSeed({ spec }: Subject): string {
  return `${spec.seed}:probe`;
}

/** Which taps a check records: those that match a glob, or all. */
export function tapFilter(globs: readonly string[] | null): (name: string) => boolean {
  if (globs === null) return () => true;
  const matchers = globs.map(glob);
  return (name) => matchers.some((matches) => matches(name));
}

/** True where two tensors can be subtracted coordinate by coordinate. */
export function sameShape(a: Tensor, b: Tensor): boolean {
  return a.shape.length === b.shape.length && a.shape.every((size, i) => size === b.shape[i]);
}
