import { failure } from '../errors.js';
import { hanging, wrap } from '../report/terminal/wrap.js';
import { CAUSES, RULES } from '../verdict/rules.js';
import type { Terminal } from './terminal.js';

const LONGEST_ID = longest('id');
const LONGEST_TITLE = longest('title');

/** Lists every rule and every cause with its title: beside the id where every one fits, else below. */
export function listRules({ stdout }: Terminal): number {
  const beside = LONGEST_ID + 4;
  const isBeside = beside + LONGEST_TITLE <= stdout.columns;
  const lines = ({ id, title }: { id: string; title: string }) =>
    isBeside ? [`  ${id}`.padEnd(beside) + title] : [`  ${id}`, ...hanging('    ', title, stdout.columns)];
  const [rules, causes] = [RULES.flatMap(lines), CAUSES.flatMap(lines)];
  const text = ['rules:', ...rules, '\ncauses:', ...causes, '\n`coordcheck explain ID` says more.', ''];
  stdout.print(text.join('\n'));
  return 0;
}

/**
 * Explains one rule or cause; lists all where none is asked for.
 *
 * @throws CoordCheckError RULE_UNKNOWN, with those that begin alike
 */
export function explain(id: string | undefined, terminal: Terminal): number {
  if (id === undefined) return listRules(terminal);
  const { stdout } = terminal;
  const rule = RULES.find((each) => each.id === id);
  const found = rule ?? CAUSES.find((each) => each.id === id);
  if (!found) throw failure('RULE_UNKNOWN', { got: id, alike: alike(id).join(', ') });
  const parts = [`${found.id}: ${found.title}`, found.explanation];
  if (rule) parts.push(`Where it fails: ${rule.failureTitle}`, `Source: ${rule.source}`);
  const width = Math.min(stdout.columns, 100);
  stdout.print(`${parts.map((part) => wrap(part, width).join('\n')).join('\n\n')}\n`);
  return 0;
}

/** Ids that begin with the same word, which is a parameter's role in most. */
function alike(id: string): string[] {
  return [...RULES, ...CAUSES].map((each) => each.id).filter((each) => each.split('-')[0] === id.split('-')[0]);
}

function longest(field: 'id' | 'title'): number {
  return Math.max(...[...RULES, ...CAUSES].map((each) => each[field].length));
}
