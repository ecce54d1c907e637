import type { Regret } from '../analysis/regret.js';
import { TOLERANCE } from '../analysis/half-integer.js';
import type { Drift } from '../analysis/drift.js';
import type { DriftSeries, SweepCurve } from '../analysis/sweep-table.js';
import { number, signedBracket, valueText } from './sweep-text.js';
import type { JudgedDrift } from './sweep-result.js';

/** An outcome with its reason, and what would settle it. */
export type Judged = Pick<JudgedDrift, 'outcome' | 'reason' | 'settle'>;

/** A line through two optima is contradicted by nothing. */
const MINIMUM_FOUND = 3;

/** Where the next class of exponents lies. */
const NEXT_CLASS = 2 * TOLERANCE;

/** A higher loss than by the size's own optimum that is worth tuning anew for. */
export const COSTLY = 0.02;

/**
 * Judges how an optimum moves a doubling of width (or depth).
 *
 * In theory it moves by a multiple of ½ as exponents do: 0 where the hyperparameter transfers. So with the 95 % interval
 *
 * - wholly within ±¼, at every size found: it transfers (pass);
 * - wholly beyond ±¼, of 3 optima or more: it does not (fail), whatever sizes are censored and whatever it costs. A cost
 *   is measured at these widths, and the value is meant for far wider ones: half an octave a doubling that still costs
 *   nothing over a factor of 8 is several octaves at the launch width. No flat basin rescues a drift that is clear;
 * - in between, what the narrowest size's optimum costs at the others decides, if it can. Its loss more than 2 % above
 *   their own, beyond the scatter, and the estimate beyond ±¼: fail, the harm that the drift would do is there. Less
 *   than 2 % at every size, beyond the scatter, the estimate within ±¼ and the interval clear of the next class (±½):
 *   pass, a basin so flat hides only drifts that do not matter, and none that theory knows;
 * - else inconclusive, as it is where an optimum is censored or undetermined, with what would settle it.
 *
 * A pass says it where a size pays more than 2 % all the same: a drift within ±¼ is that of finite widths.
 */
export function judgeDrift(series: DriftSeries, hyperparameter: string): Judged {
  const { drift, curves, regrets } = series;
  const { interval, perDoubling, sizes } = drift;
  const open = curves.find(({ optimum }) => optimum.state !== 'found');
  const isBeyond = interval !== null && (interval[0] > TOLERANCE || interval[1] < -TOLERANCE);
  const harm = costliest(regrets);
  if (isBeyond && sizes.length >= MINIMUM_FOUND) return judged('fail', harm === null ? null : costText(harm, series));
  if (open !== undefined) return unfound(open, { hyperparameter, along: drift.along });
  if (interval === null || perDoubling === null || sizes.length < MINIMUM_FOUND) {
    const many = `${MINIMUM_FOUND} ${drift.along}s`;
    return judged(
      'inconclusive',
      `fewer than ${many} with an optimum and its error`,
      `sweep ${many} and 2 seeds or more`,
    );
  }
  const isHarmful = harm?.interval != null && harm.share > COSTLY && harm.interval[0] > 0;
  if (interval.every((end) => Math.abs(end) <= TOLERANCE)) {
    return judged('pass', isHarmful ? costText(harm, series) : null);
  }
  const isNear = Math.abs(perDoubling) <= TOLERANCE;
  if (!isNear && isHarmful) return judged('fail', costText(harm, series));
  const isFlat = regrets.slice(1).every((one) => one?.interval != null && one.interval[1] < COSTLY);
  if (isNear && isFlat && interval.every((end) => Math.abs(end) < NEXT_CLASS)) {
    return judged('pass', `costs less than ${100 * COSTLY} % at every ${drift.along}`);
  }
  const reason = `the interval ${signedBracket(interval)} of the drift reaches beyond ±${TOLERANCE}`;
  return judged('inconclusive', reason, whatSettles(series));
}

/** An outcome without a reason of its own to doubt it. */
export function judged(outcome: Judged['outcome'], reason: string | null, settle: string | null = null): Judged {
  return { outcome, reason, settle };
}

/** Why nothing is said of a size whose optimum was not found. */
export function unfound(
  { width, depth, optimum: { state, reason }, points }: SweepCurve,
  { hyperparameter, along }: { hyperparameter: string; along: Drift['along'] },
): Judged {
  const why = `no optimum at ${along} ${along === 'width' ? width : depth}: ${reason ?? state}`;
  const values = [...new Set(points.map(({ value }) => value))];
  const ends = { 'censored-low': values.slice(0, 2).toReversed(), 'censored-high': values.slice(-2) };
  if (state !== 'censored-low' && state !== 'censored-high') {
    const unfinished = new Set(points.flatMap(({ value, score }) => (score === null ? [value] : [])));
    const isSparse = values.length - unfinished.size < MINIMUM_FOUND;
    const hasUnfinished = unfinished.size > 0;
    return judged(
      'inconclusive',
      why,
      isSparse && hasUnfinished ? `extend the grid of ${hyperparameter} to values that finish` : 'add seeds',
    );
  }
  const [inner, edge] = ends[state].map(Number);
  // Two steps further, as the grid goes on: the fit wants two values beyond the best.
  const further = (edge ?? NaN) * ((edge ?? NaN) / (inner ?? NaN)) ** 2;
  return judged('inconclusive', why, `extend the grid of ${hyperparameter} to ${valueText(further)}`);
}

/** The largest share that a size pays; null where none can be told. */
function costliest(regrets: DriftSeries['regrets']): Regret | null {
  return regrets.reduce((worst, one) => (one !== null && one.share > (worst?.share ?? -Infinity) ? one : worst), null);
}

function costText(harm: Regret, { drift, curves, regrets }: DriftSeries): string {
  const [smallest, payer] = [curves[0], curves[regrets.indexOf(harm)]].map((curve) => curve?.[drift.along]);
  const value = valueText(harm.value);
  return `the optimum of ${drift.along} ${smallest}, ${value}, costs ${number(100 * harm.share, 1)} % at ${drift.along} ${payer}`;
}

/** The interval's width falls with the square root of the number of seeds, and with the grid's step at a cliff. */
function whatSettles({ drift: { along, interval, perDoubling }, withoutSmallest, curves }: DriftSeries): string {
  if (curves.some(({ optimum }) => optimum.isAtStabilityEdge))
    return 'take a finer grid: an optimum is beside a divergence';
  const rest = withoutSmallest.interval;
  if (withoutSmallest.sizes.length >= MINIMUM_FOUND && rest?.every((end) => Math.abs(end) <= TOLERANCE) === true) {
    const [first, second] = curves.map((curve) => curve[along]);
    return `tune at ${along} ${second} or more: without ${along} ${first} the optimum stands still`;
  }
  const seeds = new Set(curves.flatMap(({ points }) => points.map(({ seed }) => seed))).size;
  const half = interval === null ? Infinity : (interval[1] - interval[0]) / 2;
  const distance = Math.abs(TOLERANCE - Math.abs(perDoubling ?? 0));
  const more = Math.ceil(seeds * ((half / distance) ** 2 - 1));
  return more >= 1 && more <= 4 * seeds
    ? `add ${more} seed${more === 1 ? '' : 's'}`
    : `take a finer grid, or 2 more ${along}s: the drift lies between two classes`;
}
