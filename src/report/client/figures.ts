import type { Figure } from '../charts/figure.js';
import { unpacked } from '../charts/figure.js';
import type { ReportData } from '../charts/report-data.js';
import { drawChart, type DrawnChart } from './chart.js';
import type { LazyFrames } from './lazy-frames.js';

/** Wires the frames that show one figure each, as it is. */
export function wireFigures({ figures, charts }: ReportData, lazy: LazyFrames): void {
  for (const frame of document.querySelectorAll<HTMLElement>('.frame[data-figure]')) {
    const figure = figures[Number(frame.dataset['figure'])];
    const spec = figure && charts[figure.chart];
    if (figure !== undefined && spec !== undefined) lazy.add({ frame, draw: () => drawn(frame, figure, spec) });
  }
}

function drawn(frame: HTMLElement, figure: Figure, spec: object): DrawnChart | null {
  const { tables, signals, description, height } = figure;
  const data = Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, unpacked(table)]));
  if (Object.values(data).every((rows) => rows.length === 0)) return null;
  return drawChart(frame, { spec, data, signals, description, height });
}
