import type { Drift, ParametrizationSweep, SweepCurve } from '../../verdict/sweep-result.js';
import { optimumText, PARAMETRIZATION } from '../reading/sweep.js';
import { intervalText, slopeText } from '../reading/numbers.js';
import { packed, type Figure } from './figure.js';
import { pageColor } from './chart-style.js';
import { planeSignals } from './ticked-plane.js';
import { powerTicks } from './ticks.js';

/** One chart of optima: what they are over, and the other size that is held. */
export interface OptimumPanel {
  along: 'width' | 'depth';
  /** The depth along width, the width along depth. */
  at: number | null;
  parametrizations: readonly ParametrizationSweep[];
  description: string;
}

/** How each parametrization is drawn, and to which side of a size where there are several. */
const SERIES_STYLE = {
  mup: { color: pageColor('accent'), shape: 'circle', side: -1 },
  sp: { color: pageColor('muted'), shape: 'square', side: 1 },
} as const;

/** Doublings of the size by which a parametrization stands aside, so that none hides another. */
const ASIDE = 0.035;

/** Least doublings that the axis of the value spans: noise around a steady optimum looks steady. */
const LEAST_SPAN = 3;
/** Doublings of an interval that are shown beyond its optimum; a flat curve has no end of them. */
const INTERVAL_SHOWN = 1.5;

/** The chart of the optima over width or depth. */
export function optimumFigure(panel: OptimumPanel): Figure {
  const series = panel.parametrizations.map((one) => seriesRows(one, panel));
  const found = series.flatMap((one) => one.found);
  const open = series.flatMap((one) => one.open);
  const fit = series.flatMap((one) => one.fit);
  const shown = panel.parametrizations.flatMap(({ curves }) => curvesOf(curves, panel));
  const sizes = [...new Set(shown.map((curve) => sizeOf(curve, panel)))];
  const xs = sizes.map(Math.log2);
  const [left, right] = [Math.min(...xs) - 0.25, Math.max(...xs) + 0.25];
  const [bottom, top] = valueSpan(panel.parametrizations.flatMap(({ curves }) => curves));
  return {
    chart: 'optimum',
    tables: { found: packed(found), open: packed(open), fit: packed(fit) },
    signals: planeSignals({
      x: { low: left, high: right, ticks: { at: xs, labels: sizes.map(String) } },
      y: { low: bottom, high: top, ticks: powerTicks(bottom, top) },
    }),
    description: panel.description,
    height: 280,
  };
}

function curvesOf(curves: readonly SweepCurve[], { along, at }: OptimumPanel): SweepCurve[] {
  return curves.filter((curve) => (along === 'width' ? curve.depth : curve.width) === at);
}

function sizeOf(curve: SweepCurve, { along }: OptimumPanel): number {
  return curve[along] ?? 1;
}

function seriesRows(sweep: ParametrizationSweep, panel: OptimumPanel) {
  const { color, shape, side } = SERIES_STYLE[sweep.parametrization];
  const aside = panel.parametrizations.length > 1 ? side * ASIDE : 0;
  const series = PARAMETRIZATION[sweep.parametrization];
  const curves = curvesOf(sweep.curves, panel);
  const seen = (curve: SweepCurve) => {
    const size = sizeOf(curve, panel);
    return { x: Math.log2(size) + aside, series, size: `${panel.along} ${size}`, color };
  };
  const found = curves.flatMap((curve) => {
    const { log2Value: y, interval, standardError } = curve.optimum;
    if (y === null) return [];
    const [low, high] = interval ?? [y, y];
    const what = `${optimumText(curve.optimum)}, log2 ${slopeText(y)} ${intervalText(interval)}`;
    return [{ ...seen(curve), y, low, high, shape, what, error: standardError }];
  });
  const open = curves.flatMap((curve) => {
    const { state, best } = curve.optimum;
    if (!state.startsWith('censored') || typeof best !== 'number' || best <= 0) return [];
    const shape = state === 'censored-low' ? 'triangle-down' : 'triangle-up';
    return [{ ...seen(curve), y: Math.log2(best), shape, what: `${optimumText(curve.optimum)}, beyond the grid` }];
  });
  const drift = sweep.drifts.find(({ along, at }) => along === panel.along && at === panel.at);
  return { found, open, fit: drift === undefined ? [] : fitRows(found, drift, aside) };
}

/**
 * The fitted drift with the lines of its interval's ends, through the centroid of the optima that entered it: weighted by
 * their errors where all have one, as the fit is.
 */
function fitRows(
  found: readonly { x: number; y: number; series: string; color: string; error: number | null }[],
  { perDoubling, interval, sizes }: Drift,
  aside: number,
) {
  const entered = found.filter(({ x }) => sizes.some((size) => Math.abs(Math.log2(size) + aside - x) < 1e-6));
  const [first] = entered;
  if (perDoubling === null || first === undefined || entered.length < 2) return [];
  const { series, color } = first;
  const isWeighted = entered.every(({ error }) => error !== null && error > 0);
  const weights = entered.map(({ error }) => (isWeighted && error !== null ? error ** -2 : 1));
  const x0 = weightedMean(
    entered.map(({ x }) => x),
    weights,
  );
  const y0 = weightedMean(
    entered.map(({ y }) => y),
    weights,
  );
  const [low, high] = interval ?? [perDoubling, perDoubling];
  const ends = [Math.min(...entered.map(({ x }) => x)), x0, Math.max(...entered.map(({ x }) => x))];
  return ends.map((x) => ({
    x,
    series,
    color,
    y: y0 + perDoubling * (x - x0),
    low: y0 + low * (x - x0),
    high: y0 + high * (x - x0),
  }));
}

/** The log2 values that a chart shows: those of all curves, so that charts of other sizes can be compared with it. */
function valueSpan(curves: readonly SweepCurve[]): [number, number] {
  const ys = curves.flatMap(({ optimum: { log2Value: y, interval, state, best } }) => {
    if (y === null) return state !== 'undetermined' && typeof best === 'number' && best > 0 ? [Math.log2(best)] : [];
    const [low, high] = interval ?? [y, y];
    return [Math.max(low, y - INTERVAL_SHOWN), Math.min(high, y + INTERVAL_SHOWN)];
  });
  if (ys.length === 0) return [0, LEAST_SPAN];
  const bottom = ys.reduce((least, y) => Math.min(least, y), Number.POSITIVE_INFINITY);
  const top = ys.reduce((most, y) => Math.max(most, y), Number.NEGATIVE_INFINITY);
  const half = Math.max(top - bottom + 0.5, LEAST_SPAN) / 2;
  const middle = (bottom + top) / 2;
  return [middle - half, middle + half];
}

function weightedMean(values: readonly number[], weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0) / total;
}
