import type { DepthSeries, Series } from '../analysis/analyze.js';
import { FINITE_WIDTH, TOLERANCE } from '../analysis/half-integer.js';
import { interval, type SlopeError } from '../analysis/slope.js';
import type { JudgedSlope } from './result.js';

/** The whole check's bound on false alarms, shared out over all slopes it judges (Bonferroni). */
const FALSE_ALARM_RATE = 0.05;

/** Where the next class of exponents may begin. */
const NEXT_CLASS = 1 / 2 - FINITE_WIDTH;

type Fit = NonNullable<Series['fit']>;

/** What theory asks of a slope. */
export interface Expected {
  exponent: number;
  /** `above`: only growth beyond the exponent is a fault; less is a smaller signal, which other slopes judge. */
  side: 'both' | 'above';
}

/** What slopes are along, as messages call it, and its end. */
interface Axis {
  one: string;
  many: string;
  most: string;
  wider: string;
}

const WIDTH: Axis = { one: 'width', many: 'widths', most: 'widest', wider: 'wider' };
const DEPTH: Axis = { one: 'depth', many: 'depths', most: 'deepest', wider: 'deeper' };

/** Judges a slope along depth as {@link judgeSlope} does one along width. */
export function judgeDepthSlope(series: DepthSeries, expected: Expected | null, judged: number): Unplaced {
  return judgeAlong(DEPTH, series, { expected, judged, settle: () => deeper(series) });
}

/**
 * Judges one slope against its expected exponent.
 *
 * Fail needs the whole simultaneous interval (level 1 − 0.05 / judged) beyond the tolerance, so that the chance of
 * any false alarm in the check stays below 5 %. Pass needs the slope itself within it, and its own 95 % interval clear of
 * the next class: a wrong model lies ½ away, or nearer by what finite widths do, and never in between. (Asking for the
 * whole interval within the tolerance leaves 4 of 5 checks of a correct transformer under SGD inconclusive; it is asked
 * where the deviation grows with width.) Else the slope straddles two classes: inconclusive, with what would settle it.
 *
 * A deviation that dies out with width is a finite-width effect, not a power law (updates of many examples overlap by
 * chance until the width is large against their number). So a slope also passes where its curvature is against the
 * deviation, its 95 % interval without 0, and the local slope at the widest width passes as the slope itself would: a
 * wrong exponent keeps its slope, or comes out more clearly as width grows. Where a deviation does grow, so that the
 * local slope at the widest width lies beyond the tolerance with its whole 95 % interval, the mean is no pass: a power law
 * takes over there, or a signal dies.
 *
 * @param series - the points and their fit
 * @param expected - null for what is shown only
 * @param judged - how many slopes the check judges
 */
export function judgeSlope(series: Series, expected: Expected | null, judged: number): JudgedSlope {
  const settle = (open: [number, number]) => (expected === null ? null : moreSeedsOrWidths(series, expected, open));
  return { ...judgeAlong(WIDTH, series, { expected, judged, settle }), points: series.points };
}

/** A judgement without its points. */
type Unplaced = Omit<JudgedSlope, 'points'>;

interface Asked {
  expected: Expected | null;
  judged: number;
  /** What would settle an interval that straddles. */
  settle: (open: [number, number]) => string | null;
}

function judgeAlong(
  axis: Axis,
  { fit, reason }: Pick<Series, 'fit' | 'reason'>,
  { expected, judged, settle }: Asked,
): Unplaced {
  const measured = {
    slope: fit?.slope ?? null,
    interval: fit === null ? null : fit.interval95,
    topSlope: fit?.topSlope ?? null,
    curvature: fit?.curvature ?? null,
    expected: expected?.exponent ?? null,
  };
  if (fit === null) return { ...measured, ...outcome('inapplicable', reasonOf(reason ?? 'missing', axis)) };
  if (expected === null) return { ...measured, ...outcome('inapplicable', null) };
  const simultaneous = interval(fit, 1 - FALSE_ALARM_RATE / Math.max(1, judged));
  const bend = bendOf(fit, expected);
  // What comes out more clearly as width grows is no effect of finite widths: then those excuse nothing.
  const limit = bend === 'growing' ? TOLERANCE : NEXT_CLASS;
  const { widestSlope } = fit;
  const isTakenOver = bend === 'growing' && widestSlope !== null && isBeyond(interval(widestSlope, 0.95), expected);
  if (!isTakenOver && isClear(fit, expected, limit)) {
    return { ...measured, ...outcome('pass', smaller(fit.slope, expected)) };
  }
  if (widestSlope !== null && bend === 'dying' && isClear(widestSlope, expected, NEXT_CLASS)) {
    return { ...measured, ...outcome('pass', converging(widestSlope, axis)) };
  }
  if (isBeyond(simultaneous, expected)) return { ...measured, ...outcome('fail', null) };
  if (isTakenOver) {
    const wider = `add 2 ${axis.wider} ${axis.many}: whether it goes on shows there`;
    return { ...measured, ...outcome('inconclusive', leaving(widestSlope, axis)), settle: wider };
  }
  // A slope outside the tolerance is kept from failing by the shared interval, one inside from passing by its own.
  const isNear = deviation(fit.slope, expected) < TOLERANCE;
  const open = isNear ? fit.interval95 : simultaneous;
  const which = isNear ? 'interval' : 'simultaneous interval';
  return {
    ...measured,
    ...outcome('inconclusive', `the ${which} ${bracket(open)} straddles two classes of exponents`),
    settle: settle(open),
  };
}

