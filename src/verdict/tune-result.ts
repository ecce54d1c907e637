import type { MeanOfSeeds } from '../analysis/paired.js';
import type { TargetSettings } from '../mup/index.js';
import type { Setting } from '../records/trial.js';

export type { MeanOfSeeds } from '../analysis/paired.js';
export type { TargetParameter, TargetSettings } from '../mup/index.js';

/** One hyperparameter that was searched: evenly in the log or in itself between two ends, or among some values. */
export type SearchedDimension = { hyperparameter: string } & (
  | { scale: 'log' | 'linear'; from: number; to: number }
  | { scale: 'choice'; values: (number | string | boolean)[] }
);

/** One setting of the search, and how far it went. */
export interface SearchedTrial {
  /** Its place in the sequence of samples. */
  index: number;
  /** Of the searched hyperparameters. */
  values: Setting;
  /** Steps of its longest training, and how that ended: `diverged` also where it ends above twice the untrained loss. */
  steps: number;
  state: 'finished' | 'diverged' | 'failed';
  error: string | null;
  score: number | null;
}

/** One rung of the search. */
export interface SearchedRung {
  steps: number;
  trials: number;
  finished: number;
  diverged: number;
  failed: number;
  /** Best score; null where none finished. */
  best: number | null;
}

/** One setting at full steps over the seeds of the comparison, none of which the search has seen. */
export interface Contender {
  /** Of the search's trial; null for the model's own setting. */
  index: number | null;
  values: Setting;
  /** One a seed, in the seeds' order; null where it diverged or failed. */
  scores: (number | null)[];
  /** Null where a seed did not finish. */
  score: MeanOfSeeds | null;
  /** Its score minus the best one's, seed by seed; null for the best itself, and where either is not known. */
  behind: MeanOfSeeds | null;
}

/** The setting that a tuning settles on. */
export interface ChosenSetting {
  index: number;
  /** Of the searched hyperparameters. */
  values: Setting;
  /** Every declared hyperparameter. */
  hyperparameters: Setting;
  score: MeanOfSeeds;
  /** Whether the next best contender can be told from it; null where there is none. */
  isDistinguished: boolean | null;
}

/** A few settings trained at another width, and what the chosen one loses there. */
export interface Verification {
  width: number;
  contenders: Contender[];
  /** Best there. */
  best: Setting | null;
  /** The chosen setting's score minus the best one's there, seed by seed; 0 where it is the best itself. */
  regret: MeanOfSeeds | null;
  /** regret / |best score|; 0.02 is two per cent. */
  share: number | null;
  /** Why there is no regret; null where there is one. */
  reason: string | null;
}

/** What tuning costs beside the training it is for. */
export interface TuneCost {
  trials: number;
  tuningFlops: number;
  targetFlops: number | null;
  /** Tuning ÷ one training of the target; 0.07 is seven per cent. */
  share: number | null;
  /** Tuning the target directly ÷ tuning as it was. */
  directRatio: number | null;
  reason: string | null;
  /** Sentences. */
  assumptions: string[];
}

/** The outcome of a tuning: the one value its report, its files and its exit code are made from. */
export interface TuneResult {
  schema: 'coordcheck/tune';
  schemaVersion: 1;
  name: string;
  outcome: 'tuned' | 'undecided';
  summary: string;
  /** Why nothing is chosen, and what would settle it; null where something is. */
  reason: string | null;
  settle: string | null;
  command: string;
  versions: Record<string, string>;
  environment: Record<string, string | number>;
  config: {
    width: number;
    depth: number | null;
    steps: number;
    trials: number;
    search: 'random' | 'halving';
    /** The root seed. */
    seed: number;
    /** Of the search, and of the comparison after it. */
    searchSeed: number;
    seeds: number[];
    targetWidth: number | null;
    targetSteps: number | null;
    targetBatch: number | null;
    verifyWidth: number | null;
    engine: string;
    threads: number;
    optimizer: string;
    loss: string;
    scoredOn: 'validation' | 'training';
    /** Those declared, with what was set over their defaults. */
    hyperparameters: Setting;
  };
  space: SearchedDimension[];
  rungs: SearchedRung[];
  /** In the order of the sequence. */
  trials: SearchedTrial[];
  /** Best first, those that did not finish last. */
  contenders: Contender[];
  chosen: ChosenSetting | null;
  /** Null without a target width, and where nothing is chosen. */
  target: TargetSettings | null;
  /** How the target's settings are known, and which of them are not; sentences. */
  targetNotes: string[];
  verification: Verification | null;
  /** Null where nothing could be counted. */
  cost: TuneCost | null;
  /** What may not transfer; sentences. */
  notes: string[];
}
