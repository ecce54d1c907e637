import type { TopLevelSpec } from 'vega-lite';
import { axisStyle, chartConfig, COLOR_PARAMS, ink } from './chart-style.js';

/**
 * A size over width, both as log2, so that a power law is a line and its exponent the slope: every seed's points, the
 * fitted line with its 95 % band, and dashed the line theory asks for.
 *
 * The data sets `points`, `fit`, `expected` and the signals named in `LogLogValues` are filled in when it is drawn.
 */
export function logLogSpec(): TopLevelSpec {
  const x = { field: 'x', type: 'quantitative' as const, scale: xScale(), axis: xAxis() };
  const y = { field: 'y', type: 'quantitative' as const, scale: yScale(), axis: yAxis() };
  const clip = true;
  return {
    ...chartConfig(),
    params: [
      ...COLOR_PARAMS,
      ...['xMin', 'yMin'].map((name) => ({ name, value: 0 })),
      ...['xMax', 'yMax'].map((name) => ({ name, value: 1 })),
      { name: 'xTicks', value: [0] },
    ],
    layer: [
      {
        data: { name: 'fit' },
        mark: { type: 'area', clip, opacity: 0.16, color: ink('accent') },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
      },
      {
        data: { name: 'expected' },
        mark: { type: 'line', clip, strokeDash: [4, 3], strokeWidth: 1.5, color: ink('muted') },
        encoding: { x, y },
      },
      {
        data: { name: 'fit' },
        mark: { type: 'line', clip, strokeWidth: 2, color: ink('accent') },
        encoding: { x, y },
      },
      {
        data: { name: 'points' },
        mark: { type: 'point', clip, filled: true, size: 26, opacity: 0.75, color: ink('ink') },
        encoding: {
          x,
          y,
          tooltip: [
            { field: 'width', type: 'quantitative', title: 'width' },
            { field: 'seed', type: 'quantitative', title: 'seed' },
            { field: 'y', type: 'quantitative', title: 'log2 size', format: '.3f' },
          ],
        },
      },
    ],
  };
}

function xScale() {
  return { zero: false, nice: false, domainMin: { expr: 'xMin' }, domainMax: { expr: 'xMax' } };
}

function yScale() {
  return { zero: false, nice: false, domainMin: { expr: 'yMin' }, domainMax: { expr: 'yMax' } };
}

function xAxis() {
  return {
    ...axisStyle(),
    grid: false,
    values: { expr: 'xTicks' },
    labelExpr: "format(round(pow(2, datum.value)), 'd')",
    labelOverlap: true as const,
  };
}

function yAxis() {
  return { ...axisStyle(), domain: false, ticks: false, tickCount: 4, format: '~g' };
}
