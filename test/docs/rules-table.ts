import { RULES } from '../../src/verdict/rules.js';

const BEGIN = '<!-- rules: made by `npm run rules-table` -->';
const END = '<!-- end of rules -->';

/** The catalogue of rules as a Markdown table. */
export function rulesTable(): string {
  const rows = RULES.map(({ id, title }) => `| \`${id}\` | ${title} |`);
  return ['| rule | what holds where it passes |', '|---|---|', ...rows].join('\n');
}

/**
 * A README with the table between its two marks renewed.
 *
 * @throws Error where a mark is missing
 */
export function withRulesTable(readme: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`expected the marks ${BEGIN} and ${END} in the README`);
  return `${readme.slice(0, begin)}${BEGIN}\n\n${rulesTable()}\n\n${readme.slice(end)}`;
}
