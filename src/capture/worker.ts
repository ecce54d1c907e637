import { failure } from '../errors.js';
import { serve } from '../parallel/serve.js';
import type { TrialKey } from '../records/trial.js';
import type { CaptureRequest } from './config.js';
import type { EngineChoice } from './executor.js';
import { openModelSession, type ModelSession } from './model-session.js';
import type { RunSpec } from './run-spec.js';

/** What a worker is told with every task: the model is loaded and its engine started at the first one. */
export interface WorkerSource {
  source: string;
  choice: EngineChoice;
  /** Fingerprint that the model must have been loaded with; null where none is known yet. */
  modelHash: string | null;
}

let session: Promise<ModelSession> | null = null;

async function sessionOf({ source, choice, modelHash }: WorkerSource): Promise<ModelSession> {
  session ??= openModelSession(source, choice);
  const open = await session;
  // Workers load the file at their first task, which may be long after the check began.
  if (modelHash !== null && open.fingerprint !== modelHash) throw failure('MODEL_CHANGED', { path: source });
  return open;
}

serve({
  describe: async (task: WorkerSource & { request: CaptureRequest }) => (await sessionOf(task)).describe(task.request),
  places: async (task: WorkerSource & { spec: RunSpec }) => (await sessionOf(task)).places(task.spec),
  flops: async (task: WorkerSource & { spec: RunSpec }) => (await sessionOf(task)).flops(task.spec),
  settings: async (task: WorkerSource & { spec: RunSpec }) => (await sessionOf(task)).settings(task.spec),
  run: async (task: WorkerSource & { spec: RunSpec }, { emit }) =>
    (await sessionOf(task)).run(task.spec, (done, total) => emit({ done, total })),
  train: async (task: WorkerSource & { trial: TrialKey }, { emit }) =>
    (await sessionOf(task)).train(task.trial, (done, total) => emit({ done, total })),
});
