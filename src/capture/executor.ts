import type { EngineName } from '../engine/engine.js';
import type { CaptureRequest } from './config.js';
import type { Description } from './describe.js';
import type { RunOutput } from './run.js';
import type { Places, RunSpec } from './run-spec.js';

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
  /** `notice` says why `auto` took a slower one than usual; null where it did not. */
  engine: { name: EngineName; version: string; notice: string | null };
}

/** Where runs are made: in worker processes, or in this one. */
export interface Executor {
  describe(request: CaptureRequest): Promise<DescribedModel>;
  /** Where each parameter is looked at alone, found by training this run. */
  places(spec: RunSpec): Promise<Places>;
  run(spec: RunSpec, options: { onStep(done: number, total: number): void; signal: AbortSignal }): Promise<RunOutput>;
  /** How many runs it can make at a time, at most. */
  readonly capacity: number;
  close(): Promise<void>;
}
