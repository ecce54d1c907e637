import stringWidth from 'string-width';
import { wrap } from './wrap.js';

/** Colours a finished cell; it must not change the cell's width. */
export type Paint = (text: string) => string;

/** One column of a table. */
export interface Column {
  title: string;
  align?: 'left' | 'right';
  /** The smallest width this column may be wrapped to; without it the column is never wrapped. */
  shrinkTo?: number;
  /** The order in which columns are left out where the screen is too narrow, 1 first; without it the column stays. */
  drop?: number;
}

/** One cell: its text, and how it is coloured. */
export interface Cell {
  text: string;
  paint?: Paint;
}

const GAP = '  ';

/** On a screen too narrow for a table as it asks to be, what is wrapped still shows the beginning of a name. */
const NAME_COLUMNS = 6;
/** The least of any column: one wide character. */
const LEAST_WIDTH = 2;

/**
 * Lays out a table without borders that is never wider than the screen: it first drops the columns it may, then wraps
 * the ones it may. Where that is not enough it wraps them all, and breaks words last.
 *
 * @param columns - what the table shows, left to right
 * @param rows - one cell a column
 * @param layout - the screen's columns, and how titles are coloured
 * @returns lines, the titles first
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  layout: { columns: number; title: Paint },
): string[] {
  const natural = columns.map((column, i) =>
    Math.max(stringWidth(column.title), ...rows.map((row) => stringWidth(row[i]?.text ?? ''))),
  );
  const kept = keptColumns(columns, natural, layout.columns);
  // A number stays whole as long as its title can be broken instead.
  const whole = columns.map(({ shrinkTo }, i) =>
    shrinkTo === undefined ? Math.max(...rows.map((row) => longestWord(row[i]?.text ?? ''))) : NAME_COLUMNS,
  );
  const widths = [columns.map(({ shrinkTo }) => shrinkTo ?? Number.POSITIVE_INFINITY), whole, []].reduce(
    (wide, least) => shrunkWidths(wide, least, kept, layout.columns),
    natural,
  );
  const titles = columns.map((column) => ({ text: column.title, paint: layout.title }));
  return [titles, ...rows].flatMap((row) => rowLines(row, columns, kept, widths));
}

/** Indices of the columns that fit once the wrappable ones are as narrow as they may be. */
function keptColumns(columns: readonly Column[], natural: readonly number[], screen: number): number[] {
  let kept = columns.map((_, i) => i);
  const least = (i: number) => Math.min(natural[i] ?? 0, columns[i]?.shrinkTo ?? Number.POSITIVE_INFINITY);
  const needed = () => kept.reduce((sum, i) => sum + least(i), GAP.length * (kept.length - 1));
  const droppable = columns
    .flatMap((column, i) => (column.drop === undefined ? [] : [{ i, drop: column.drop }]))
    .toSorted((a, b) => a.drop - b.drop);
  for (const { i } of droppable) {
    if (needed() <= screen) break;
    kept = kept.filter((k) => k !== i);
  }
  return kept;
}

function longestWord(text: string): number {
  return Math.max(...text.split(' ').map((word) => stringWidth(word)));
}

/** Widths of all columns, what is missing taken from the widest that is wider than its least, one by one. */
function shrunkWidths(
  wide: readonly number[],
  least: readonly number[],
  kept: readonly number[],
  screen: number,
): number[] {
  const widths = [...wide];
  const leastOf = (i: number) => Math.max(LEAST_WIDTH, least[i] ?? LEAST_WIDTH);
  const room = screen - GAP.length * (kept.length - 1);
  for (;;) {
    const excess = kept.reduce((sum, i) => sum + (widths[i] ?? 0), 0) - room;
    if (excess <= 0) return widths;
    const widest = kept
      .filter((i) => (widths[i] ?? 0) > leastOf(i))
      .toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    const [i] = widest;
    if (i === undefined) return widths;
    widths[i] = Math.max(leastOf(i), (widths[i] ?? 0) - Math.max(1, Math.floor(excess / widest.length)));
  }
}

function rowLines(
  row: readonly Cell[],
  columns: readonly Column[],
  kept: readonly number[],
  widths: readonly number[],
): string[] {
  const cells = kept.map((i) => ({
    lines: wrap(row[i]?.text ?? '', Math.max(2, widths[i] ?? 2)),
    paint: (text: string) => (text === '' ? '' : (row[i]?.paint?.(text) ?? text)),
    width: widths[i] ?? 2,
    right: columns[i]?.align === 'right',
  }));
  const height = Math.max(...cells.map((cell) => cell.lines.length));
  return Array.from({ length: height }, (_, y) =>
    cells
      .map(({ lines, paint, width, right }, x) => {
        const text = lines[y] ?? '';
        const space = ' '.repeat(Math.max(0, width - stringWidth(text)));
        const last = x === cells.length - 1;
        return right ? space + paint(text) : paint(text) + (last ? '' : space);
      })
      .join(GAP)
      .trimEnd(),
  );
}
