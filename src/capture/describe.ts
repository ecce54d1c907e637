import type { Engine } from '../engine/engine.js';
import { CoordCheckError, failure } from '../errors.js';
import { glob } from '../glob.js';
import type { ModelDefinition } from '../model/definition.js';
import { disposeTaps } from '../model/tap.js';
import { plannedRuns, type CaptureConfig } from './config.js';
import { memoryOf, refuseWhatDoesNotFit, type ShapeAtWidths } from './memory.js';
import { probeSeed } from './plain-run.js';
import type { RunSpec } from './run-spec.js';
import { prepare } from './subject.js';

/** What a check would measure, found out by building the model at its two narrowest widths; nothing is trained. */
export interface Description {
  config: CaptureConfig;
  /** How the report calls the loss. */
  loss: string;
  expect: NonNullable<ModelDefinition['expect']>;
  taps: { name: string; shape: number[] }[];
  parameters: { name: string; shape: number[]; infinite: boolean[] }[];
  runs: (RunSpec & { memoryBytes: number })[];
}

/**
 * Builds the model at its two narrowest widths, runs one forward pass, and says what a check would do.
 *
 * @throws CoordCheckError for all wrong use that shows before training: BUILD_FAILED (at every width tried),
 *   LOSS_NOT_SCALAR, UNKNOWN_TAP_GLOB, DOES_NOT_FIT and what config, batch and optimizer throw
 */
export async function describe(
  definition: ModelDefinition,
  config: CaptureConfig,
  engine: Engine,
): Promise<Description> {
  const runs = plannedRuns(config);
  const shapes = await shapesOf(definition, runs, engine);
  const [narrow, wide = narrow] = shapes;
  refuseUnknownGlobs(definition, config, narrow);
  const at = shapes.map(({ width, taps, parameters }) => ({ width, shapes: { taps, parameters } }));
  const sized = runs.map((run) => ({ ...run, memoryBytes: memoryOf(at, run.width) }));
  refuseWhatDoesNotFit(sized, engine.name);
  return {
    config,
    loss: narrow.loss,
    expect: definition.expect ?? {},
    taps: narrow.taps,
    parameters: narrow.parameters.map(({ name, shape }, i) => ({
      name,
      shape,
      infinite: shape.map((size, d) => size !== wide.parameters[i]?.shape[d]),
    })),
    runs: sized,
  };
}

interface Shapes extends ShapeAtWidths {
  width: number;
  loss: string;
}

/** Shapes at the two narrowest widths that build; the others may still fail, each as a run of its own. */
async function shapesOf(
  definition: ModelDefinition,
  runs: readonly RunSpec[],
  engine: Engine,
): Promise<[Shapes, ...Shapes[]]> {
  const byWidth = new Map(runs.toReversed().map((run) => [run.width, run]));
  const found: Shapes[] = [];
  let firstError: unknown;
  for (const run of byWidth.values()) {
    if (found.length === 2) break;
    try {
      found.push(await shapesAt(definition, run, engine));
    } catch (error) {
      if (!(error instanceof CoordCheckError) || error.code !== 'BUILD_FAILED') throw error;
      firstError ??= error;
    }
  }
  const [first, ...rest] = found;
  if (first === undefined) throw firstError;
  return [first, ...rest];
}

async function shapesAt(definition: ModelDefinition, run: RunSpec, engine: Engine): Promise<Shapes> {
  const subject = await prepare(definition, run, engine);
  try {
    const batch = await subject.batch(0);
    subject.trainee.reseed(probeSeed(subject));
    const taps = engine.step(() => subject.trainee.probe(batch));
    const described = taps.map(({ name, tensor }) => ({ name, shape: tensor.shape }));
    disposeTaps(taps);
    engine.step(() => void subject.trainee.loss(batch));
    subject.optimizer().dispose();
    return {
      width: run.width,
      loss: subject.trainee.lossName,
      taps: described,
      parameters: subject.trainee.parameters.map(({ name, variable }) => ({ name, shape: variable.shape })),
    };
  } finally {
    subject.dispose();
  }
}

function refuseUnknownGlobs(definition: ModelDefinition, config: CaptureConfig, { taps, parameters }: Shapes): void {
  const tapNames = taps.map(({ name }) => name);
  const known = [...tapNames, ...parameters.map(({ name }) => name)];
  const refuse = (pattern: string, where: string, names: readonly string[]) => {
    if (!names.some(glob(pattern)))
      throw failure('UNKNOWN_TAP_GLOB', { glob: pattern, where, known: names.join(', ') });
  };
  for (const pattern of config.taps ?? []) refuse(pattern, '--taps', tapNames);
  for (const pattern of Object.keys(definition.expect ?? {})) refuse(pattern, '`expect`', known);
}
