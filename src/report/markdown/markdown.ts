import { isOfWidth, type CheckResult, type Verdict } from '../../verdict/result.js';
import { counted } from '../reading/numbers.js';
import { clipped, visible } from '../reading/visible.js';
import { LIMITS, runLine, VERDICT_WORD } from '../reading/wording.js';
import { code, fenced, prose } from './escape.js';
import { depthTable, diagnosis, gates, listed, parameterTable, ruleTable, runTable, tapTable } from './sections.js';
import { tableWithin, type MarkdownTable } from './table.js';

/** GitHub refuses a comment above 65,536 characters; the rest is left to whoever wraps this text. */
const CHARACTERS = 60_000;
/** Parameters shown without unfolding anything. */
const OPEN_ROWS = 30;

const SIGN: Record<Verdict, string> = { pass: '✅', fail: '❌', inconclusive: '❔' };

/**
 * A result for a pull request, in GitHub's Markdown: verdict, cause, parameters, gates, and the rest folded away.
 *
 * @returns fewer than 65,536 characters; what is left out is counted. Untrusted text comes out as text only
 */
export function renderMarkdown(result: CheckResult): string {
  const head = [
    `## ${SIGN[result.verdict]} coordcheck: ${VERDICT_WORD[result.verdict]} · ${code(result.name)}`,
    prose(result.summary),
    heading('Likely cause', diagnosis(result)),
  ];
  const tail = [
    heading('Gates', gates(result)),
    ...(result.notes.length === 0 ? [] : [folded('Notes', listed(result.notes.map(prose)))]),
    repeat(result),
    LIMITS,
  ];
  const text = new Room(CHARACTERS - [...head, ...tail].join('\n\n').length);
  const widthTable = (table: MarkdownTable): MarkdownTable => (isOfWidth(result) ? table : { ...table, rows: [] });
  const parameters = widthTable(parameterTable(result));
  const open = { ...parameters, rows: parameters.rows.slice(0, OPEN_ROWS) };
  const rest = { ...parameters, rows: parameters.rows.slice(OPEN_ROWS) };
  const middle = [
    text.table('Parameters', open, heading),
    text.table(counted(rest.rows.length, 'more parameter'), rest, folded),
    text.table('Depth', depthTable(result), heading),
  ];
  const evidence = [
    text.table('Taps', widthTable(tapTable(result)), folded),
    text.table('Rules', ruleTable(result), folded),
    text.table('Runs', runTable(result), folded),
  ];
  const [shut, ...ending] = tail;
  return `${[...head, ...middle, shut, ...evidence, ...ending].filter((block) => block).join('\n\n')}\n`;
}

/** Hands out what is left of a text's length, first come, first served. */
class Room {
  private left: number;

  constructor(characters: number) {
    this.left = characters;
  }

  /** A table under its title, as far as it fits. */
  table(title: string, table: MarkdownTable, wrapIn: (title: string, body: string) => string): string {
    const frame = wrapIn(title, 'x').length + 8;
    const text = wrapIn(title, tableWithin(table, this.left - frame));
    this.left -= text.length + 2;
    return text;
  }
}

function heading(title: string, body: string): string {
  return body === '' ? '' : `### ${title}\n\n${body}`;
}

function folded(title: string, body: string): string {
  return body === '' ? '' : `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

function repeat(result: CheckResult): string {
  const run = prose(runLine(result));
  if (result.command === '') return run;
  return `${run}\n\n${fenced(clipped(visible(result.command), 4000), 'sh')}`;
}
