import type { Verdict } from '../../verdict/result.js';
import type { ReportedResult } from '../reported-result.js';
import { clipped, visible } from '../../visible.js';
import { code, fenced, prose } from './escape.js';
import { tableWithin, type MarkdownTable } from './table.js';

/** GitHub refuses a comment above 65,536 characters; the rest is left to whoever wraps this text. */
const CHARACTERS = 60_000;

const SIGN: Record<Verdict, string> = { pass: '✅', fail: '❌', inconclusive: '❔' };

/** Hands out what is left of a text's length, first come, first served. */
export class Room {
  private left: number;

  /** @param taken - the blocks that stand in the text whatever happens */
  constructor(taken: readonly string[]) {
    this.left = CHARACTERS - taken.join('\n\n').length;
  }

  /** A table under its title, as far as it fits. */
  table(title: string, table: MarkdownTable, wrapIn: (title: string, body: string) => string): string {
    const frame = wrapIn(title, 'x').length + 8;
    const text = wrapIn(title, tableWithin(table, this.left - frame));
    this.left -= text.length + 2;
    return text;
  }

  /** A block where it fits; else nothing. */
  block(text: string): string {
    if (text.length + 2 > this.left) return '';
    this.left -= text.length + 2;
    return text;
  }
}

/** The verdict in words, the name, and why. */
export function verdict(
  { verdict: of, name, summary }: Pick<ReportedResult, 'verdict' | 'name' | 'summary'>,
  word: string,
): string {
  return `## ${SIGN[of]} coordcheck: ${word} · ${code(name)}\n\n${prose(summary)}`;
}

/** A block under its heading; nothing where there is none. */
export function heading(title: string, body: string): string {
  return body === '' ? '' : `### ${title}\n\n${body}`;
}

/** A block that unfolds; nothing where there is none. */
export function folded(title: string, body: string): string {
  return body === '' ? '' : `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

/** What was run, and the command that repeats it. */
export function repeat({ command }: Pick<ReportedResult, 'command'>, run: string): string {
  if (command === '') return prose(run);
  return `${prose(run)}\n\n${fenced(clipped(visible(command), 4000), 'sh')}`;
}
