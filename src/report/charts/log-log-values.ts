import type { PlotRow } from './chart-data.js';

/** What a log-log chart is filled with: its data sets and its signals, by name. */
export interface LogLogValues {
  points: { x: number; y: number; seed: number; width: number }[];
  /** The fitted line, with the lines of the interval's two slopes. */
  fit: { x: number; y: number; low: number; high: number }[];
  expected: { x: number; y: number }[];
  signals: { xMin: number; xMax: number; yMin: number; yMax: number; xTicks: number[] };
}

/** Room around the outermost points, as a share of the span. */
const MARGIN = 0.08;

/**
 * Fills a log-log chart from one fitted power law.
 *
 * All lines pass through the centroid of the points, as a least-squares line does. One doubling is as long on y as on x
 * wherever the points allow it, so that a slope of 1 looks the same in every chart and noise around 0 looks flat.
 *
 * @returns null where there is nothing to draw: fewer than two points, or all at one width
 */
export function logLogValues(row: Pick<PlotRow, 'slope' | 'interval' | 'expected' | 'points'>): LogLogValues | null {
  const points = row.points.map(([width, seed, y]) => ({ x: Math.log2(width), y, seed, width }));
  const xTicks = [...new Set(points.map((point) => point.x))].toSorted((a, b) => a - b);
  const [first] = xTicks;
  const last = xTicks.at(-1);
  if (first === undefined || last === undefined || first === last) return null;
  const x0 = mean(points.map((point) => point.x));
  const y0 = mean(points.map((point) => point.y));
  const at = (slope: number, x: number) => y0 + slope * (x - x0);
  const { slope, expected } = row;
  const [low, high] = row.interval ?? [slope ?? 0, slope ?? 0];
  const fit =
    slope === null ? [] : [first, x0, last].map((x) => ({ x, y: at(slope, x), low: at(low, x), high: at(high, x) }));
  const line = expected === null ? [] : [first, last].map((x) => ({ x, y: at(expected, x) }));
  const ys = [...points.map((point) => point.y), ...line.map((end) => end.y), ...fit.map((end) => end.y)];
  return { points, fit, expected: line, signals: { ...window(first, last, ys), xTicks } };
}

/** The visible part of the plane: y spans at least as many doublings as x. */
function window(first: number, last: number, ys: readonly number[]) {
  const margin = (last - first) * MARGIN;
  const bottom = Math.min(...ys);
  const top = Math.max(...ys);
  const half = (Math.max(top - bottom, last - first) / 2) * (1 + 2 * MARGIN);
  const middle = (bottom + top) / 2;
  return { xMin: first - margin, xMax: last + margin, yMin: middle - half, yMax: middle + half };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
