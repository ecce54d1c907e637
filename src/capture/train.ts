import { tf } from '../engine/tf.js';
import { batchStream, validationOf } from '../model/batch-stream.js';
import type { ModelDefinition } from '../model/definition.js';
import { fromRecorded, toRecorded, type RecordedNumber } from '../records/record.js';
import type { TrialKey, TrialRecord } from '../records/trial.js';
import { trialRun } from './run-spec.js';
import { prepare, type Bench, type Subject } from './subject.js';

/**
 * Trains one hyperparameter setting at one width and seed, to its last step or until its loss is not finite.
 *
 * Nothing is measured but the loss. Weights and batches are those a check of the same width and seed would train with;
 * a trial of fewer steps is the beginning of one of more. Depends on the definition, the key, the engine and its threads
 * alone.
 *
 * @param onStep - called with the updates done and expected
 * @throws what the model throws
 */
export async function trainTrial(
  definition: ModelDefinition,
  trial: TrialKey,
  bench: Bench,
  onStep: (done: number, total: number) => void = () => {},
): Promise<TrialRecord> {
  const subject = await prepare(definition, trialRun(trial), bench);
  try {
    const loss = await trainedLosses(subject, definition, onStep);
    const isFinite = loss.every((value) => typeof value === 'number');
    const score = isFinite ? await scoreOf(subject, definition, loss) : 'NaN';
    return { ...trial, state: typeof score === 'number' ? 'finished' : 'diverged', error: null, loss, score };
  } finally {
    subject.dispose();
    bench.engine.endRun();
  }
}

/** How many times a trial tells of its progress: each is a message between processes. */
const TOLD = 50;

async function trainedLosses(
  { spec, engine, trainee, optimizer: newOptimizer }: Subject,
  definition: ModelDefinition,
  onStep: (done: number, total: number) => void,
): Promise<RecordedNumber[]> {
  const batches = await batchStream(trainee.model, definition, spec.seed);
  const optimizer = newOptimizer();
  const losses: RecordedNumber[] = [];
  const stride = Math.ceil(spec.steps / TOLD);
  try {
    for (let step = 0; step < spec.steps && typeof (losses.at(-1) ?? 0) === 'number'; step += 1) {
      const batch = await batches.at(step);
      trainee.reseed(`${spec.seed}:${step}:train`);
      const loss = engine.step(() => {
        const { loss: value, gradients } = trainee.gradients(batch);
        optimizer.applyGradients(gradients);
        return tf.keep(value);
      });
      const [value] = await engine.read([loss]);
      loss.dispose();
      losses.push(toRecorded(value?.[0] ?? Number.NaN));
      if ((step + 1) % stride === 0 || step + 1 === spec.steps) onStep(step + 1, spec.steps);
    }
    return losses;
  } finally {
    batches.dispose();
    optimizer.dispose?.();
  }
}

/** The share of a training's end that its loss is averaged over: one batch alone is noise. */
const TAIL = 0.1;

/** What a trial is judged on: see {@link TrialRecord.score}. */
async function scoreOf(
  { spec, engine, trainee }: Subject,
  definition: ModelDefinition,
  losses: readonly RecordedNumber[],
): Promise<RecordedNumber> {
  const validation = await validationOf(definition, spec.seed);
  if (validation === null) {
    const tail = losses.slice(-Math.max(1, Math.round(losses.length * TAIL))).map(fromRecorded);
    return toRecorded(tail.reduce((sum, value) => sum + value, 0) / tail.length);
  }
  trainee.reseed(`${spec.seed}:validation`);
  const loss = engine.step(() => tf.keep(trainee.evaluated(validation.batch)));
  const [value] = await engine.read([loss]);
  loss.dispose();
  validation.dispose();
  return toRecorded(value?.[0] ?? Number.NaN);
}
