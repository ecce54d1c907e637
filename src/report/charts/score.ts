import type { TopLevelSpec } from 'vega-lite';
import { chartConfig, COLOR_PARAMS, ink } from './chart-style.js';
import { planeParams, planePosition } from './ticked-plane.js';

type Layers = Extract<TopLevelSpec, { layer: unknown }>['layer'];

/**
 * Score over the values of one hyperparameter, a line a size: seeds as faint points, the fitted optimum with its
 * interval, and what diverged or lies above the plot as triangles at its top.
 *
 * The data sets and signals that `scoreFigure` names are filled in when it is drawn; the colour comes with each row.
 */
export function scoreSpec(): TopLevelSpec {
  return {
    ...chartConfig(),
    height: 260,
    params: [...COLOR_PARAMS, ...planeParams()],
    layer: [...curveLayers(), offLayer(), ...optimumLayers()],
  };
}

/** What all marks share: where they stand, the colour of their size, and what is said of them. */
function encoding() {
  return {
    x: planePosition('x'),
    y: planePosition('y'),
    color: { field: 'color', type: 'nominal' as const, scale: null },
    tooltip: ['size', 'value', 'what'].map((field) => ({ field, type: 'nominal' as const })),
  };
}

function curveLayers(): Layers {
  const { x, y, color } = encoding();
  return [
    {
      data: { name: 'seeds' },
      mark: { type: 'point', clip: true, filled: true, size: 16, opacity: 0.4 },
      encoding: encoding(),
    },
    {
      data: { name: 'lines' },
      mark: { type: 'line', clip: true, strokeWidth: 2, opacity: 0.95 },
      encoding: { x, y, color, detail: { field: 'size', type: 'nominal' } },
    },
    {
      data: { name: 'means' },
      mark: { type: 'point', clip: true, filled: true, size: 30, opacity: 1 },
      encoding: encoding(),
    },
  ];
}

function offLayer(): Layers[number] {
  return {
    data: { name: 'off' },
    mark: { type: 'point', shape: 'triangle-up', size: 42, strokeWidth: 1.4, opacity: 1 },
    encoding: { ...encoding(), fill: { field: 'fill', type: 'nominal', scale: null } },
  };
}

function optimumLayers(): Layers {
  const { x, y, color } = encoding();
  const halo = ink('surface');
  return [
    {
      data: { name: 'optima' },
      mark: { type: 'rule', clip: true, strokeWidth: 2.5, strokeCap: 'round' },
      encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y, color },
    },
    {
      data: { name: 'optima' },
      mark: { type: 'point', clip: true, filled: true, shape: 'diamond', size: 140, opacity: 1, stroke: halo },
      encoding: encoding(),
    },
  ];
}
