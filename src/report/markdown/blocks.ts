import type { Verdict } from '../../verdict/result.js';
import type { ReportedResult } from '../reported-result.js';
import { clipped, visible } from '../../visible.js';
import { code, fenced, prose } from './escape.js';
import { listWithin, type MarkdownList } from './list.js';
import { tableWithin, type MarkdownTable } from './table.js';

/** GitHub refuses a comment above 65,536 characters; the rest is left to whoever wraps this text. */
const CHARACTERS = 60_000;

const SIGN: Record<Verdict, string> = { pass: '✅', fail: '❌', inconclusive: '❔' };

/** Puts a body under its title; nothing where there is none. */
type Wrap = (title: string, body: string) => string;

/** Hands out what is left of a text's length, first come, first served. */
export class Room {
  private left: number;

  /** @param taken - the blocks that stand in the text whatever happens: short ones */
  constructor(taken: readonly string[]) {
    this.left = CHARACTERS - taken.join('\n\n').length;
  }

  /** A table under its title, as far as it fits. */
  table(title: string, table: MarkdownTable, wrapIn: Wrap): string {
    const frame = wrapIn(title, 'x').length + 8;
    return this.take(wrapIn(title, tableWithin(table, this.left - frame)));
  }

  /** A list under its title, as far as it fits into half of what is left, so that what comes after it is shown, too. */
  list(title: string, list: MarkdownList, wrapIn: Wrap): string {
    const frame = wrapIn(title, 'x').length + 2;
    return this.take(wrapIn(title, listWithin(list, Math.floor(this.left / 2) - frame)));
  }

  /** A block where it fits; else nothing. */
  block(text: string): string {
    return text.length + 2 > this.left ? '' : this.take(text);
  }

  private take(text: string): string {
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
