import { MINIMUM_WIDTHS, slope, type SizeAtWidth } from './slope.js';

/**
 * Slope over the three widest distinct widths alone, all their seeds: what the power law is heading for.
 *
 * Closer to the expected exponent than the slope over all widths: finite-width corrections that die out.
 *
 * @throws CoordCheckError as slope
 */
export function topSlope(points: readonly SizeAtWidth[]): number {
  const widths = [...new Set(points.map(({ width }) => width))].toSorted((a, b) => b - a);
  const widest = new Set(widths.slice(0, MINIMUM_WIDTHS));
  return slope(points.filter(({ width }) => widest.has(width))).slope;
}
