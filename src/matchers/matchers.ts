import { failure } from '../errors.js';
import { causeLines, failureLines, slopeText } from './failure-lines.js';
import { repeatLine, type MatcherResult, type MatcherState } from './matcher-result.js';
import { measurement, type MeasurementChoice } from './measurement.js';
import { asCheck } from './received.js';
import type { CheckResult } from '../verdict/result.js';

export type { MatcherResult } from './matcher-result.js';
export type { MeasuredQuantity } from './measurement.js';
export { toTransferLearningRate } from './transfer.js';
export type { TransferOptions } from './transfer.js';

/** Which measurement an exponent is asked of, and how near it must be. */
export interface WidthExponentOptions extends MeasurementChoice {
  /** Largest distance from the expected exponent; ¼, the middle between two classes of exponents. */
  within?: number;
}

/**
 * Asserts that a coordinate check passed.
 *
 * An inconclusive check satisfies neither this nor its negation: it settled nothing.
 *
 * @throws CoordCheckError SETTING_INVALID where `received` is no result (a forgotten `await`)
 */
export function toPassCoordCheck(this: MatcherState, received: unknown): MatcherResult {
  const result = asCheck(received, 'toPassCoordCheck');
  const isNegated = this?.isNot === true;
  const pass = result.verdict === 'inconclusive' ? isNegated : result.verdict === 'pass';
  return {
    pass,
    message: () => verdictMessage(result, isNegated),
    actual: result.verdict,
    expected: wanted(isNegated),
  };
}

/**
 * Asserts how a measured size grows with width: `toHaveWidthExponent('dense_2', 0, { quantity: 'change' })`.
 *
 * @param subject - a tap, a parameter, or one use of a tied parameter (`name@use`)
 * @param expected - the exponent p of size ∝ width^p
 * @throws CoordCheckError SETTING_INVALID where nothing of that name was measured, or no slope could be fitted
 */
export function toHaveWidthExponent(
  this: MatcherState,
  received: unknown,
  subject: string,
  expected: number,
  options: WidthExponentOptions = {},
): MatcherResult {
  const result = asCheck(received, 'toHaveWidthExponent');
  const { title, judged } = measurement(result, subject, options);
  const { within = 0.25 } = options;
  if (judged.slope === null) {
    // Neither the assertion nor its negation may pass on a slope that was never measured.
    throw failure('SETTING_INVALID', {
      where: `the result of ${result.name}`,
      expected: `a slope for ${title}`,
      got: `none (${judged.reason ?? 'no reason given'})`,
      hint: judged.settle ?? 'Ask for another step or quantity.',
    });
  }
  const pass = Math.abs(judged.slope - expected) <= within;
  const message = (): string =>
    [
      `expected ${title} ${pass ? 'not ' : ''}to go as width^${expected} within ${within}, but it ${slopeText({ ...judged, expected: null })}`,
      ...causeLines(result),
      ...repeatLine(result),
    ].join('\n');
  return { pass, message, actual: judged.slope, expected };
}

function verdictMessage(result: CheckResult, isNegated: boolean): string {
  const came = { pass: 'it passes', fail: 'it fails', inconclusive: 'it is inconclusive' }[result.verdict];
  return [
    `expected the coordinate check of ${result.name} ${isNegated ? 'not ' : ''}to pass, but ${came}: ${result.summary}`,
    ...failureLines(result).map((line) => `  ${line}`),
    ...causeLines(result),
    ...repeatLine(result),
  ].join('\n');
}

function wanted(isNegated: boolean): string {
  return isNegated ? 'fail' : 'pass';
}
