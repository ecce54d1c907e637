import type { TopLevelSpec } from 'vega-lite';
import { axisStyle, chartConfig, COLOR_PARAMS } from './chart-style.js';

/**
 * Training loss over steps, one line a run. The data set `losses` (step, loss, width, seed, run, color) and the signals
 * `yMin`, `yMax` and `dotSize` are filled in when it is drawn; the colour tells the width and comes with the row, so that the page's own legend can show it.
 */
export function lossSpec(): TopLevelSpec {
  const axis = axisStyle();
  return {
    ...chartConfig(),
    height: 260,
    params: [...COLOR_PARAMS, { name: 'yMin', value: 0 }, { name: 'yMax', value: 1 }, { name: 'dotSize', value: 0 }],
    data: { name: 'losses' },
    mark: {
      type: 'line',
      clip: true,
      strokeWidth: 1.75,
      opacity: 0.9,
      point: { size: { expr: 'dotSize' }, filled: true },
    },
    encoding: {
      x: {
        field: 'step',
        type: 'quantitative',
        // Room for the first and the last mark, which the clip would halve.
        scale: { zero: false, nice: false, padding: 6 },
        axis: { ...axis, grid: false, tickMinStep: 1, format: 'd', title: 'step', titleColor: axis.labelColor },
      },
      y: {
        field: 'loss',
        type: 'quantitative',
        scale: { zero: false, nice: false, domainMin: { expr: 'yMin' }, domainMax: { expr: 'yMax' } },
        axis: { ...axis, domain: false, ticks: false, tickCount: 5, title: 'loss', titleColor: axis.labelColor },
      },
      detail: { field: 'run', type: 'nominal' },
      color: { field: 'color', type: 'nominal', scale: null },
      tooltip: [
        { field: 'width', type: 'quantitative', title: 'width' },
        { field: 'depth', type: 'nominal', title: 'depth' },
        { field: 'seed', type: 'quantitative', title: 'seed' },
        { field: 'step', type: 'quantitative', title: 'step' },
        { field: 'loss', type: 'quantitative', title: 'loss', format: '.4g' },
      ],
    },
  };
}
