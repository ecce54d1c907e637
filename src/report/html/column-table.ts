import { html, type Content, type Markup } from './markup.js';
import { scrollable } from './marks.js';

/** One column of a table: its title, and its cell of a row. The first column names the row. */
export interface ColumnOf<Row> {
  title: Content;
  isNumber?: boolean;
  cell(row: Row): Content;
}

/** Rows under a heading of their own, or under none. */
export interface RowGroup<Row> {
  title?: Content;
  rows: readonly Row[];
}

/**
 * A table by its columns, inside a box that scrolls.
 *
 * @param caption - for readers that do not see the page, and the name of the box
 * @param columns - false for one that is left out
 */
export function columnTable<Row>(
  caption: string,
  columns: readonly (ColumnOf<Row> | false)[],
  groups: readonly RowGroup<Row>[],
): Markup {
  const shown = columns.filter((column) => column !== false);
  const table = html`<table>
    <caption class="unseen">
      ${caption}
    </caption>
    <thead>
      <tr>
        ${shown.map(({ title, isNumber }) => html`<th scope="col" class="${isNumber && 'number'}">${title}</th>`)}
      </tr>
    </thead>
    ${groups.map(
      ({ title, rows }) =>
        html`<tbody>
          ${
            title !== undefined &&
            html`<tr class="group">
              <th scope="rowgroup" colspan="${shown.length}">${title}</th>
            </tr>`
          }
          ${rows.map((row) => tableRow(shown, row))}
        </tbody>`,
    )}
  </table>`;
  return scrollable(caption, table);
}

function tableRow<Row>(columns: readonly ColumnOf<Row>[], row: Row): Markup {
  return html`<tr>
    ${columns.map(({ isNumber, cell }, i) => {
      const kind = isNumber && 'number';
      return i === 0
        ? html`<th scope="row" class="${kind}">${cell(row)}</th>`
        : html`<td class="${kind}">${cell(row)}</td>`;
    })}
  </tr>`;
}
