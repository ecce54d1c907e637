import { isOfWidth, type CheckResult } from '../../verdict/result.js';
import { counted } from '../reading/numbers.js';
import { LIMITS, runLine, VERDICT_WORD } from '../reading/wording.js';
import { folded, heading, repeat, Room, verdict } from './blocks.js';
import { depthTable, diagnosis, gates, notes, parameterTable, ruleTable, runTable, tapTable } from './sections.js';
import type { MarkdownTable } from './table.js';

/** Parameters shown without unfolding anything. */
const OPEN_ROWS = 30;

/**
 * A result for a pull request, in GitHub's Markdown: verdict, cause, parameters, gates, and the rest folded away.
 *
 * @returns fewer than 65,536 characters; what is left out is counted. Untrusted text comes out as text only
 */
export function renderMarkdown(result: CheckResult): string {
  const head = verdict(result, VERDICT_WORD[result.verdict]);
  const tail = [repeat(result, runLine(result)), LIMITS];
  const text = new Room([head, ...tail]);
  const cause = text.list('Likely cause', diagnosis(result), heading);
  const shut = text.list('Gates', gates(result), heading);
  const remarks = text.list('Notes', notes(result), folded);
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
  return `${[head, cause, ...middle, shut, ...evidence, remarks, ...tail].filter((block) => block).join('\n\n')}\n`;
}
