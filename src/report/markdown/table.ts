/** A Markdown table: its titles, which columns hold numbers, and its rows, most important first. */
export interface MarkdownTable {
  titles: readonly string[];
  /** One letter a column: `l` for text, `r` for numbers. */
  align: string;
  rows: readonly (readonly string[])[];
}

/**
 * A table of as many rows as fit, the rest counted under it.
 *
 * @param room - characters the whole text may take
 * @returns the table; an empty text where not one row fits or there are none
 */
export function tableWithin({ titles, align, rows }: MarkdownTable, room: number): string {
  const head = [line(titles), line(Array.from(align, (side) => (side === 'r' ? '--:' : ':--')))];
  const lines = rows.map(line);
  const rest = (count: number) => (count === 0 ? '' : `\n\n… and ${count} more of ${rows.length}, left out here.`);
  let used = head.join('\n').length + rest(rows.length).length;
  let fitting = 0;
  for (const text of lines) {
    used += text.length + 1;
    if (used > room) break;
    fitting += 1;
  }
  if (fitting === 0) return '';
  return [...head, ...lines.slice(0, fitting)].join('\n') + rest(rows.length - fitting);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
