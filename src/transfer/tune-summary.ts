import type { ChosenSetting } from '../verdict/tune-result.js';
import type { Tuning } from './tuning.js';

/** What was chosen, how good it is, and whether anything else is as good, in one sentence or two. */
export function chosenText({ width, seeds }: Tuning, { values, score, isDistinguished }: ChosenSetting): string {
  const setting = Object.entries(values)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? digits(value) : String(value)}`)
    .join(', ');
  const interval = score.interval === null ? '' : ` [${score.interval.map(digits).join(', ')}]`;
  const over = seeds.length === 1 ? '1 seed' : `${seeds.length} seeds`;
  const next = isDistinguished === null ? '' : ` ${nextText(isDistinguished, seeds.length)}`;
  return `${setting}: loss ${digits(score.mean)}${interval} at width ${width} over ${over}.${next}`;
}

function nextText(isDistinguished: boolean, seeds: number): string {
  if (isDistinguished) return 'The next best is worse by more than the seeds scatter.';
  return seeds === 1
    ? 'One seed cannot tell it from the next best.'
    : 'The next best is as good, as far as these seeds can tell.';
}

function digits(value: number): string {
  return String(Number(value.toPrecision(4))).replace('-', '−');
}
