import type { RunRecord } from '../records/run.js';
import { derivedSeries, emptySeries, type Series } from './series.js';

/**
 * A parameter's gradient over an adaptive optimizer's epsilon, by width and seed: how far epsilon is from taking over.
 *
 * @param gradient - of the parameter, at the step its first update was made from
 * @param finished - the runs it is taken from
 * @returns `missing` where one of them shows no epsilon, or one of 0, which is none
 */
export function gradientOverEpsilon(gradient: Series | undefined, finished: readonly RunRecord[]): Series {
  const epsilons = new Map(finished.map(({ width, seed, epsilon = null }) => [`${width} ${seed}`, epsilon]));
  if (gradient === undefined || [...epsilons.values()].some((epsilon) => !epsilon)) return emptySeries('rms');
  const sizes = gradient.points.flatMap(({ width, seed, log2Size }) => {
    const epsilon = epsilons.get(`${width} ${seed}`) ?? null;
    const size = log2Size === null ? 0 : 2 ** log2Size;
    return epsilon === null ? [] : [{ width, seed, size: size / epsilon }];
  });
  return derivedSeries(sizes, finished, { tap: null, step: gradient.step, statistic: 'rms' });
}

/**
 * What epsilon leaves of a first update g / (|g| + ε): 1 where ε is small, g / ε where it is large.
 *
 * Taken at the gradient's RMS, so it is right at both ends, and between them as well as one number can be for all
 * coordinates.
 *
 * @param overEpsilon - g / ε
 */
export function epsilonShare(overEpsilon: Series, finished: readonly RunRecord[]): Series {
  const sizes = overEpsilon.points.map(({ width, seed, log2Size }) => {
    const ratio = log2Size === null ? 0 : 2 ** log2Size;
    return { width, seed, size: ratio / (1 + ratio) };
  });
  const { step, statistic } = overEpsilon;
  return derivedSeries(sizes, finished, { tap: null, step, statistic });
}

/** The gradient over epsilon at the widest width: the geometric mean over its seeds, of which there must be one. */
export function ratioAtWidest({ points }: Series): number {
  const widest = Math.max(...points.map(({ width }) => width));
  const sizes = points.flatMap(({ width, log2Size }) => (width === widest && log2Size !== null ? [log2Size] : []));
  return 2 ** (sizes.reduce((sum, size) => sum + size, 0) / sizes.length);
}
