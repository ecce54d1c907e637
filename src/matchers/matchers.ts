import { causeLines, failureLines } from './failure-lines.js';
import { isSatisfied, messageOf, repeatLine, type MatcherResult, type MatcherState } from './matcher-result.js';
import { asCheck } from './received.js';
import type { CheckResult } from '../verdict/result.js';

export type { MatcherResult } from './matcher-result.js';
export type { MeasuredQuantity } from './measurement.js';
export { toTransferLearningRate } from './transfer.js';
export type { TransferOptions } from './transfer.js';
export { toHaveWidthExponent } from './width-exponent.js';
export type { WidthExponentOptions } from './width-exponent.js';

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
  return {
    pass: isSatisfied(result.verdict, isNegated),
    message: () => verdictMessage(result, isNegated),
    actual: result.verdict,
    expected: wanted(isNegated),
  };
}

function verdictMessage(result: CheckResult, isNegated: boolean): string {
  const came = { pass: 'it passes', fail: 'it fails', inconclusive: 'it is inconclusive' }[result.verdict];
  return messageOf([
    `expected the coordinate check of ${result.name} ${isNegated ? 'not ' : ''}to pass, but ${came}: ${result.summary}`,
    ...failureLines(result).map((line) => `  ${line}`),
    ...causeLines(result),
    ...repeatLine(result),
  ]);
}

function wanted(isNegated: boolean): string {
  return isNegated ? 'fail' : 'pass';
}
