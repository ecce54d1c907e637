import type { RunRecord } from '../records/run.js';
import { derivedSeries, emptySeries, type Point, type Series } from './series.js';

/**
 * How the effective learning rate of a parameter has changed from its first update to its last: 1 where it has not.
 *
 * The effective rate is the update so far over what the optimizer makes it of: the number of steps, for updates that do
 * not follow the gradient's size; the sum of the gradients' sizes (RMS) so far, for those that do. Beside the rate itself
 * it holds how updates add up, which changes with width by less than a quarter of a power.
 */
export interface RateDrift {
  perStep: Series;
  perGradient: Series;
}

/**
 * Works out the drift of a parameter's effective rate, run by run.
 *
 * @param update - by step, the RMS of θ_t − θ_0; the first step at which none is 0 is the first update
 * @param gradient - by step, the RMS of the gradient that the next update was made from
 */
export function rateDrift(
  { update, gradient }: { update: readonly Series[]; gradient: readonly Series[] },
  finished: readonly RunRecord[],
): RateDrift {
  const first = update.find(({ fit }) => fit !== null);
  const last = update.at(-1);
  const made = gradient.find(({ step }) => step === (first?.step ?? 0) - 1);
  // What moves without a gradient does so by weight decay alone, which has no rate to compare with.
  if (first === undefined || last === undefined || first === last || made?.reason === 'exactly-zero') {
    return { perStep: emptySeries('rms'), perGradient: emptySeries('rms') };
  }
  const [from, to] = [first.step ?? 0, last.step ?? 0];
  const drift = (madeOf: (step: number, run: RunRecord) => number): Series => {
    const sizes = finished.map((run) => {
      const grown = sizeAt(last.points, run) / sizeAt(first.points, run);
      return { width: run.width, seed: run.seed, size: (grown * madeOf(from, run)) / madeOf(to, run) };
    });
    return derivedSeries(sizes, finished, { tap: null, step: to, statistic: 'rms' });
  };
  return {
    perStep: drift((step) => step - from + 1),
    perGradient: drift((step, run) =>
      gradient
        .filter((of) => (of.step ?? 0) >= from - 1 && (of.step ?? 0) < step)
        .reduce((sum, { points }) => sum + sizeAt(points, run), 0),
    ),
  };
}

/** The size at one run's point; NaN where there is none. */
function sizeAt(points: readonly Point[], run: Pick<RunRecord, 'width' | 'seed'>): number {
  const found = points.find(({ width, seed }) => width === run.width && seed === run.seed)?.log2Size;
  return found == null ? Number.NaN : 2 ** found;
}
