import { createHash } from 'node:crypto';
import { fallbackNotice, openEngine } from '../engine/open-engine.js';
import { batchStore } from '../model/batch.js';
import type { ModelDefinition } from '../model/definition.js';
import { loadModel, type LoadedModel } from '../model/load.js';
import { normalizeDefinition } from '../model/normalize.js';
import type { TrialKey, TrialRecord } from '../records/trial.js';
import { resolveConfig, type CaptureRequest } from './config.js';
import { describe } from './describe.js';
import type { DescribedModel, EngineChoice } from './executor.js';
import { executeRun, placesOfRun, type RunOutput } from './run.js';
import { flopsOfRun, type RunFlops } from './run-flops.js';
import { settingsOfRun, type RunSettings } from './run-settings.js';
import type { Places, RunSpec } from './run-spec.js';
import { trainTrial } from './train.js';

/** A loaded model on a started engine: what one process needs to describe it and make its runs. */
export interface ModelSession {
  /** Of the model's source, as it was loaded. */
  readonly fingerprint: string;
  describe(request: CaptureRequest): Promise<DescribedModel>;
  /** Where each parameter is looked at alone. */
  places(spec: RunSpec): Promise<Places>;
  /** What each step of a run costs; nothing is trained. */
  flops(spec: RunSpec): Promise<RunFlops>;
  /** What each parameter starts from and is trained with; nothing is trained. */
  settings(spec: RunSpec): Promise<RunSettings>;
  run(spec: RunSpec, onStep: (done: number, total: number) => void): Promise<RunOutput>;
  /** Trains without measuring. */
  train(trial: TrialKey, onStep: (done: number, total: number) => void): Promise<TrialRecord>;
  dispose(): Promise<void>;
}

/**
 * Loads a model and starts its engine.
 *
 * @param source - a model file, or a definition already at hand
 * @throws CoordCheckError as loadModel and openEngine do
 */
export async function openModelSession(
  source: string | URL | ModelDefinition,
  choice: EngineChoice,
): Promise<ModelSession> {
  const engine = await openEngine(choice.engine, { threads: choice.threads });
  const notice = choice.engine === 'auto' ? await fallbackNotice() : null;
  const { definition, name, fingerprint } = await loaded(source);
  const bench = { engine, store: batchStore(definition) };
  return {
    fingerprint,
    describe: async (request) => ({
      ...(await describe(definition, resolveConfig(definition, request), bench)),
      name,
      modelHash: fingerprint,
      scoredOn: definition.validation === undefined ? 'training' : 'validation',
      engine: { name: engine.name, version: engine.version, notice },
    }),
    places: (spec) => placesOfRun(definition, spec, bench),
    flops: (spec) => flopsOfRun(definition, spec, bench),
    settings: (spec) => settingsOfRun(definition, spec, bench),
    run: (spec, onStep) => executeRun(definition, spec, bench, onStep),
    train: (trial, onStep) => trainTrial(definition, trial, bench, onStep),
    dispose: async () => {
      engine.endRun();
      await bench.store.dispose();
      await engine.dispose();
    },
  };
}

async function loaded(source: string | URL | ModelDefinition): Promise<LoadedModel> {
  if (typeof source === 'string' || source instanceof URL) return loadModel(source);
  const definition = normalizeDefinition(source, 'the definition');
  const { build, batch, validation, loss, objective, optimizer } = definition;
  const text = [build, batch, validation, loss, objective, optimizer].map(String).join('\n');
  return {
    definition,
    name: definition.name ?? 'model',
    fingerprint: createHash('sha256').update(text).digest('hex').slice(0, 16),
  };
}
