import jstat from 'jstat';

/** So many degrees of freedom are as good as a known variance: the quantile differs from the normal one by 1e-6. */
const AS_GOOD_AS_KNOWN = 1e6;

/**
 * The t of a two-sided interval, t standard errors to each side.
 *
 * @param confidence - in (0, 1)
 * @param degreesOfFreedom - above 0, not always whole (Satterthwaite); Infinity where the variance is known
 */
export function studentQuantile(confidence: number, degreesOfFreedom: number): number {
  return jstat.studentt.inv((1 + confidence) / 2, Math.min(degreesOfFreedom, AS_GOOD_AS_KNOWN));
}
