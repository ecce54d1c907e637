import { CoordCheckError, failure } from '../errors.js';
import { glob } from '../glob.js';
import { tf } from '../engine/tf.js';
import type { Batch, ModelDefinition } from '../model/definition.js';
import { optimizerClass } from '../model/optimizer.js';
import { disposeTaps } from '../model/tap.js';
import type { ParameterWay } from '../parametrization/role.js';
import { plannedRuns, type CaptureConfig } from './config.js';
import { memoryOf, passSize, refuseWhatDoesNotFit, type ShapeAtWidths } from './memory.js';
import { traced } from './probes.js';
import type { RunSpec } from './run-spec.js';
import { prepare, type Bench, type Subject } from './subject.js';

/** What a check would measure, found out by building the model at its two narrowest widths; nothing is trained. */
export interface Description {
  config: CaptureConfig;
  /** How the report calls the loss. */
  loss: string;
  /** Class name of the optimizer. */
  optimizer: string;
  expect: NonNullable<ModelDefinition['expect']>;
  taps: { name: string; shape: number[] }[];
  parameters: (DescribedParameter & { infinite: boolean[] })[];
  /** Widest first, with their estimated peak memory and time. */
  runs: (RunSpec & { memoryBytes: number; durationMs: number })[];
}

/**
 * Builds the model at its two narrowest widths, runs a few forward passes, and says what a check would do.
 *
 * @throws CoordCheckError for all wrong use that shows before training: BUILD_FAILED (at every width tried),
 *   LOSS_NOT_SCALAR, UNKNOWN_TAP_GLOB, DOES_NOT_FIT and what config, batch and optimizer throw
 */
export async function describe(definition: ModelDefinition, config: CaptureConfig, bench: Bench): Promise<Description> {
  const runs = plannedRuns(config);
  const shapes = await shapesOf(definition, runs, bench);
  const [narrow, wide = narrow] = shapes;
  refuseUnknownGlobs(definition, config, narrow);
  const { isLazy } = bench.engine;
  const at = shapes.map(({ width, taps, parameters }) => ({ width, shapes: { taps, parameters } }));
  const memory = { at, isLazy };
  const sized = runs.map((run) => {
    const memoryBytes = memoryOf(memory, run.width);
    // A pass takes time in proportion to what it touches; wide runs do better than that.
    const passMs = (wide.passMs * passSize(memory, run.width)) / passSize(memory, wide.width);
    return { ...run, memoryBytes, durationMs: passMs * passesOf(run, { parameters: wide.parameters, isLazy }) };
  });
  refuseWhatDoesNotFit(sized, bench.engine.name);
  return {
    config,
    loss: narrow.loss,
    optimizer: narrow.optimizer,
    expect: definition.expect ?? {},
    taps: narrow.taps,
    parameters: narrow.parameters.map((parameter, i) => ({
      ...parameter,
      infinite: parameter.shape.map((size, d) => size !== wide.parameters[i]?.shape[d]),
    })),
    runs: sized,
  };
}

interface DescribedParameter {
  name: string;
  shape: number[];
  layerClass: string | null;
  /** The ways in which the forward pass takes it in: none where the batch never meets it. */
  ways: ParameterWay[];
}

interface Shapes extends ShapeAtWidths {
  parameters: DescribedParameter[];
  width: number;
  loss: string;
  optimizer: string;
  /** Names of what is not trainable. */
  frozen: string[];
  /** Time of one forward pass. */
  passMs: number;
}

/** Forward passes of a run, a training step counting three; how many a parameter looked at alone costs is the engine's. */
function passesOf(
  { steps, measure }: RunSpec,
  { parameters, isLazy }: { parameters: Shapes['parameters']; isLazy: boolean },
): number {
  const plain = steps + 1 + 3 * steps;
  if (measure !== 'all') return plain;
  const matrices = parameters.filter(({ shape }) => shape.length > 1).length;
  // From a matrix to its own place and back is a small part of a pass; an engine that computes at once makes it whole.
  return plain + 6 + (isLazy ? 1 : parameters.length + matrices);
}

/** Shapes at the two narrowest widths that build; the others may still fail, each as a run of its own. */
async function shapesOf(
  definition: ModelDefinition,
  runs: readonly RunSpec[],
  bench: Bench,
): Promise<[Shapes, ...Shapes[]]> {
  const byWidth = new Map(runs.toReversed().map((run) => [run.width, run]));
  const found: Shapes[] = [];
  let firstError: unknown;
  for (const run of byWidth.values()) {
    if (found.length === 2) break;
    try {
      found.push(await shapesAt(definition, run, bench));
    } catch (error) {
      if (!(error instanceof CoordCheckError) || error.code !== 'BUILD_FAILED') throw error;
      firstError ??= error;
    }
  }
  const [first, ...rest] = found;
  if (first === undefined) throw firstError;
  return [first, ...rest];
}

async function shapesAt(definition: ModelDefinition, run: RunSpec, bench: Bench): Promise<Shapes> {
  const subject = await prepare(definition, run, bench);
  try {
    return await described(subject);
  } catch (error) {
    if (error instanceof CoordCheckError) throw error;
    throw failure('FORWARD_FAILED', { width: run.width, why: String(error) }, { cause: error });
  } finally {
    subject.dispose();
  }
}

/** What a probe shows, and how long a loss takes. */
async function described(subject: Subject): Promise<Shapes> {
  const { spec: run } = subject;
  const batch = await subject.batch(0);
  const { taps, uses } = await traced(subject);
  const described = taps.map(({ name, tensor }) => ({ name, shape: tensor.shape }));
  disposeTaps(taps);
  const passMs = await timedPass(subject, batch);
  const optimizer = subject.optimizer();
  const optimizerName = optimizerClass(optimizer);
  optimizer.dispose?.();
  return {
    width: run.width,
    passMs,
    optimizer: optimizerName,
    loss: subject.trainee.lossName,
    taps: described,
    frozen: subject.trainee.frozen.map(({ name }) => name),
    parameters: subject.trainee.parameters.map(({ name, variable, layerClass }) => ({
      name,
      shape: variable.shape,
      layerClass,
      ways: (uses.get(variable) ?? []).map(({ kind, summed }) => ({ kind, summed })),
    })),
  };
}

/** Time of one forward pass; of the second one, for the first compiles. */
async function timedPass({ engine, trainee }: Subject, batch: Batch): Promise<number> {
  let start = 0;
  for (let pass = 0; pass < 2; pass += 1) {
    start = performance.now();
    const loss = engine.step(() => tf.keep(trainee.loss(batch)));
    await engine.read([loss]);
    loss.dispose();
  }
  return performance.now() - start;
}

function refuseUnknownGlobs(
  definition: ModelDefinition,
  config: CaptureConfig,
  { taps, parameters, frozen }: Shapes,
): void {
  const tapNames = taps.map(({ name }) => name);
  const known = [...tapNames, ...parameters.map(({ name }) => name), ...frozen];
  for (const pattern of config.taps ?? []) refuseUnknownGlob(pattern, '--taps', tapNames);
  for (const pattern of Object.keys(definition.expect ?? {})) refuseUnknownGlob(pattern, '`expect`', known);
}

function refuseUnknownGlob(pattern: string, where: string, names: readonly string[]): void {
  if (!names.some(glob(pattern))) throw failure('UNKNOWN_TAP_GLOB', { glob: pattern, where, known: names.join(', ') });
}
