import { flopsAtWidth, type CountedFlops } from './flops-at-width.js';

/** One training, as far as its cost goes. */
export interface Training {
  /** Updates made. */
  steps: number;
  /** FLOPs of one of them, forward and backward. */
  flopsPerStep: number;
}

/** The training that hyperparameters are tuned for. */
export interface TargetTraining {
  width: number;
  /** Updates that are to be made. */
  steps: number;
  /** FLOPs of one step at its depth and some widths: at the target's own, else at enough of them to extrapolate. */
  counted: readonly CountedFlops[];
}

/** What tuning costs beside the training it is for. */
export interface TuningCost {
  /** Σ over trials of steps · FLOPs per step. */
  tuningFlops: number;
  /** Steps · FLOPs per step at the target's width; null where the latter are not known. */
  targetFlops: number | null;
  /** Tuning ÷ target training: 0.07 is 7 % of one target run. */
  share: number | null;
  /** FLOPs of the same trials, each with its own steps, at the target's width. */
  directFlops: number | null;
  /** Tuning the target directly ÷ tuning as it was: the ratio of sizes, where all trials are of one size. */
  directRatio: number | null;
  /** Why shares and ratios that are null are not known, in one sentence; null where all are. */
  reason: string | null;
  /** What these numbers rest on, a sentence each. */
  assumptions: string[];
}

/** What FLOPs per step here are, and what a training is taken to be. */
export const COUNTING = [
  'FLOPs are those of matrix products and convolutions, forward and backward, a multiplication and an addition as two; elementwise operations and the optimizer are not counted.',
  'Every step of a training costs the same: its batches are all of the size that was counted.',
];

/**
 * What tuning a proxy costs, beside one training of the target and beside tuning the target directly.
 *
 * share = Σ trials (steps · FLOPs per step) ÷ (target steps · target FLOPs per step). Tuning directly means as many trials
 * with as many steps, each step at the target's cost.
 *
 * @param trials - the trainings that tuning made, those that diverged with the steps they made
 * @param target - the training it is for; its FLOPs per step are taken as counted, else extrapolated in width
 * Source: Yang et al., Tensor Programs V, arXiv:2203.03466 (a 40M proxy tuned for 7 % of the training of GPT-3 6.7B).
 */
export function tuningCost(trials: readonly Training[], target: TargetTraining): TuningCost {
  const perStep = flopsAtWidth(target.counted, target.width);
  const tuningFlops = trials.reduce((sum, { steps, flopsPerStep }) => sum + steps * flopsPerStep, 0);
  const trialSteps = trials.reduce((sum, { steps }) => sum + steps, 0);
  const targetFlops = perStep.flops === null ? null : target.steps * perStep.flops;
  const directFlops = perStep.flops === null ? null : trialSteps * perStep.flops;
  return {
    tuningFlops,
    targetFlops,
    share: quotient(tuningFlops, targetFlops),
    directFlops,
    directRatio: quotient(directFlops, tuningFlops),
    reason: perStep.flops === null ? perStep.how : whyUnknown({ tuningFlops, targetFlops }),
    assumptions: [
      ...COUNTING,
      `Tuning the target directly means ${trials.length} trials of the same steps, ${trialSteps} in all, at width ${target.width}.`,
      ...(perStep.flops === null ? [] : [perStep.how]),
    ],
  };
}

/** Null where there is nothing to divide, or to divide by. */
function quotient(dividend: number | null, divisor: number | null): number | null {
  return dividend === null || divisor === null || divisor === 0 ? null : dividend / divisor;
}

function whyUnknown({ tuningFlops, targetFlops }: { tuningFlops: number; targetFlops: number | null }): string | null {
  if (targetFlops === 0) return 'The training of the target costs nothing that is counted, so there is no share of it.';
  return tuningFlops === 0 ? 'Tuning costs nothing that is counted, so there is no ratio to it.' : null;
}
