import { dot, withinBlocks, type SizeAtWidth } from './slope.js';

/** A fitted second-order coefficient. */
export interface CurvatureFit {
  /** The c of log2 size = a + b·log2 width + c·(log2 width)². The local slope changes by 2c a doubling of width. */
  curvature: number;
  /** Its standard error; null where as many points as coefficients leave no residual to tell. */
  standardError: number | null;
  /** Number of points − blocks − 2. */
  degreesOfFreedom: number;
}

/**
 * Least-squares curvature of log2 size over log2 width.
 *
 * c = Σ z·y / Σ z², z being (log2 width)² with its own least-squares line taken out (Frisch–Waugh): with the sign of
 * the slope's deviation, a power law that is taking over; against it, one that is dying out.
 *
 * @throws CoordCheckError as slope
 */
export function curvature(points: readonly SizeAtWidth[]): CurvatureFit {
  const { x, within, blocks } = withinBlocks(points);
  const dx = within(x);
  // Centred first, so that squares of large log widths do not cancel.
  const centre = x.reduce((sum, v) => sum + v, 0) / x.length;
  const z = withoutLine(dx, within(x.map((v) => (v - centre) ** 2)));
  const rest = withoutLine(dx, within(points.map(({ size }) => Math.log2(size))));
  const zz = dot(z, z);
  const fitted = dot(z, rest) / zz;
  const residual = rest.map((v, i) => v - fitted * (z[i] ?? 0));
  const degreesOfFreedom = points.length - blocks - 2;
  const variance = dot(residual, residual) / degreesOfFreedom;
  return {
    curvature: fitted,
    standardError: degreesOfFreedom > 0 ? Math.sqrt(variance / zz) : null,
    degreesOfFreedom,
  };
}

/** What of y its least-squares line over x leaves, offsets being out of both. */
function withoutLine(x: readonly number[], y: readonly number[]): number[] {
  const b = dot(x, y) / dot(x, x);
  return y.map((v, i) => v - b * (x[i] ?? 0));
}
