import { dot, withinBlocks, type SizeAtWidth, type SlopeError } from './slope.js';

/** A fitted second-order coefficient. */
export interface CurvatureFit {
  /** The c of log2 size = a + b·log2 width + c·(log2 width)². The local slope changes by 2c a doubling of width. */
  curvature: number;
  /** Its standard error; null where as many points as coefficients leave no residual to tell. */
  standardError: number | null;
  /** Number of points − blocks − 2. */
  degreesOfFreedom: number;
  /** The local slope at the widest width, b + 2c·log2 width; null where no residual is left to tell its error. */
  widestSlope: SlopeError | null;
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
  const square = within(x.map((v) => (v - centre) ** 2));
  const y = within(points.map(({ size }) => Math.log2(size)));
  const [z, rest] = [withoutLine(dx, square), withoutLine(dx, y)];
  const zz = dot(z, z);
  const fitted = dot(z, rest) / zz;
  const residual = rest.map((v, i) => v - fitted * (z[i] ?? 0));
  const degreesOfFreedom = points.length - blocks - 2;
  const variance = dot(residual, residual) / degreesOfFreedom;
  // How z changes with x at the widest width: the line that was taken out of the square changes, too.
  const change = 2 * (Math.max(...x) - centre) - lineOver(dx, square);
  const slope = lineOver(dx, y) + fitted * change;
  const standardError = Math.sqrt(variance * (1 / dot(dx, dx) + change ** 2 / zz));
  return {
    curvature: fitted,
    standardError: degreesOfFreedom > 0 ? Math.sqrt(variance / zz) : null,
    degreesOfFreedom,
    widestSlope: degreesOfFreedom > 0 ? { slope, standardError, degreesOfFreedom } : null,
  };
}

/** What of y its least-squares line over x leaves, offsets being out of both. */
function withoutLine(x: readonly number[], y: readonly number[]): number[] {
  const b = lineOver(x, y);
  return y.map((v, i) => v - b * (x[i] ?? 0));
}

/** Slope of y's least-squares line over x, offsets being out of both. */
function lineOver(x: readonly number[], y: readonly number[]): number {
  return dot(x, y) / dot(x, x);
}
