import { tallyOf, type Tally } from './tally.js';
import { isWrong, type Judged } from './judged.js';

/** What a calibration must reach, each with what it says where it does not. */
const BARS: readonly { text: string; isMet(tally: Tally): boolean }[] = [
  {
    text: 'at least 99 % of wrong models are detected',
    isMet: ({ detected }) => detected.hits >= 0.99 * detected.trials,
  },
  {
    text: 'at most 1 % of right models fail',
    isMet: ({ falseAlarms }) => falseAlarms.hits <= 0.01 * falseAlarms.trials,
  },
  {
    text: 'at most 5 % are inconclusive',
    isMet: ({ inconclusive }) => inconclusive.hits <= 0.05 * inconclusive.trials,
  },
  { text: 'at least 95 % of causes are right', isMet: ({ cause }) => cause.hits >= 0.95 * cause.trials },
  {
    text: 'at least 95 % of parameters are right',
    isMet: ({ parameter }) => parameter.hits >= 0.95 * parameter.trials,
  },
  { text: 'at least 95 % of exponents are right', isMet: ({ exponent }) => exponent.hits >= 0.95 * exponent.trials },
  { text: 'no verdict where none is possible', isMet: ({ meaningless }) => meaningless.hits === 0 },
];

/** The bars that a calibration does not reach. */
export function missedBars(all: readonly Judged[]): string[] {
  const tally = tallyOf(
    all.map(({ score }) => score),
    all.map(isWrong),
  );
  return BARS.filter(({ isMet }) => !isMet(tally)).map(({ text }) => text);
}
