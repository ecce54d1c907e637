import jstat from 'jstat';

/**
 * Exact 95 % interval of a rate after Clopper and Pearson.
 *
 * @param hits - 0 … trials
 * @param trials - 1 or more
 * @returns [low, high] in [0, 1]; wider than any other interval, never too narrow
 */
export function clopperPearson(hits: number, trials: number): [number, number] {
  const tail = 0.025;
  const low = hits === 0 ? 0 : jstat.beta.inv(tail, hits, trials - hits + 1);
  const high = hits === trials ? 1 : jstat.beta.inv(1 - tail, hits + 1, trials - hits);
  return [low, high];
}
