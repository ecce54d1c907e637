import { disposeTaps } from '../model/tap.js';
import { epsilonOf, optimizerClass } from '../model/optimizer.js';
import type { ModelDefinition } from '../model/definition.js';
import { toRecorded, type RecordRow } from '../records/record.js';
import type { RunRecord } from '../records/run.js';
import { centredRun } from './centred-run.js';
import { Measurements } from './measurements.js';
import { plainRun, probeSeed } from './plain-run.js';
import type { RunSpec } from './run-spec.js';
import { fingerprints, prepare, type Bench, type Subject } from './subject.js';

/** A finished run: what is known of it, and its rows. */
export interface RunOutput {
  run: RunRecord;
  rows: RecordRow[];
}

/**
 * Trains and measures one width and seed: the user's own steps, then the centred ones.
 *
 * Depends on the definition, the spec, the engine and its threads alone: not on what ran before in the process.
 *
 * @param bench - the process's engine and batches
 * @param onStep - called with the recorded steps done and expected
 */
export async function executeRun(
  definition: ModelDefinition,
  spec: RunSpec,
  bench: Bench,
  onStep: (done: number, total: number) => void = () => {},
): Promise<RunOutput> {
  const subject = await prepare(definition, spec, bench);
  try {
    return await measure(subject, onStep);
  } finally {
    subject.dispose();
    bench.engine.endRun();
  }
}

async function measure(subject: Subject, onStep: (done: number, total: number) => void): Promise<RunOutput> {
  const { spec, engine, trainee } = subject;
  const measurements = new Measurements(engine, spec);
  const hashes = await fingerprints(subject);
  const probeBatch = await subject.batch(0);
  trainee.reseed(probeSeed(subject));
  const initialTaps = engine.step(() => trainee.probe(probeBatch));
  // The plain run's steps 0 … steps, and at least one centred step.
  const total = spec.steps + 2;
  let done = 0;
  const progress = { initialTaps, onStep: () => onStep(Math.min(++done, total), total) };
  const plain = await plainRun(subject, measurements, progress);
  const inert = plain.isFinite ? await centredRun(subject, measurements, progress) : [];
  const optimizer = subject.optimizer();
  const isFinite = plain.isFinite && measurements.rows.every(({ value }) => typeof value === 'number');
  const run: RunRecord = {
    width: spec.width,
    depth: spec.depth,
    seed: spec.seed,
    state: isFinite ? 'finished' : 'diverged',
    error: null,
    loss: plain.loss.map((value) => (typeof value === 'number' ? toRecorded(value) : value)),
    ...hashes,
    learningRates: plain.learningRates,
    optimizer: optimizerClass(optimizer),
    epsilon: epsilonOf(optimizer),
    parameters: trainee.parameters.map(({ name, variable, layerClass }) => ({
      name,
      shape: variable.shape,
      layerClass,
    })),
    taps: initialTaps.map(({ name, tensor }) => ({ name, shape: tensor.shape })),
    inert,
    notes: [],
    rowCount: measurements.rows.length,
  };
  optimizer.dispose?.();
  disposeTaps(initialTaps);
  return { run, rows: measurements.rows };
}
