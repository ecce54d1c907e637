import type { ChosenSetting } from '../verdict/tune-result.js';
import type { Tuning } from './tuning.js';

/**
 * What was chosen, how good it is, and whether anything else is as good, in one sentence or two.
 *
 * @param betterOwn - the score of the model's own setting, where that is better; null elsewhere
 */
export function chosenText(
  { width, seeds }: Tuning,
  { values, score, isDistinguished }: ChosenSetting,
  betterOwn: number | null,
): string {
  const setting = Object.entries(values)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? shownNumber(value) : String(value)}`)
    .join(', ');
  const interval = score.interval === null ? '' : ` [${score.interval.map(shownNumber).join(', ')}]`;
  const over = seeds.length === 1 ? '1 seed' : `${seeds.length} seeds`;
  const found = `${setting}: loss ${shownNumber(score.mean)}${interval} at width ${width} over ${over}.`;
  if (betterOwn !== null) return `${found} ${ownText(betterOwn)}`;
  return isDistinguished === null ? found : `${found} ${nextText(isDistinguished, seeds.length)}`;
}

function ownText(score: number): string {
  return `The model's own setting is better by more than the seeds scatter: loss ${shownNumber(score)}.`;
}

function nextText(isDistinguished: boolean, seeds: number): string {
  if (isDistinguished) return 'The next best is worse by more than the seeds scatter.';
  return seeds === 1
    ? 'One seed cannot tell it from the next best.'
    : 'The next best is as good, as far as these seeds can tell.';
}

/** Four digits, with a minus sign before them; that of an exponent stays as it is typed. */
function shownNumber(value: number): string {
  return String(Number(value.toPrecision(4))).replace(/^-/, '−');
}
