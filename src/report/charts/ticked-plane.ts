import { axisStyle } from './chart-style.js';
import type { Ticks } from './ticks.js';

type Axis = 'x' | 'y';

/** One axis as a figure fills it. */
export interface TickedAxis {
  low: number;
  high: number;
  ticks: Ticks;
}

/** The parameters of a chart whose axes are filled in when it is drawn: where they end, and their ticks with labels. */
export function planeParams() {
  return (['x', 'y'] as const).flatMap((axis) => [
    { name: `${axis}Min`, value: 0 },
    { name: `${axis}Max`, value: 1 },
    { name: `${axis}Ticks`, value: [0] },
    { name: `${axis}Labels`, value: [''] },
  ]);
}

/** The signals that fill them. */
export function planeSignals(axes: Record<Axis, TickedAxis>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(axes).flatMap(([axis, { low, high, ticks }]) => [
      [`${axis}Min`, low],
      [`${axis}Max`, high],
      [`${axis}Ticks`, ticks.at],
      [`${axis}Labels`, ticks.labels],
    ]),
  );
}

/** How a field stands on one of the axes. */
export function planePosition(axis: Axis) {
  return {
    field: axis as string,
    type: 'quantitative' as const,
    scale: { zero: false, nice: false, domainMin: { expr: `${axis}Min` }, domainMax: { expr: `${axis}Max` } },
    axis: {
      ...axisStyle(),
      ...(axis === 'x'
        ? { grid: false, labelLimit: 90, labelOverlap: true as const }
        : { domain: false, ticks: false }),
      values: { expr: `${axis}Ticks` },
      labelExpr: `${axis}Labels[indexof(${axis}Ticks, datum.value)]`,
    },
  };
}
