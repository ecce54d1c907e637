import type { RunRecord } from '../records/run.js';
import { derivedSeries, emptySeries, type Series } from './series.js';

/**
 * What an adaptive optimizer's epsilon leaves of a first update g / (|g| + ε): 1 where ε is small, g / ε where it is large.
 *
 * Taken at the gradient's RMS, so it is right at both ends, and between them as well as one number can be for all
 * coordinates.
 *
 * @param gradient - of the parameter, at the step its first update was made from
 * @returns `missing` where a run shows no epsilon
 */
export function epsilonShare(gradient: Series | undefined, finished: readonly RunRecord[]): Series {
  const epsilons = new Map(finished.map(({ width, seed, epsilon = null }) => [`${width} ${seed}`, epsilon]));
  if (gradient === undefined || [...epsilons.values()].includes(null)) return emptySeries('rms');
  const sizes = gradient.points.map(({ width, seed, log2Size }) => {
    const size = log2Size === null ? 0 : 2 ** log2Size;
    return { width, seed, size: size / (size + (epsilons.get(`${width} ${seed}`) ?? 0)) };
  });
  return derivedSeries(sizes, finished, { tap: null, step: gradient.step, statistic: 'rms' });
}
