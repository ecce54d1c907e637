import { isOfWidth, type CheckResult } from '../../verdict/result.js';
import { counted } from '../reading/numbers.js';
import { LIMITS, runLine, VERDICT_WORD } from '../reading/wording.js';
import { folded, heading, repeat, Room, verdict } from './blocks.js';
import { prose } from './escape.js';
import { depthTable, diagnosis, gates, listed, parameterTable, ruleTable, runTable, tapTable } from './sections.js';
import type { MarkdownTable } from './table.js';

/** Parameters shown without unfolding anything. */
const OPEN_ROWS = 30;

/**
 * A result for a pull request, in GitHub's Markdown: verdict, cause, parameters, gates, and the rest folded away.
 *
 * @returns fewer than 65,536 characters; what is left out is counted. Untrusted text comes out as text only
 */
export function renderMarkdown(result: CheckResult): string {
  const head = [verdict(result, VERDICT_WORD[result.verdict]), heading('Likely cause', diagnosis(result))];
  const tail = [
    heading('Gates', gates(result)),
    ...(result.notes.length === 0 ? [] : [folded('Notes', listed(result.notes.map(prose)))]),
    repeat(result, runLine(result)),
    LIMITS,
  ];
  const text = new Room([...head, ...tail]);
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
