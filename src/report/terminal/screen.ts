import picocolors from 'picocolors';
import type { Outcome } from '../../verdict/result.js';
import type { Paint } from './table.js';
import { wrap } from './wrap.js';

/** What a text for the terminal may use. */
export interface TerminalOptions {
  /** Columns a line may take; 80. */
  columns?: number;
  /** Whether ANSI colours are used; false, so that the text is the same wherever it is made. */
  color?: boolean;
}

/** What a section is laid out for: how wide it may be, and its colours. */
export interface Screen {
  columns: number;
  colors: ReturnType<typeof picocolors.createColors>;
  /** The colour of each outcome; its sign and word stand beside it, so that colour is never all there is. */
  outcome: Record<Outcome, Paint>;
}

/** Below this a line holds no word: what is wider than the screen then wraps as the terminal wraps it. */
const LEAST_COLUMNS = 24;

/** The screen that options ask for. */
export function screenOf({ color = false, columns = 80 }: TerminalOptions): Screen {
  const colors = picocolors.createColors(color);
  return {
    columns: Math.max(LEAST_COLUMNS, Math.floor(columns)),
    colors,
    outcome: { pass: colors.green, fail: colors.red, inconclusive: colors.yellow, inapplicable: colors.dim },
  };
}

/** A section: its heading over its lines; nothing where there are no lines. */
export function section(title: string, lines: readonly string[], { colors, columns }: Screen): string[] {
  return lines.length === 0 ? [] : [...wrap(title, columns).map((line) => colors.bold(line)), ...lines];
}
