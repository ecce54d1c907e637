import { tf, type Variable } from '../engine/tf.js';
import type { ModelDefinition } from '../model/definition.js';
import { optimizerSettings, type OptimizerSettings, type TrainedParameter } from '../model/optimizer.js';
import { sizeOf } from './measurements.js';
import type { RunSpec } from './run-spec.js';
import { prepare, type Bench } from './subject.js';

/** One parameter of a run: what it starts from, and what it is trained with. */
export interface SettledParameter extends TrainedParameter {
  /** Root mean square of its initial value; null where that is not at hand. */
  initStd: number | null;
}

/** What the parameters of a run start from and are trained with; plain data. */
export interface RunSettings extends Omit<OptimizerSettings, 'parameters'> {
  /** Those that are trained, by name, in the model's order. */
  parameters: Record<string, SettledParameter>;
}

/**
 * What each parameter of a run starts from, as measured, and is trained with, as its optimizer shows it. Nothing is
 * trained.
 *
 * @throws CoordCheckError BUILD_FAILED, and what the model and its optimizer throw
 */
export async function settingsOfRun(definition: ModelDefinition, spec: RunSpec, bench: Bench): Promise<RunSettings> {
  const subject = await prepare(definition, { ...spec, measure: 'activations' }, bench);
  try {
    const { trainee, engine } = subject;
    const optimizer = subject.optimizer();
    const { parameters, ...rest } = optimizerSettings(trainee.model, optimizer);
    const names = Object.keys(parameters);
    const variables = new Map(trainee.parameters.map(({ name, variable }) => [name, variable]));
    const known = names.filter((name) => variables.has(name));
    const sizes = known.map((name) => tf.keep(sizeOf(variables.get(name) as Variable, 'rms')));
    const read = await engine.read(sizes);
    tf.dispose(sizes);
    const measured = new Map(known.map((name, i) => [name, read[i]?.[0] ?? null]));
    optimizer.dispose?.();
    const settled = Object.entries(parameters).map(([name, row]): [string, SettledParameter] => {
      const initStd = measured.get(name) ?? null;
      const { shape, learningRate, ...rest } = row;
      return [name, { shape, learningRate, initStd, ...rest }];
    });
    return { ...rest, parameters: Object.fromEntries(settled) };
  } finally {
    subject.dispose();
    bench.engine.endRun();
  }
}
