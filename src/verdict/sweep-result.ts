import type { Optimum } from '../analysis/optimum.js';
import type { Drift } from '../analysis/drift.js';
import type { Setting } from '../records/trial.js';
import type { GateResult, Outcome, Verdict } from './result.js';

export type { Drift } from '../analysis/drift.js';
export type { Optimum } from '../analysis/optimum.js';
export type { Setting } from '../records/trial.js';

/** The score of one trial, as a curve shows it. */
export interface ScoredPoint {
  /** Of the swept hyperparameter. */
  value: number | string | boolean;
  seed: number;
  /** Loss; null where the trial diverged or failed. */
  score: number | null;
}

/** What a size loses by another's best value: its loss there above the loss at its own best. */
export interface Regret {
  /** The value that was carried over: the narrowest (shallowest) size's optimum. */
  value: number | string | boolean;
  /** Loss at that value, mean over seeds, interpolated between grid points in log2 of the value. */
  loss: number;
  /** Loss at the size's own best value, likewise. */
  ownLoss: number;
  /** (loss − ownLoss) / |ownLoss|; 0.02 is two per cent. */
  share: number;
}

/** Score over the values of one hyperparameter, at one width and depth. */
export interface SweepCurve {
  width: number;
  depth: number | null;
  /** In the order of the grid, seeds beside each other. */
  points: ScoredPoint[];
  /** Of a hyperparameter with positive numbers as values; of any other the best value alone. */
  optimum: Optimum;
  /** Null at the narrowest size itself, and where either optimum was not found. */
  regret: Regret | null;
  /** Doublings of the value over which the mean loss stays within 2 % of its optimum's; null where none was found. */
  robustnessOctaves: number | null;
}

/** Whether wider models have lower loss at one and the same setting, as µP promises. */
export interface WiderIsBetter {
  /** Pairs of neighbouring widths and a setting that finished at both. */
  pairs: number;
  /** How many of them have lower loss at the wider one, by more than the seeds scatter. */
  better: number;
  /** How many have higher loss at the wider one, by more than the seeds scatter. */
  worse: number;
}

/** How a sweep's optimum moves along width (or depth), judged. */
export interface JudgedDrift extends Drift {
  outcome: Outcome;
  reason: string | null;
  settle: string | null;
}

/** One hyperparameter swept in one parametrization. */
export interface ParametrizationSweep {
  parametrization: 'mup' | 'sp';
  outcome: Outcome;
  reason: string | null;
  /** What would settle an inconclusive outcome. */
  settle: string | null;
  /** Narrowest first, shallowest first. */
  curves: SweepCurve[];
  /** Along width for every depth, then along depth for every width; none of a hyperparameter that is not a number. */
  drifts: JudgedDrift[];
  widerIsBetter: WiderIsBetter;
}

/** One hyperparameter, swept with all others at their defaults. */
export interface HyperparameterSweep {
  hyperparameter: string;
  /** Whether its values are positive numbers, compared by their log2. */
  isNumeric: boolean;
  /** Of µP. */
  outcome: Outcome;
  /** µP first, then the control where there is one. */
  parametrizations: ParametrizationSweep[];
}

/** One trial as reports show it: its loss curve thinned to at most 60 points. */
export interface TrialResult {
  parametrization: 'mup' | 'sp';
  width: number;
  depth: number | null;
  seed: number;
  setting: Setting;
  state: 'finished' | 'diverged' | 'failed';
  error: string | null;
  score: number | null;
  /** Training loss over steps; null where it was not finite. */
  loss: { step: number; loss: number | null }[];
}

/** What training cost, in FLOPs of matrix products and convolutions. */
export interface SweepCost {
  trials: number;
  /** Forward and backward, all trials. */
  flops: number;
  /** By width and depth: of one training step, and the steps trained there. */
  sizes: { width: number; depth: number | null; parameters: number; flopsPerStep: number; steps: number }[];
  /** Sentences. */
  assumptions: string[];
}

/** The outcome of a sweep: the one value every report is made from. */
export interface SweepResult {
  schema: 'coordcheck/sweep';
  schemaVersion: 1;
  name: string;
  /** `pass`: every swept hyperparameter transfers. `fail`: one does not. */
  verdict: Verdict;
  summary: string;
  command: string;
  versions: Record<string, string>;
  environment: Record<string, string | number>;
  config: {
    widths: number[];
    depths: number[] | null;
    seeds: number[];
    seed: number;
    steps: number;
    engine: string;
    threads: number;
    optimizer: string;
    loss: string;
    scoredOn: 'validation' | 'training';
    /** The declared hyperparameters with what was set over their defaults. */
    hyperparameters: Setting;
    control: string | null;
  };
  /** What makes a sweep meaningful at all: widths, seeds, trials that finished. */
  gates: GateResult[];
  sweeps: HyperparameterSweep[];
  /** Null where it could not be counted. */
  cost: SweepCost | null;
  /** What does not transfer, differs between the runs, or is at an edge; sentences. */
  notes: string[];
  trials: TrialResult[];
}
