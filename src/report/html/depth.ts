import type { CheckResult, DepthResult, DepthSlope } from '../../verdict/result.js';
import { exponentText, intervalText, slopeText } from '../reading/numbers.js';
import { failingFirst } from '../reading/ranking.js';
import { DEPTH_QUANTITY } from '../reading/wording.js';
import { html, type Content, type Markup } from './markup.js';
import { nameMark, outcomeMark, proseMark, reasonMark, scrollable } from './marks.js';
import { rangePlot, rangeScale, type RangeScale } from './range-plot.js';
import { slopeTable } from './slope-table.js';

/** The slopes along depth: what was found in a sentence, then each of them, failing first; nothing without depths. */
export function depthSection({ depth }: CheckResult): Content {
  if (depth === undefined) return false;
  return html`<p class="measure">${proseMark(depth.text)}</p>
    <p class="hint">
      Slopes are exponents of depth (${depth.depths.join(', ')}). A name with * or … stands for all blocks, by their
      geometric mean; that of a residual stream for the last of its kind, where the stream arrives.
    </p>
    ${scrollable('Depth', table(depth))}`;
}

function table({ slopes }: DepthResult): Markup {
  const rows = failingFirst(slopes);
  const scale = rangeScale(rows);
  return slopeTable({
    caption: 'Depth exponents, failing first',
    titles: ['Where', 'Outcome', 'What'],
    numbers: ['Slope'],
    scale,
    rows: rows.map((row) => depthRow(row, scale)),
  });
}

function depthRow(row: DepthSlope, scale: RangeScale): Markup {
  return html`<tr class="${row.outcome}">
    <th scope="row">
      ${nameMark(row.parameter ?? row.tap)}${row.parameter !== null && html`<small>at ${nameMark(row.tap)}</small>`}
    </th>
    <td>${outcomeMark(row.outcome)}${row.outcome === 'pass' && row.declared === null ? false : reasonMark(row)}</td>
    <td>${DEPTH_QUANTITY[row.quantity]}</td>
    <td class="number">
      <span class="${row.outcome}">${slopeText(row.slope)}</span>
      ${row.interval !== null && html`<small>${intervalText(row.interval)}</small>`}
    </td>
    <td class="plot">${rangePlot(row, scale)}</td>
    <td class="number">${exponentText(row.expected)}</td>
  </tr>`;
}
