import { scalingRemarks } from '../model/scaling-remarks.js';
import { disposeTaps } from '../model/tap.js';
import { epsilonOf, optimizerClass } from '../model/optimizer.js';
import type { ModelDefinition } from '../model/definition.js';
import type { RecordRow } from '../records/record.js';
import type { Trace } from '../model/trainee.js';
import type { ParameterRecord, RunRecord, TapRecord } from '../records/run.js';
import { centredRun } from './centred-run.js';
import { measureDecay } from './decay-probe.js';
import { Measurements } from './measurements.js';
import { multiplyForward } from './multiply-forward.js';
import { findPlaces } from './own-place.js';
import { parameterUses, type ParameterUse } from './parameter-uses.js';
import { plainRun, type PlainRun } from './plain-run.js';
import { traced } from './probes.js';
import type { Places, RunSpec } from './run-spec.js';
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
    const { run, rows } = await measure(subject, onStep);
    return { run: { ...run, notes: [...run.notes, ...forwardingNotes(subject)] }, rows };
  } finally {
    subject.dispose();
    bench.engine.endRun();
  }
}

/**
 * Where each parameter of a run is looked at alone: found by training it, as {@link findPlaces} does.
 *
 * @throws what the model throws
 */
export async function placesOfRun(definition: ModelDefinition, spec: RunSpec, bench: Bench): Promise<Places> {
  const subject = await prepare(definition, spec, bench);
  try {
    await multiplyForward(subject);
    return await findPlaces(subject);
  } finally {
    subject.dispose();
    bench.engine.endRun();
  }
}

/** Says which kernels the model's passes left to cpu: right, but slow, so the user should know. */
function forwardingNotes({ engine, forwarded }: Subject): string[] {
  const kernels = forwarded();
  return kernels.length === 0 ? [] : [`Engine ${engine.name} left ${kernels.join(', ')} to cpu: right, but slow.`];
}

async function measure(subject: Subject, onStep: (done: number, total: number) => void): Promise<RunOutput> {
  const measurements = new Measurements(subject.engine, subject.spec);
  try {
    return await measured(subject, measurements, onStep);
  } finally {
    measurements.dispose();
  }
}

async function measured(
  subject: Subject,
  measurements: Measurements,
  onStep: (done: number, total: number) => void,
): Promise<RunOutput> {
  const { spec } = subject;
  const hashes = await fingerprints(subject);
  subject.trainee.tapProductsOf(spec.places?.ownTaps ?? []);
  await multiplyForward(subject);
  const trace = await traced(subject);
  const firstTaps = trace.taps;
  const uses = parameterUses(subject.trainee, trace, spec.places);
  // Kept for the changes since; where none are measured they would only take memory.
  const initialTaps = spec.measure === 'activations' ? [] : firstTaps;
  if (initialTaps.length === 0) disposeTaps(firstTaps);
  // The plain run's steps 0 … steps, and at least one centred step.
  const total = spec.steps + (spec.measure === 'all' ? 2 : 1);
  let done = 0;
  const progress = { initialTaps, onStep: () => onStep(Math.min(++done, total), total) };
  if (spec.measure === 'all') await measureDecay(subject, measurements);
  const plain = await plainRun(subject, measurements, progress);
  const isCentred = plain.isFinite && spec.measure === 'all';
  const inert = isCentred ? await centredRun(subject, measurements, { ...progress, uses }) : [];
  disposeTaps(initialTaps);
  const isFinite = plain.isFinite && measurements.rows.every(({ value }) => typeof value === 'number');
  const isDrawing = spec.places?.isRepeatable === false;
  const frozen = subject.trainee.frozen.map(({ name, variable, layerClass }) => ({
    name,
    shape: variable.shape,
    layerClass,
  }));
  const known = { ...hashes, taps: tapRecords(trace), parameters: parameterRecords(uses), inert };
  return {
    run: {
      ...recordOf(subject, plain, isFinite),
      ...known,
      ...(frozen.length > 0 && { frozen }),
      ...(isDrawing && { isRepeatable: false as const }),
      rowCount: measurements.rows.length,
    },
    rows: measurements.rows,
  };
}

function tapRecords({ taps, products }: Trace): TapRecord[] {
  return taps.map(({ name, tensor }) => {
    const { summed = 0, factor = Number.NaN } = products.get(name) ?? {};
    return { name, shape: tensor.shape, ...(Number.isFinite(factor) && { product: { summed, factor } }) };
  });
}

/** One a parameter, with its uses. */
function parameterRecords(uses: readonly ParameterUse[]): ParameterRecord[] {
  const parameters = new Map(uses.map(({ parameter }) => [parameter, uses.filter((u) => u.parameter === parameter)]));
  return [...parameters].map(([{ name, variable, layerClass }, all]) => ({
    name,
    shape: variable.shape,
    layerClass,
    uses: all.map(({ record }) => record),
  }));
}

/** What is known of a run besides its rows, its batches and what its first pass showed. */
function recordOf(
  { spec, trainee, optimizer }: Subject,
  { loss, learningRates }: PlainRun,
  isFinite: boolean,
): Omit<RunRecord, 'batchHash' | 'weightsHash' | 'taps' | 'parameters' | 'inert'> {
  const { width, depth, seed } = spec;
  const shown = optimizer();
  const { className, epsilon } = { className: optimizerClass(shown), epsilon: epsilonOf(shown) };
  const notes = scalingRemarks(trainee.model, shown);
  shown.dispose?.();
  return {
    width,
    depth,
    seed,
    state: isFinite ? 'finished' : 'diverged',
    error: null,
    loss,
    learningRates,
    optimizer: className,
    epsilon,
    notes,
  };
}
