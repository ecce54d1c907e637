import { shownValue, type CoordCheckError } from '../errors.js';
import type { JudgedSlope } from '../verdict/result.js';
import { causeLines, openGateLines, slopeText } from './failure-lines.js';
import { keepsWithin } from './keeps-within.js';
import { requireKnownOptions } from './known-options.js';
import { isSatisfied, messageOf, repeatLine, type MatcherResult, type MatcherState } from './matcher-result.js';
import { measurement, type MeasurementChoice } from './measurement.js';
import { asCheck } from './received.js';
import { refusal } from './refusal.js';

/** Which measurement an exponent is asked of, and how near it must be. */
export interface WidthExponentOptions extends MeasurementChoice {
  /**
   * Largest distance from the expected exponent that the whole 95 % interval must keep; ¼, the middle between two
   * classes of exponents.
   */
  within?: number;
}

const OPTIONS = ['quantity', 'step', 'within'] as const satisfies (keyof WidthExponentOptions)[];

/** The exponents an assertion allows. */
interface Asked {
  expected: number;
  within: number;
}

/**
 * Asserts how a measured size grows with width: `toHaveWidthExponent('dense_2', 0, { quantity: 'change' })`.
 *
 * It holds where the whole 95 % interval of the slope lies within `within` of the exponent, and its negation where the
 * whole interval lies beyond. An interval that lies partly within satisfies neither, and neither does any slope of a check
 * whose gates are open: that settled nothing.
 *
 * @param subject - a tap, a parameter, or one use of a tied parameter (`name@use`)
 * @param expected - the exponent p of size ∝ width^p
 * @throws CoordCheckError SETTING_INVALID where nothing of that name was measured, no slope could be fitted, `expected` or
 *   `within` is no finite number, `within` is not above 0, or an option is unknown
 */
export function toHaveWidthExponent(
  this: MatcherState,
  received: unknown,
  subject: string,
  expected: number,
  options: WidthExponentOptions = {},
): MatcherResult {
  const result = asCheck(received, 'toHaveWidthExponent');
  requireKnownOptions(options, OPTIONS, 'toHaveWidthExponent');
  const { within = 0.25 } = options;
  const asked = { expected, within };
  requireNumbers(asked);
  const { title, judged } = measurement(result, subject, options);
  requireSlope(judged, `the result of ${result.name}`, title);
  const isNegated = this?.isNot === true;
  const gates = openGateLines(result);
  const outcome = gates.length > 0 ? 'inconclusive' : keepsWithin(judged.interval, asked);
  const isOpen = outcome === 'inconclusive';
  const wanted = `${title} ${isNegated ? 'not ' : ''}to go as width^${expected} within ${within}`;
  const came = `${isOpen ? 'that is inconclusive: ' : ''}it ${slopeText({ ...judged, expected: null })}`;
  const why = isOpen && gates.length === 0 ? [straddlingLine(judged, asked)] : gates;
  return {
    pass: isSatisfied(outcome, isNegated),
    message: () =>
      messageOf([
        `expected ${wanted}, but ${came}`,
        ...why.map((line) => `  ${line}`),
        ...causeLines(result),
        ...repeatLine(result),
      ]),
    actual: judged.slope,
    expected,
  };
}

/** Every comparison with NaN is false, so that a negation would hold of it. */
function requireNumbers({ expected, within }: Asked): void {
  if (!Number.isFinite(expected)) {
    throw refusedNumber(expected, {
      expected: 'the exponent to be a finite number',
      hint: 'Give the p of size ∝ width^p, such as 0 or -0.5.',
    });
  }
  if (!(Number.isFinite(within) && within > 0)) {
    throw refusedNumber(within, {
      expected: '`within` to be a number above 0',
      hint: 'Give the largest distance from the exponent, such as { within: 0.25 }.',
    });
  }
}

function refusedNumber(got: unknown, text: { expected: string; hint: string }): CoordCheckError {
  const where = 'expect(…).toHaveWidthExponent()';
  return refusal({ ...text, where, got: shownValue(got) });
}

/** Neither the assertion nor its negation may pass on a slope that was never measured. */
function requireSlope({ slope, reason, settle }: JudgedSlope, where: string, title: string): void {
  if (slope !== null) return;
  throw refusal({
    where,
    expected: `a slope for ${title}`,
    got: `none (${reason ?? 'no reason given'})`,
    hint: settle ?? 'Ask for another step or quantity.',
  });
}

/** Why an interval settles nothing, and what would. */
function straddlingLine({ interval, settle }: JudgedSlope, { expected, within }: Asked): string {
  const why =
    interval === null
      ? 'a slope without an interval may be noise'
      : `the interval lies partly within ${within} of ${expected}`;
  return `${why}; to settle it: ${settle ?? 'add seeds or wider widths'}`;
}
