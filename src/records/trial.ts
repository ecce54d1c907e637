import type { RecordedNumber } from './record.js';

/** The values of a model's hyperparameters, by name. */
export type Setting = Readonly<Record<string, number | string | boolean>>;

/** One hyperparameter setting trained at one width and seed: everything a trial depends on besides model and engine. */
export interface TrialKey {
  parametrization: 'mup' | 'sp';
  width: number;
  depth: number | null;
  seed: number;
  /** Updates made. */
  steps: number;
  /** Every hyperparameter the model declares, defaults included. */
  setting: Setting;
}

/** A trial that was made. No times: equal trials give equal bytes. */
export interface TrialRecord extends TrialKey {
  /** `diverged` once a loss is not finite, where it ends; `failed` when the model threw or the process was lost. */
  state: 'finished' | 'diverged' | 'failed';
  error: string | null;
  /** Training loss at each step's batch, before that step's update. */
  loss: RecordedNumber[];
  /**
   * What the trial is judged on, lower is better: the loss on the validation batch after the last update, or else the
   * mean training loss of the last tenth of the steps. NaN where it diverged; null where it failed.
   */
  score: RecordedNumber | null;
}

/** What all trials of a file share: its first line. */
export interface TrialsHeader {
  schema: 'coordcheck/trials';
  schemaVersion: 1;
  name: string;
  command: string;
  /** Fingerprint of the model's source. */
  modelHash: string;
  versions: Record<string, string>;
  environment: Record<string, string | number>;
  config: {
    engine: string;
    threads: number;
    loss: string;
    /** What scores are: see {@link TrialRecord.score}. */
    scoredOn: 'validation' | 'training';
  };
}

/**
 * One text a trial, the same for equal trials whatever the order of their settings' names.
 *
 * Values keep their type: the number 1 and the text "1" are two settings.
 */
export function trialKey({ parametrization, width, depth, seed, steps, setting }: TrialKey): string {
  return JSON.stringify([parametrization, width, depth, seed, steps, sortedEntries(setting)]);
}

/** A setting's names and values in one order, whatever order they were given in. */
export function sortedEntries(setting: Setting): [string, Setting[string]][] {
  return Object.entries(setting).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** One of each trial. */
export function distinctTrials<T extends TrialKey>(trials: readonly T[]): T[] {
  return [...new Map(trials.map((trial) => [trialKey(trial), trial])).values()];
}
