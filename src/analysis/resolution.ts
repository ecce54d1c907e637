import type { Series } from './series.js';

/**
 * The spacing of single precision, relative to the number. Of an update this large against its weights, both Gaussian, a
 * thousandth of what it does is lost when it is rounded into them; at half of it 3 %, at a quarter 20 %, at an eighth half.
 */
const SPACING = 2 ** -23;

/**
 * A series without its fit where the update it shows was, in some run, too small to be stored beside the initial
 * value: what is left of it there is rounding, and falls with width faster than the update itself.
 *
 * @param series - what the update does, run by run
 * @param sizes.value - root mean square of the parameter's initial value
 * @param sizes.update - of its update at the same step
 */
export function resolved(series: Series, { value, update }: { value?: Series; update?: Series }): Series {
  if (series.fit === null) return series;
  const initial = new Map((value?.points ?? []).map((point) => [`${point.width} ${point.seed}`, point.log2Size]));
  const isLost = (update?.points ?? []).some(({ width, seed, log2Size }) => {
    const beside = initial.get(`${width} ${seed}`) ?? null;
    return log2Size !== null && beside !== null && log2Size - beside < Math.log2(SPACING);
  });
  return isLost ? { ...series, fit: null, reason: 'unresolved' } : series;
}
