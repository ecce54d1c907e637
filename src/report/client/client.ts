/*! The charts are drawn by Vega: © University of Washington Interactive Data Lab, BSD-3-Clause; and d3: © Mike Bostock, ISC. */
/**
 * The script of the HTML report: draws its charts and wires its controls. Bundled into one file that the report carries
 * inline. Everything but the charts is there without it.
 */
import { revealControls, wireCopy, wireFilters, wirePrint } from './controls.js';
import { wireFigures } from './figures.js';
import { LazyFrames } from './lazy-frames.js';
import { wirePlots } from './plots.js';
import { readReportData } from './report-data.js';

const data = readReportData();
const lazy = new LazyFrames();
revealControls();
wireFilters();
wireCopy();
wirePrint();
wirePlots(data, lazy);
wireFigures(data, lazy);
