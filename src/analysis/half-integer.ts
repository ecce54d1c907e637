/** Exponents in theory are multiples of ½, so a slope is told from its neighbours within half of that. */
export const TOLERANCE = 0.25;

/** The multiple of ½ nearest to a slope; halfway, the upper one. */
export function nearestHalfInteger(slope: number): number {
  // + 0 turns -0 into 0.
  return Math.round(2 * slope) / 2 + 0;
}
