import type { Drift } from '../analysis/drift.js';
import type { SweepCurve } from '../analysis/sweep-table.js';
import type { WiderIsBetter } from '../analysis/wider-is-better.js';
import type { Setting } from '../records/trial.js';
import type { GateResult, Outcome, Verdict } from './result.js';

export type { Drift } from '../analysis/drift.js';
export type { Optimum } from '../analysis/optimum.js';
export type { Regret } from '../analysis/regret.js';
export type { ScoredPoint } from '../analysis/score-grid.js';
export type { SweepCurve } from '../analysis/sweep-table.js';
export type { WiderIsBetter } from '../analysis/wider-is-better.js';
export type { Setting } from '../records/trial.js';

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
