import type { CheckResult, TapResult } from '../../verdict/result.js';
import { rowCaption, slopeText } from '../reading/numbers.js';
import { deviation, failingFirst, isNotable, tapReadings, type TapReading } from '../reading/ranking.js';
import { TAP_QUANTITY, tapRowName } from '../reading/wording.js';
import { html, type Markup } from './markup.js';
import { nameMark, scrollable } from './marks.js';

/** Where one colour ends and the next begins, in exponents; the tolerance ¼ is one of the borders. */
const BORDERS = [0.1, 0.25, 0.5, 0.75];

/** The colour of a deviation: −4 … +4, 0 in the middle; −4 is three quarters of an exponent too low, or more. */
export function heatStep(deviation: number): number {
  const size = BORDERS.filter((border) => Math.abs(deviation) >= border).length;
  return deviation < 0 && size > 0 ? -size : size;
}

/** Taps that are in sight without scrolling; where there are more, those that do not pass are repeated on top. */
const TAPS_AT_A_GLANCE = 40;

interface Panel {
  id: string;
  title: string;
  columns: { title: string; holds: (row: TapResult) => boolean }[];
}

/** The heat map: taps in the order of the forward pass, a column a step, one panel a quantity. */
export function heatMap(result: CheckResult): Markup {
  const taps = tapReadings(result);
  const panels = [
    stepPanel(result, 'change', 'Change from init'),
    stepPanel(result, 'activation', 'Activation'),
    judgedPanel(result),
  ].filter((panel) => panel.columns.length > 0);
  return html`<p class="hint">
      Measured minus expected exponent of each tap, in the order of the forward pass. Orange grows with width, blue
      shrinks; numbers in <i>italics</i> are shown, not judged, and count from 0 where nothing is expected. Point at a
      cell for its slope.
    </p>
    <div class="heat">
      <fieldset class="choice">
        <legend>Quantity</legend>
        ${panels.map(
          ({ id, title }, i) =>
            html`<label>
              <input type="radio" name="heat" id="heat-${id}" ${checkedIf(i === 0)} /><span>${title}</span>
            </label>`,
        )}
      </fieldset>
      ${panels.map((panel) => panelTable(panel, taps))} ${heatKey()}
    </div>`;
}

function stepPanel({ taps }: CheckResult, quantity: 'change' | 'activation', title: string): Panel {
  const steps = new Set(taps.filter((row) => row.quantity === quantity).map((row) => row.step));
  const columns = [...steps]
    .toSorted((a, b) => a - b)
    .map((step) => ({
      title: step === 0 ? 'init' : `step ${step}`,
      holds: (row: TapResult) => row.quantity === quantity && row.step === step,
    }));
  return { id: quantity, title, columns };
}

/** What the verdict stands on, one column for each quantity and step. */
function judgedPanel({ taps }: CheckResult): Panel {
  const columns = new Map<string, Panel['columns'][number]>();
  for (const { judged, quantity, step } of taps) {
    if (!judged) continue;
    columns.set(`${quantity} ${step}`, {
      title: `${TAP_QUANTITY[quantity]}, step ${step}`,
      holds: (row) => row.judged && row.quantity === quantity && row.step === step,
    });
  }
  return { id: 'judged', title: 'Judged', columns: [...columns.values()] };
}

function panelTable({ id, title, columns }: Panel, taps: readonly TapReading[]): Markup {
  const notable = taps.length > TAPS_AT_A_GLANCE ? failingFirst(taps).filter(isNotable) : [];
  const group = (name: string) =>
    html`<tr class="group">
      <th scope="rowgroup" colspan="${columns.length + 1}">${name}</th>
    </tr>`;
  const rows = (some: readonly TapReading[]) => some.map((tap) => tapRow(tap, columns));
  const table = html`<table>
    <caption class="unseen">
      ${title}: measured minus expected exponent
    </caption>
    <thead>
      <tr>
        <th scope="col">Tap</th>
        ${columns.map((column) => html`<th scope="col">${column.title}</th>`)}
      </tr>
    </thead>
    ${
      notable.length > 0 &&
      html`<tbody>
        ${group('Not passing')} ${rows(notable)}
      </tbody>`
    }
    <tbody>
      ${notable.length > 0 && group('All, in the order of the forward pass')} ${rows(taps)}
    </tbody>
  </table>`;
  return html`<div class="panel" data-panel="${id}">${scrollable(`Heat map, ${title}`, table, 'tall')}</div>`;
}

function tapRow(tap: TapReading, columns: Panel['columns']): Markup {
  return html`<tr class="${tap.outcome}">
    <th scope="row">${nameMark(tap.tap)}</th>
    ${columns.map((column) => heatCell(tap.rows.filter(column.holds)))}
  </tr>`;
}

/** One cell; of several rows (a tap two parameters meet at) the one furthest from what is expected. */
function heatCell(rows: readonly TapResult[]): Markup {
  const [row] = rows.toSorted((a, b) => Math.abs(deviation(b) ?? 0) - Math.abs(deviation(a) ?? 0));
  if (row === undefined) return html`<td class="absent"></td>`;
  const off = deviation(row);
  const title = `${tapRowName(row)}: ${rowCaption(row)}${row.reason === null ? '' : ` (${row.reason})`}`;
  if (off === null) return html`<td class="absent" title="${title}">${slopeText(null)}</td>`;
  const shown = !row.judged ? html`<i>${slopeText(off)}</i>` : slopeText(off);
  return html`<td class="h${heatStep(off)}" title="${title}">${shown}</td>`;
}

function heatKey(): Markup {
  const steps = [-0.75, -0.5, -0.25, -0.1, 0, 0.1, 0.25, 0.5, 0.75];
  return html`<p class="heat-key" aria-hidden="true">
    <span>shrinks</span
    >${steps.map((value) => html`<b class="h${heatStep(value)}">${value === 0 ? '0' : slopeText(value)}</b>`)}<span
      >grows</span
    >
  </p>`;
}

function checkedIf(checked: boolean): Markup | false {
  return checked && html`checked`;
}
