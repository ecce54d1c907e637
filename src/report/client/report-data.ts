import type { LossCurve, PlotSeries } from '../charts/chart-data.js';
import type { CompiledCharts } from '../charts/compile.js';

/** What the page carries for its charts, in its data block. */
export interface ReportData {
  charts: CompiledCharts;
  /** Series by the number in a figure's `data-series`. */
  series: PlotSeries[];
  losses: LossCurve[];
}

/** Reads the page's data block. */
export function readReportData(): ReportData {
  const block = document.getElementById('report-data');
  return JSON.parse(block?.textContent ?? '{}') as ReportData;
}
