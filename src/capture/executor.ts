import type { EngineName } from '../engine/engine.js';
import type { CaptureRequest } from './config.js';
import type { Description } from './describe.js';
import type { TrialKey, TrialRecord } from '../records/trial.js';
import type { RunOutput } from './run.js';
import type { RunFlops } from './run-flops.js';
import type { RunSettings } from './run-settings.js';
import type { Places, RunSpec } from './run-spec.js';
import type { MakeOptions } from './schedule.js';

/** Which engine runs are made on. */
export interface EngineChoice {
  engine: EngineName | 'auto';
  threads: number;
}

/** A model described on an engine that was started for it. */
export interface DescribedModel extends Description {
  name: string;
  /** Fingerprint of the model's source. */
  modelHash: string;
  /** What the scores of its trials are. */
  scoredOn: 'validation' | 'training';
  /** `notice` says why `auto` took a slower one than usual; null where it did not. */
  engine: { name: EngineName; version: string; notice: string | null };
}

/** Where runs are made: in worker processes, or in this one. */
export interface Executor {
  describe(request: CaptureRequest): Promise<DescribedModel>;
  /** Where each parameter is looked at alone, found by training this run. */
  places(spec: RunSpec): Promise<Places>;
  /** What each step of a run costs; nothing is trained. */
  flops(spec: RunSpec): Promise<RunFlops>;
  /** What each parameter starts from and is trained with; nothing is trained. */
  settings(spec: RunSpec): Promise<RunSettings>;
  run(spec: RunSpec, options: MakeOptions): Promise<RunOutput>;
  /** Trains without measuring. */
  train(trial: TrialKey, options: MakeOptions): Promise<TrialRecord>;
  /** How many runs it can make at a time, at most. */
  readonly capacity: number;
  close(): Promise<void>;
}
