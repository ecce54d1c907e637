import type { ChosenSetting, Contender, SearchedTrial, TargetSettings } from '../verdict/tune-result.js';
import { untransferableNote } from '../verdict/untransferable.js';
import { behind } from './contenders.js';
import { divergenceNote, edgeNotes } from './edges.js';
import type { Tuning } from './tuning.js';

/** Below this width finite-width corrections move best values by themselves (measured on MLPs from 32 to 1024). */
const NARROW = 64;

/** What the notes on a tuning are made of. */
export interface TuneFindings {
  chosen: ChosenSetting;
  contenders: readonly Contender[];
  trials: readonly SearchedTrial[];
  target: { settings: TargetSettings; isPerParameter: boolean | null } | null;
  /** Whether a schedule moves the learning rate. */
  isScheduled: boolean;
  /** Whether trials were stopped early. */
  isHalved: boolean;
  /** Examples in a batch of the proxy's. */
  batchSize: number | undefined;
  targetSteps: number | undefined;
  targetBatch: number | undefined;
}

/** Sentences on what may not hold at the target. */
export function tuneNotes(tuning: Tuning, findings: TuneFindings): string[] {
  const { chosen, trials, target } = findings;
  const divergence = divergenceNote(tuning.space, chosen.values, trials);
  return [
    ...edgeNotes(tuning.space, chosen.values),
    ...(divergence === null ? [] : [divergence]),
    ...ownNotes(findings),
    ...tuning.space.flatMap(({ hyperparameter }) => untransferableNote(hyperparameter) ?? []),
    ...(findings.isScheduled && findings.isHalved ? [EARLY_RUNGS] : []),
    ...(target === null ? [] : targetNotes(tuning, findings, target)),
  ];
}

const EARLY_RUNGS =
  'The learning rate follows a schedule, and the early rungs end before it does: what is best there need not be best at its end. --search random trains all in full.';

function ownNotes({ chosen, contenders }: TuneFindings): string[] {
  const own = contenders.find(({ index }) => index === null);
  const best = contenders.find(({ index }) => index === chosen.index);
  const difference = own === undefined || best === undefined ? null : behind(best, own);
  if (difference === null || difference.mean <= 0) return [];
  return ["The model's own setting has the lower loss of the two: widen the space around it, or give more --trials."];
}

function targetNotes(
  { width, steps }: Tuning,
  { batchSize, targetSteps, targetBatch, isScheduled }: TuneFindings,
  { settings, isPerParameter }: NonNullable<TuneFindings['target']>,
): string[] {
  const { optimizer, targetWidth } = settings;
  const [isLonger, isOtherBatch] = [
    targetSteps !== undefined && targetSteps !== steps,
    targetBatch !== undefined && batchSize !== undefined && targetBatch !== batchSize,
  ];
  return [
    width < NARROW
      ? `The proxy is ${width} wide: below ${NARROW} finite-width effects move best values by themselves. Tune a wider one.`
      : null,
    isPerParameter !== true && targetWidth !== width
      ? `${optimizer.className} has one rate for all parameters as far as it shows: unless the model is in µP, its best values do not transfer. Run coordcheck on it first.`
      : null,
    isLonger
      ? `The target trains ${targetSteps} steps, the proxy ${steps}: best learning rates fall as trainings grow longer. Tune with --steps closer to the target's.`
      : null,
    isLonger && isScheduled
      ? `The learning rate follows a schedule, which is to be stretched over ${targetSteps} steps: the shape transfers, its length in steps does not.`
      : null,
    isOtherBatch
      ? `The target's batch is ${targetBatch}, the proxy's ${batchSize}: the best learning rate depends on the batch. Tune with the target's.`
      : null,
  ].filter((note) => note !== null);
}
