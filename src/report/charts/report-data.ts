import type { PlotSeries } from './chart-data.js';
import type { CompiledCharts } from './compile.js';
import type { Figure } from './figure.js';

/** What a page carries for its charts, in its data block. */
export interface ReportData {
  /** The compiled charts that the page has figures of. */
  charts: Partial<CompiledCharts>;
  /** Series by the number in a figure's `data-series`: what is drawn of them is chosen on the page. */
  series: PlotSeries[];
  /** Figures by the number in a frame's `data-figure`. */
  figures: Figure[];
}
