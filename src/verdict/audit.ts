import type { ParameterAnalysis } from '../analysis/analyze.js';
import { TOLERANCE } from '../analysis/half-integer.js';
import type { Series } from '../analysis/series.js';
import type { OptimizerFamily } from '../parametrization/optimizer-family.js';
import { epsilonEffect, shareExponentAt } from './epsilon-effect.js';
import { INDEPENDENT } from './expectations.js';
import { isBeyondDoubt, judgeSlope } from './judge-slope.js';
import { quantity } from './parameter-results.js';
import type { JudgedSlope, ParameterQuantity, ParameterResult } from './result.js';
import { strongest } from './rule.js';

/** What an audit looks at. */
export interface AuditedParameter {
  series: Pick<ParameterAnalysis, 'rateDrift' | 'decay' | 'overEpsilon' | 'epsilonShare'>;
  /** How its update follows its gradient; null where that is not known. */
  family: OptimizerFamily | null;
  /** Whether epsilon stands beside its gradient's size, so that it takes over where the gradient is smaller. */
  hasEpsilon: boolean;
  /** Why it is not judged at all; null where it is. */
  exempt: string | null;
}

/** Which of a parameter's slopes an audit judges: they share the bound on false alarms with all others. */
export function auditedSlopes(one: AuditedParameter): boolean[] {
  return one.exempt === null ? [driftOf(one)?.fit != null, one.series.decay.fit !== null] : [];
}

/**
 * Audits what no activation shows: the effective rate of a parameter's last update against that of its first, and the
 * share that decay takes in a step, and what epsilon leaves of an update, must be independent of width. Only what was
 * measured is in the result.
 *
 * The first steps' updates add up a little differently at different widths, so a drift counts only beyond doubt: what lies
 * between two classes is no finding, and never leaves a check open. Updates add up, so one that gets too small shows as a
 * share of the first that bends towards a floor: no effect of finite widths, and not excused as one.
 *
 * A decay that some runs show and others do not is too small there for single precision to keep: it is left open.
 *
 * @param isFirstStepRight - a model that blows up trains differently at every width, whatever its rates do: its drift is
 *   shown and not judged
 */
export function audited(
  results: readonly ParameterResult[],
  parameters: readonly AuditedParameter[],
  { judged, isFirstStepRight }: { judged: number; isFirstStepRight: boolean },
): ParameterResult[] {
  return results.map((result, i) => {
    const one = parameters[i];
    if (one === undefined || one.exempt !== null) return result;
    const drift = driftOf(one);
    const { decay, epsilonShare } = one.series;
    const audit = {
      ...(drift?.fit != null && {
        rateDrift: quantity(drift, isFirstStepRight ? driftSlope(drift, judged) : judgeSlope(drift, null, judged)),
      }),
      ...(decay.points.length > 0 && { decay: decayOf(decay, judged) }),
      ...(epsilonShare.fit !== null && {
        epsilonShare: quantity(epsilonShare, shareSlope(one, result.isolatedUpdate, judged)),
      }),
    };
    const outcomes = Object.values(audit).map(({ outcome }) => outcome);
    return { ...result, ...audit, outcome: strongest([result.outcome, ...outcomes]) };
  });
}

/** By what its optimizer follows: null where that is not known. */
function driftOf({ family, series: { rateDrift } }: AuditedParameter): Series | null {
  if (family === null) return null;
  return family === 'sgd' ? rateDrift.perGradient : rateDrift.perStep;
}

/** Judged without the excuses of finite widths, which are those of isolated updates: beyond doubt, or no finding. */
function driftSlope(drift: Series, judged: number): JudgedSlope {
  const slope = judgeSlope(drift, INDEPENDENT, judged);
  return { ...slope, outcome: isBeyondDoubt(drift, INDEPENDENT, judged) ? 'fail' : 'pass', reason: null, settle: null };
}

/**
 * What epsilon leaves must not fall with width. Where it takes over it does so slowly: over the widths of a check the slope
 * of an update may lie anywhere between 0 and its gradient's, and says of itself neither. But gradient and epsilon are
 * both known, and so is the exponent that the share has at the widest width, and that it only gets steeper beyond: it is
 * that exponent that fails beyond the tolerance, where the gradient falls against epsilon beyond doubt.
 *
 * The update has to bear it out, too: by its own 95 % interval it shrinks at least half as steeply as predicted. The few
 * rows of a table that a batch looks up have gradients far above the RMS of all, and outlast an epsilon that the RMS does
 * not. With two things to come together it takes none of the bound on false alarms.
 */
function shareSlope(
  { series, hasEpsilon }: AuditedParameter,
  { interval, expected }: JudgedSlope,
  judged: number,
): JudgedSlope {
  const shown = judgeSlope(series.epsilonShare, null, judged);
  const effect = hasEpsilon ? epsilonEffect(series) : null;
  if (effect === null || interval === null || expected === null) return shown;
  const atWidest = shareExponentAt(effect, 1);
  const slope = { ...shown, expected: INDEPENDENT.exponent, settle: null };
  const isFalling = atWidest <= -TOLERANCE && isBeyondDoubt(series.overEpsilon, INDEPENDENT, judged);
  if (!isFalling) return { ...slope, outcome: 'pass', reason: null };
  const isBorneOut = interval[1] - expected < effect.shareExponent / 2;
  if (!isBorneOut) return { ...shown, reason: 'by the RMS of all its gradients; its update does not bear it out' };
  const reason = `what it leaves goes like width^${atWidest.toFixed(2)} at the widest width, and steeper beyond`;
  return { ...slope, outcome: 'fail', reason };
}

function decayOf(decay: Series, judged: number): ParameterQuantity {
  if (decay.reason !== 'missing') return quantity(decay, judgeSlope(decay, INDEPENDENT, judged));
  const reason = 'too small at some widths for single precision to keep it beside the value';
  const settle = 'raise the learning rate or the weight decay';
  return quantity(decay, { ...judgeSlope(decay, null, judged), outcome: 'inconclusive', reason, settle });
}
