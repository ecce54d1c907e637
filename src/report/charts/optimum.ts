import type { TopLevelSpec } from 'vega-lite';
import { chartConfig, COLOR_PARAMS } from './chart-style.js';
import { planeParams, planePosition } from './ticked-plane.js';

/**
 * log2 of the optimum over log2 of a size, every parametrization in one plot: fitted optima with their intervals, the
 * fitted drift with its band, and open triangles where the optimum lies beyond the grid.
 *
 * The data sets and signals that `optimumFigure` names are filled in when it is drawn; colour and shape come with each
 * row.
 */
export function optimumSpec(): TopLevelSpec {
  const color = { field: 'color', type: 'nominal' as const, scale: null };
  const shape = { field: 'shape', type: 'nominal' as const, scale: null };
  const detail = { field: 'series', type: 'nominal' as const };
  const x = planePosition('x');
  const y = planePosition('y');
  const low = { ...y, field: 'low' };
  const high = { field: 'high' };
  const tooltip = ['series', 'size', 'what'].map((field) => ({ field, type: 'nominal' as const }));
  const clip = true;
  return {
    ...chartConfig(),
    height: 260,
    params: [...COLOR_PARAMS, ...planeParams()],
    layer: [
      {
        data: { name: 'fit' },
        mark: { type: 'area', clip, opacity: 0.14, line: false },
        encoding: { x, y: low, y2: high, color, detail },
      },
      { data: { name: 'fit' }, mark: { type: 'line', clip, strokeWidth: 2 }, encoding: { x, y, color, detail } },
      {
        data: { name: 'found' },
        mark: { type: 'rule', clip, strokeWidth: 1.75 },
        encoding: { x, y: low, y2: high, color },
      },
      {
        data: { name: 'found' },
        mark: { type: 'point', clip, filled: true, size: 64, opacity: 1 },
        encoding: { x, y, color, shape, tooltip },
      },
      {
        data: { name: 'open' },
        mark: { type: 'point', filled: false, size: 80, strokeWidth: 1.75, opacity: 1 },
        encoding: { x, y, color, shape, tooltip },
      },
    ],
  };
}