/** Nearest to the exponent expected, its 95 % interval nowhere as far off as the limit. */
function isClear(estimate: SlopeError, expected: Expected, limit: number): boolean {
  const isNear = deviation(estimate.slope, expected) < TOLERANCE;
  return isNear && interval(estimate, 0.95).every((end) => deviation(end, expected) < limit);
}

/**
 * Whether the local slope leaves or approaches the exponent expected as width grows, beyond doubt; null otherwise. One that
 * crosses it leaves it, where it is farther off at the widest width than in the mean.
 */
function bendOf(fit: Fit, expected: Expected): 'growing' | 'dying' | null {
  const { slope, curvature, curvatureStandardError: standardError, degreesOfFreedom, widestSlope } = fit;
  if (standardError === null || widestSlope === null) return null;
  // The parabola has one coefficient more than the line.
  const [low, high] = interval({ slope: curvature, standardError, degreesOfFreedom: degreesOfFreedom - 1 }, 0.95);
  if (low <= 0 && high >= 0) return null;
  return deviation(widestSlope.slope, expected) > deviation(slope, expected) ? 'growing' : 'dying';
}

function leaving(widestSlope: SlopeError, { one, most }: Axis): string {
  return `growing away: the slope at the ${most} ${one} is ${bracket(interval(widestSlope, 0.95))}`;
}

function converging(widestSlope: SlopeError, { one, most }: Axis): string {
  return `still converging: the slope at the ${most} ${one} is ${bracket(interval(widestSlope, 0.95))}`;
}

function reasonOf(reason: NonNullable<Series['reason']>, { one, many }: Axis): string {
  const reasons = {
    'too-few-widths': `fewer than 3 ${many}`,
    'exactly-zero': `exactly 0 at one ${one} or more: there is no slope of it`,
    'non-finite': `not finite at one ${one} or more`,
    missing: 'not measured in every run',
    unresolved: 'smaller than single precision keeps beside the initial value: what is left is rounding',
  };
  return reasons[reason];
}

function outcome(value: JudgedSlope['outcome'], reason: string | null) {
  return { outcome: value, reason, settle: null };
}

/** How far a slope is on the wrong side of its exponent. */
function deviation(slope: number, { exponent, side }: Expected): number {
  return side === 'above' ? slope - exponent : Math.abs(slope - exponent);
}

/** Whether a slope lies beyond the tolerance within the check's bound on false alarms. */
export function isBeyondDoubt({ fit }: Series, expected: Expected, judged: number): boolean {
  return fit !== null && isBeyond(interval(fit, 1 - FALSE_ALARM_RATE / Math.max(1, judged)), expected);
}

function isBeyond([low, high]: [number, number], { exponent, side }: Expected): boolean {
  return low > exponent + TOLERANCE || (side === 'both' && high < exponent - TOLERANCE);
}

function smaller(slope: number, { exponent, side }: Expected): string | null {
  return side === 'above' && slope < exponent - TOLERANCE ? 'smaller than the bound, which is no fault here' : null;
}

/** The interval's width falls with the square root of the number of seeds. */
function moreSeedsOrWidths({ points }: Series, expected: Expected, [low, high]: [number, number]): string {
  const halfWidth = (high - low) / 2;
  const off = deviation((low + high) / 2, expected);
  const distance = off < TOLERANCE ? NEXT_CLASS - off : off - TOLERANCE;
  const seeds = points.length / new Set(points.map(({ width }) => width)).size;
  const more = Math.ceil(seeds * ((halfWidth / distance) ** 2 - 1));
  return more >= 1 && more <= 4 * seeds
    ? `add ${more} seed${more === 1 ? '' : 's'}`
    : 'add 2 wider widths: the slope lies between two classes';
}

/**
 * A model twice as deep. Shallow ones are off by what falls like 1/depth: under CompleteP the variance of a stream of L
 * blocks starts larger by a share ∝ 1/L, and the gradients behind its norms, which SGD follows, as much smaller. No number
 * of seeds takes that away, while a mean over more blocks scatters less. Measured on the residual MLP, width 64, SGD, 3
 * seeds, CompleteP, depth-µP and unscaled, 3 roots each: depths 2, 4, 8 leave 5 of 9 checks open, with 16 none.
 */
function deeper({ points }: DepthSeries): string {
  return `add depth ${2 * Math.max(...points.map(({ depth }) => depth))}`;
}

/** An interval as messages print it. */
export function bracket([low, high]: [number, number]): string {
  return `[${low.toFixed(2)}, ${high.toFixed(2)}]`;
}
