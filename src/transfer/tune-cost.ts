import type { RunFlops } from '../capture/trials.js';
import { distinctTrials, type Setting, type TrialKey, type TrialRecord } from '../records/trial.js';
import type { TuneCost } from '../verdict/tune-result.js';
import { tuningCost } from './cost.js';
import type { CountedFlops } from './flops-at-width.js';
import { trialOf, type Tuning } from './tuning.js';

/** The training that is tuned for, as far as its cost goes. */
export interface TargetPlan {
  width: number;
  /** The proxy's unless given. */
  steps?: number | undefined;
  /** Examples in a batch; the proxy's unless given. */
  batch?: number | undefined;
  fits: boolean;
  /** The chosen one, which it trains with. */
  setting: Setting;
  /** Where the choice was verified; that is no part of the cost. */
  verifiedAt?: number | undefined;
}

/** A polynomial of degree 2 in width is through three of these, and has to meet the fourth. */
const MULTIPLES = [1, 2, 3, 4];

/** What a tuning has cost, beside one training of its target; null where a step of the proxy's cannot be counted. */
export async function tuneCost(
  tuning: Tuning,
  made: readonly TrialRecord[],
  target: TargetPlan,
): Promise<TuneCost | null> {
  const proxy = await flopsOf(tuning, trialOf(tuning, {}));
  if (proxy === null) return null;
  const trainings = distinctTrials(made).map(({ state, steps, loss }) => ({
    steps: state === 'finished' ? steps : loss.length,
    flopsPerStep: proxy.total,
  }));
  const batch = batchRatio((await flopsOf(tuning, trialOf(tuning, target.setting))) ?? proxy, target);
  const counted = (await countsFor(tuning, target)).map(({ width, flops }) => ({ width, flops: flops * batch.ratio }));
  const steps = target.steps ?? tuning.steps;
  const { tuningFlops, targetFlops, share, directRatio, reason, assumptions } = tuningCost(trainings, {
    width: target.width,
    steps,
    counted,
  });
  const assumed = [
    "A step of every trial costs what it does at the model's own setting; that of the target is counted at the chosen one.",
    target.steps === undefined ? `The target trains for ${steps} steps, as the proxy does.` : null,
    batch.assumption,
    target.verifiedAt === undefined
      ? null
      : `The trainings at width ${target.verifiedAt} that verify the choice are not counted.`,
  ].filter((text) => text !== null);
  const rest = { reason, assumptions: [...assumptions, ...assumed] };
  return { trials: trainings.length, tuningFlops, targetFlops, share, directRatio, ...rest };
}

function batchRatio({ batchSize }: RunFlops, { batch }: TargetPlan): { ratio: number; assumption: string | null } {
  if (batch === undefined || batch === batchSize) return { ratio: 1, assumption: null };
  if (batchSize === undefined) {
    return { ratio: 1, assumption: 'The proxy shows no batch size, so the target is taken to have the same.' };
  }
  const assumption = `A step's FLOPs are in proportion to its batch: ${batch} examples in the target, ${batchSize} in the proxy.`;
  return { ratio: batch / batchSize, assumption };
}

/** FLOPs of a step at the target's width where it can be built, else at widths to extrapolate from. */
async function countsFor(tuning: Tuning, { width, fits, setting }: TargetPlan): Promise<CountedFlops[]> {
  const widths = fits ? [width] : MULTIPLES.map((multiple) => multiple * tuning.width);
  const counted: CountedFlops[] = [];
  for (const each of widths) {
    const flops = await flopsOf(tuning, trialOf(tuning, setting, { width: each }));
    if (flops !== null) counted.push({ width: each, flops: flops.total });
  }
  return counted;
}

/** Null where it cannot be counted: not every model has every multiple of its width, and the cost is no reason to fail. */
export async function flopsOf({ trials }: Tuning, trial: TrialKey): Promise<RunFlops | null> {
  return trials.flops(trial).catch(() => null);
}
