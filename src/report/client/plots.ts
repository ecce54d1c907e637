import type { PlotRow, PlotSeries } from '../charts/chart-data.js';
import { pageColor } from '../charts/chart-style.js';
import { logLogValues } from '../charts/log-log-values.js';
import type { ReportData } from '../charts/report-data.js';
import { rowCaption } from '../reading/numbers.js';
import { drawChart, type DrawnChart } from './chart.js';
import type { LazyFrames } from './lazy-frames.js';

const HEIGHT = 180;
const DEFAULT = '';

/** Wires the small multiples: each figure draws its series, the selectors choose what of it. */
export function wirePlots(data: ReportData, lazy: LazyFrames): void {
  for (const group of document.querySelectorAll<HTMLElement>('[data-plots]')) {
    const chooser = group.querySelector<HTMLSelectElement>('select[data-rows]');
    const figures = [...group.querySelectorAll<HTMLElement>('figure[data-series]')];
    for (const figure of figures) {
      const frame = figure.querySelector<HTMLElement>('.frame');
      const series = data.series[Number(figure.dataset['series'])];
      if (frame === null || series === undefined) continue;
      const draw = () => drawRow(frame, series, chosenRow(series, chooser?.value ?? DEFAULT), data);
      lazy.add({ frame, draw });
      chooser?.addEventListener('change', () => {
        caption(figure, chosenRow(series, chooser.value));
        lazy.redraw(frame);
      });
    }
  }
}

function chosenRow(series: PlotSeries, key: string): PlotRow | undefined {
  return key === DEFAULT ? series.rows[0] : series.rows.find((row) => row.key === key);
}

function caption(figure: HTMLElement, row: PlotRow | undefined): void {
  const text = figure.querySelector('.reading');
  if (text) text.textContent = row === undefined ? 'not measured here' : `${row.label}: ${rowCaption(row)}`;
}

function drawRow(
  frame: HTMLElement,
  series: PlotSeries,
  row: PlotRow | undefined,
  { charts }: ReportData,
): DrawnChart | null {
  const values = row === undefined ? null : logLogValues(row);
  if (row === undefined || values === null || charts.logLog === undefined) return null;
  const { points, fit, expected, signals } = values;
  return drawChart(frame, {
    spec: charts.logLog,
    data: { points, fit, expected },
    signals: { ...signals, accent: pageColor(row.outcome === 'inapplicable' ? 'accent' : row.outcome) },
    description: `${series.name}, ${row.label}: log2 size over width. ${rowCaption(row)}`,
    height: HEIGHT,
  });
}
