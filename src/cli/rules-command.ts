import { failure } from '../errors.js';
import { CAUSES, RULES } from '../verdict/rules.js';
import type { Terminal } from './terminal.js';

/** Lists every rule and every cause with its title. */
export function listRules({ stdout }: Terminal): number {
  const longest = Math.max(...[...RULES, ...CAUSES].map(({ id }) => id.length));
  const lines = (all: readonly { id: string; title: string }[]): string[] =>
    all.map(({ id, title }) => `  ${id.padEnd(longest)}  ${title}`);
  stdout.print(['rules:', ...lines(RULES), '\ncauses:', ...lines(CAUSES), ''].join('\n'));
  return 0;
}

/**
 * Explains one rule or cause.
 *
 * @throws CoordCheckError RULE_UNKNOWN
 */
export function explain(id: string, { stdout }: Terminal): number {
  const found = [...RULES, ...CAUSES].find((each) => each.id === id);
  if (!found)
    throw failure('RULE_UNKNOWN', { got: id, known: [...RULES, ...CAUSES].map((each) => each.id).join(', ') });
  stdout.print(`${found.id}: ${found.title}\n\n${found.explanation}\n\nSource: ${found.source}\n`);
  return 0;
}
