import type { DriftSeries } from '../analysis/sweep-table.js';
import { COSTLY, judged, unfound, type Judged } from './judge-drift.js';
import { valueText } from './sweep-text.js';

/**
 * Judges whether the best of values that are no positive numbers stays the best along width (or depth).
 *
 * There is no line to extrapolate, only a ranking. Pass: at every size the smallest one's best is the best by more than
 * the seeds scatter, or costs less than 2 % beyond it. Fail: at some size another is the best by more than that, and the
 * smallest one's costs more than 2 %. Else inconclusive.
 */
export function judgeCategory({ drift: { along }, curves, regrets }: DriftSeries, hyperparameter: string): Judged {
  const [smallest, ...rest] = curves;
  if (smallest === undefined || smallest.optimum.state !== 'found') {
    return smallest === undefined ? judged('inapplicable', null) : unfound(smallest, { hyperparameter, along });
  }
  const carried = smallest.optimum.best;
  const outcomes = rest.map((curve, i): Judged => {
    const { state, best } = curve.optimum;
    const regret = regrets[i + 1] ?? null;
    const isFound = state === 'found';
    if (isFound && best === carried) return judged('pass', null);
    if (regret?.interval != null && regret.interval[1] < COSTLY) return judged('pass', null);
    if (!isFound) return unfound(curve, { hyperparameter, along });
    const reason = `${valueText(carried ?? '')} is best at ${along} ${smallest[along]}, ${valueText(best ?? '')} at ${along} ${curve[along]}`;
    // Where the value carried over did not finish at all, it could not cost more.
    if (regret === null || regret.share > COSTLY) return judged('fail', reason);
    return judged('inconclusive', reason, `add a larger ${along}`);
  });
  return (
    outcomes.find(({ outcome }) => outcome === 'fail') ??
    outcomes.find(({ outcome }) => outcome === 'inconclusive') ??
    judged('pass', null)
  );
}
