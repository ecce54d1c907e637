import { html, type Markup } from './markup.js';
import { rangeAxis, type RangeScale } from './range-plot.js';

/** A table of slopes, each drawn with its interval: what its columns are called, and its rows. */
export interface SlopeTable {
  /** For readers that do not see the page. */
  caption: string;
  /** In front of the numbers. */
  titles: readonly string[];
  numbers: readonly string[];
  /** Behind them; none unless given. */
  last?: string | undefined;
  scale: RangeScale;
  /** One a row, with a cell for each title, number, the plot, what is expected, and the last column. */
  rows: readonly Markup[];
}

/** A table of slopes under its headings; the axis of the plots is one of them. */
export function slopeTable({ caption, titles, numbers, last, scale, rows }: SlopeTable): Markup {
  return html`<table class="parameters">
    <caption class="unseen">
      ${caption}
    </caption>
    <thead>
      <tr>
        ${titles.map((title) => html`<th scope="col">${title}</th>`)}
        ${numbers.map((title) => html`<th scope="col" class="number">${title}</th>`)}
        <th scope="col" class="plot"><span class="unseen">Interval, drawn</span>${rangeAxis(scale)}</th>
        <th scope="col" class="number">Expected</th>
        ${last !== undefined && html`<th scope="col">${last}</th>`}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}
