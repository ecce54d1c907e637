import type { Outcome } from '../verdict/result.js';
import type { HyperparameterSweep, ParametrizationSweep, SweepResult } from '../verdict/sweep-result.js';
import { keepsWithin } from './keeps-within.js';
import { requireKnownOptions } from './known-options.js';
import { isOpen, isSatisfied, messageOf, repeatLine, type MatcherResult, type MatcherState } from './matcher-result.js';
import { asSweep } from './received.js';
import { refusal } from './refusal.js';
import { transferLines } from './transfer-lines.js';

/** Which hyperparameter must transfer, and how steady its optimum must be. */
export interface TransferOptions {
  /** The swept hyperparameter; `learningRate`. */
  hyperparameter?: string;
  /**
   * The largest drift of log2 of the optimum per doubling of width or depth, up or down, that the whole 95 % interval
   * must keep; beside the sweep's own judgement, not in its place.
   */
  within?: number;
}

const OPTIONS = ['hyperparameter', 'within'] as const satisfies (keyof TransferOptions)[];

/**
 * Asserts that a hyperparameter's optimum stays where it is as the model grows: that it transfers in µP.
 *
 * An inconclusive sweep, or one whose gates are open, satisfies neither this nor its negation, and so does a drift whose
 * interval lies partly within `within`: it settled nothing.
 *
 * @throws CoordCheckError SETTING_INVALID where `received` is no result of a sweep (a forgotten `await`), the
 *   hyperparameter was not swept, `within` is asked of values that are not numbers, or an option is unknown
 */
export function toTransferLearningRate(
  this: MatcherState,
  received: unknown,
  options: TransferOptions = {},
): MatcherResult {
  const result = asSweep(received, 'toTransferLearningRate');
  requireKnownOptions(options, OPTIONS, 'toTransferLearningRate');
  const { hyperparameter = 'learningRate', within } = options;
  const [sweep, mup] = sweepOf(result, hyperparameter);
  const isNegated = this?.isNot === true;
  const isMeaningful = result.gates.every((gate) => gate.outcome === 'pass');
  const own = outcomeOf(sweep, mup, within);
  const outcome = isMeaningful ? own : 'inconclusive';
  const wanted = `${isNegated ? 'not ' : ''}to transfer in µP${within === undefined ? '' : ` within ${within} a doubling`}`;
  const came = isOpen(outcome) ? 'that is inconclusive' : outcome === 'pass' ? 'it does' : 'it does not';
  return {
    pass: isSatisfied(outcome, isNegated),
    message: () =>
      messageOf([
        `expected ${hyperparameter} of ${result.name} ${wanted}, but ${came}: ${result.summary}`,
        ...transferLines(mup).map((line) => `  ${line}`),
        ...repeatLine(result),
      ]),
    actual: isOpen(outcome) ? 'inconclusive' : outcome,
    expected: isNegated ? 'fail' : 'pass',
  };
}

function sweepOf(result: SweepResult, hyperparameter: string): [HyperparameterSweep, ParametrizationSweep] {
  const sweep = result.sweeps.find((each) => each.hyperparameter === hyperparameter);
  const mup = sweep?.parametrizations.find(({ parametrization }) => parametrization === 'mup');
  if (sweep !== undefined && mup !== undefined) return [sweep, mup];
  const names = result.sweeps.map((each) => each.hyperparameter).join(', ') || 'none';
  throw refusal({
    where: `the result of ${result.name}`,
    expected: `a sweep of ${hyperparameter} in µP`,
    got: sweep === undefined ? `sweeps of: ${names}` : 'other parametrizations alone',
    hint: 'Sweep it, or name one that was: toTransferLearningRate({ hyperparameter: … }).',
  });
}

/** The sweep's own judgement, and that of every drift against `within` where it is given: the worst of them. */
function outcomeOf(sweep: HyperparameterSweep, mup: ParametrizationSweep, within: number | undefined): Outcome {
  if (within === undefined) return mup.outcome;
  if (!(within > 0 && Number.isFinite(within)) || !sweep.isNumeric) {
    throw refusal({
      where: 'expect(…).toTransferLearningRate()',
      expected: sweep.isNumeric ? '`within` to be a number above 0' : '`within` only where the values are numbers',
      got: sweep.isNumeric ? String(within) : `the values of ${sweep.hyperparameter}`,
      hint: 'Give the largest drift of log2 of the optimum per doubling, such as { within: 0.25 }.',
    });
  }
  const outcomes = [mup.outcome, ...mup.drifts.map(({ interval }) => keepsWithin(interval, { expected: 0, within }))];
  if (outcomes.includes('fail')) return 'fail';
  return mup.drifts.length > 0 && outcomes.every((outcome) => outcome === 'pass') ? 'pass' : 'inconclusive';
}
