import type { PlotSeries } from '../charts/chart-data.js';
import { counted, rowCaption } from '../reading/numbers.js';
import { isNotable } from '../reading/ranking.js';
import { html, type Markup } from './markup.js';
import { nameMark, outcomeMark } from './marks.js';

/** Passing figures in the open grid; more of them unfold. */
const PASSES_OPEN = 12;

/**
 * Small multiples, one log-log plot a series, failing first. The script draws them as they come into view; without it
 * each still gives its numbers.
 *
 * @param noun - what a series is: `parameter` or `tap`
 * @param first - the number of the first series in the page's data
 */
export function plotGrid(series: readonly PlotSeries[], noun: string, first: number): Markup {
  const figures = series.map((one, i) => ({ outcome: one.outcome, markup: figure(one, first + i) }));
  const notable = figures.filter(isNotable);
  const others = figures.filter((one) => !isNotable(one));
  const folded = others.length > PASSES_OPEN;
  return html`<div data-plots>
    ${controls(series, noun)} ${grid(folded ? notable : figures)}
    ${
      folded &&
      html`<details data-fold>
        <summary>${counted(others.length, noun)} with nothing to mend</summary>
        ${grid(others)}
      </details>`
    }
  </div>`;
}

function grid(figures: readonly { markup: Markup }[]): Markup {
  return html`<div class="grid">${figures.map((one) => one.markup)}</div>`;
}

function controls(series: readonly PlotSeries[], noun: string): Markup {
  const keys = [...new Set(series.flatMap((one) => one.rows.map((row) => row.key)))];
  return html`<div class="controls" data-scripted hidden>
    <label
      >Show
      <select data-rows>
        <option value="">what is judged, the worst first</option>
        ${keys.map((key) => html`<option value="${key}">${key}</option>`)}
      </select>
    </label>
    <label
      >Filter
      <input type="search" data-filter placeholder="part of a ${noun}’s name" autocomplete="off" spellcheck="false" />
    </label>
    <output data-filtered></output>
  </div>`;
}

function figure(series: PlotSeries, number: number): Markup {
  const [row] = series.rows;
  const reading = row === undefined ? 'not measured' : `${row.label}: ${rowCaption(row)}`;
  return html`<figure class="${series.outcome}" data-series="${number}" data-name="${series.name}">
    <figcaption>${nameMark(series.name)} ${outcomeMark(series.outcome)}</figcaption>
    <div class="frame"></div>
    <p class="reading">${reading}</p>
  </figure>`;
}

/** How to read the plots. */
export function plotLegend(): Markup {
  return html`<p class="hint legend">
    log₂ size over width; one doubling is as long on both axes wherever the points allow it.
    <span><i class="dot"></i>one seed</span> <span><i class="fitted"></i>fitted slope, 95 % band</span>
    <span><i class="dashed"></i>expected slope</span>
  </p>`;
}
