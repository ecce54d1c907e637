/** Exponents in theory are multiples of ½, so a slope is told from its neighbours within half of that. */
export const TOLERANCE = 0.25;

/** The multiple of ½ nearest to a slope; halfway, the upper one. */
export function nearestHalfInteger(slope: number): number {
  // + 0 turns -0 into 0.
  return Math.round(2 * slope) / 2 + 0;
}

/** A slope to be classified. */
export interface Classified {
  slope: number;
  /** Its confidence interval. */
  interval: readonly [number, number];
  /** The exponent theory asks for. */
  expected: number;
  /** Half the width of the window around `expected`; ¼. */
  tolerance?: number;
}

/**
 * Whether a slope is the expected exponent, beyond what chance explains.
 *
 * @returns `inside` where the whole interval lies in expected ± tolerance (bounds included), `outside` where none of it
 *   does, `straddles` otherwise: the data do not tell
 */
export function classify({ slope, interval, expected, tolerance = TOLERANCE }: Classified): Classification {
  const [low, high] = [Math.min(slope, interval[0]), Math.max(slope, interval[1])];
  const [from, to] = [expected - tolerance, expected + tolerance];
  if (low >= from && high <= to) return 'inside';
  return high < from || low > to ? 'outside' : 'straddles';
}

/** How an interval lies to the window around an exponent. */
export type Classification = 'inside' | 'outside' | 'straddles';
