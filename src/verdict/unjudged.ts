import type { ParameterAnalysis } from '../analysis/analyze.js';
import type { Series } from '../analysis/series.js';

/**
 * Whether training changes a parameter: null where the records do not say.
 *
 * What becomes NaN has moved, too.
 */
export function moves({ update }: Pick<ParameterAnalysis, 'update'>): boolean | null {
  if (update.length === 0) return null;
  return update.some(({ points, reason }) => reason === 'non-finite' || hasSize(points));
}

/** Whether the loss pulls at a parameter: a gradient that is not exactly 0, at any step of any run. */
export function hasGradient({ gradient }: Pick<ParameterAnalysis, 'gradient'>): boolean {
  return gradient.some(({ points, reason }) => reason === 'non-finite' || hasSize(points));
}

const DECLARE = 'declare it `frozen` or `ignore` in `expect` where that is meant';

/**
 * Why the isolated update of a parameter that has to be judged has no slope, and what would settle it. Such a parameter
 * leaves the check inconclusive: nothing is known of its scaling.
 *
 * @param judged - what it would be judged by
 * @returns null where it has a slope, and where it has none for want of widths, which is a gate's to say
 */
export function whyUnjudged(
  { gradient, update }: Pick<ParameterAnalysis, 'gradient' | 'update'>,
  judged: Series,
): { reason: string; settle: string } | null {
  if (judged.reason === null || judged.reason === 'too-few-widths') return null;
  if (judged.reason === 'non-finite') return told('it is not finite at one width or more', 'lower the learning rate');
  if (judged.reason === 'unresolved') {
    const why = 'its update is smaller than single precision keeps beside the initial value, what is left is rounding';
    return told(why, 'raise the learning rate');
  }
  // Records without updates hold no gradients either, whatever there was.
  if (gradient.length === 0 && update.length > 0) {
    return told('it gets no gradient, the loss does not depend on it', `take it out of the model, or ${DECLARE}`);
  }
  if (judged.reason === 'missing') {
    const settle = 'see the runs that did not finish; where all did, give the model the same taps at every width';
    return told('it was not measured in every run', settle);
  }
  if (hasSize(judged.points)) {
    return told('it is exactly 0 in some runs', `record more steps or feed a larger batch, or ${DECLARE}`);
  }
  const what = hasGradient({ gradient }) ? 'its change' : 'its gradient';
  return told(`${what} is exactly 0 at every step recorded`, `record more steps (--steps), or ${DECLARE}`);
}

function told(why: string, settle: string) {
  return { reason: `there is no slope: ${why}`, settle };
}

function hasSize(points: Series['points']): boolean {
  return points.some(({ log2Size }) => log2Size !== null);
}
