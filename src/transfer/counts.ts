import { failure } from '../errors.js';

/** Enough for the learning rate to matter more than the start, and few enough for a proxy's minute. */
export const DEFAULT_STEPS = 300;

/** What a count may be, from 1 unless given, and whose it is, for the error's sentence. */
interface Countable {
  name: string;
  where: 'a sweep' | 'a tuning';
  least?: number;
  most?: number;
}

/**
 * Refuses what is not a whole number in its range; where none is given there is nothing to refuse.
 *
 * @throws CoordCheckError SETTING_INVALID
 */
export function refuseCount(count: number | undefined, { name, where, least = 1, most }: Countable): void {
  if (count === undefined || (Number.isSafeInteger(count) && count >= least && count <= (most ?? Infinity))) return;
  const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const expected = `${name} to be a whole number from ${least}${most === undefined ? '' : ` to ${most}`}`;
  throw failure('SETTING_INVALID', {
    where,
    expected,
    got: String(count),
    hint: `Give for example ${flag} ${Math.max(least, 3)}.`,
  });
}

/**
 * Refuses trainings of one step that are scored on their own loss: it is the one before the update, whatever the settings.
 *
 * @throws CoordCheckError SETTING_INVALID
 */
export function refuseUntrained(
  steps: number | undefined,
  { where, scoredOn }: Pick<Countable, 'where'> & { scoredOn: 'validation' | 'training' },
): void {
  if (scoredOn === 'training') refuseCount(steps, { name: 'steps', where, least: 2 });
}
