import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/verdict/rules.js';
import { rulesTable, withRulesTable } from './rules-table.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

describe('the README’s table of rules', () => {
  it('is the catalogue as it stands: `npm run rules-table` renews it', () => {
    expect(readme).toContain(rulesTable());
    expect(withRulesTable(readme)).toBe(readme);
    expect(rulesTable().split('\n')).toHaveLength(RULES.length + 2);
  });

  it('cannot be renewed where its marks are missing', () => {
    expect(() => withRulesTable('# coordcheck')).toThrow(/expected the marks/);
  });
});
