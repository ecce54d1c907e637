import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { causeOf } from '../../src/verdict/causes.js';
import type { Rule } from '../../src/verdict/rule.js';
import { findingOf, strongest, type Judgement } from '../../src/verdict/rule.js';
import { CAUSES, RULES } from '../../src/verdict/rules.js';

const folder = new URL('../../src/verdict/rules/', import.meta.url);
const IDS = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => file.replace(/\.ts$/, ''));

/** All that a file of the folder exports. */
async function exportsOf(id: string): Promise<Rule[]> {
  const module = (await import(new URL(`${id}.ts`, folder).href)) as Record<string, Rule>;
  return Object.values(module);
}

describe('RULES', () => {
  it('holds as many rules as the folder has files, each once', () => {
    expect(RULES.map(({ id }) => id).toSorted()).toEqual(IDS.toSorted());
  });

  it.each(IDS)('holds the one rule of %s.ts, under the file’s name', async (id) => {
    const rules = await exportsOf(id);
    expect(rules.map((rule) => rule.id)).toEqual([id]);
    expect(RULES).toContain(rules[0]);
  });

  it.each(IDS)('has a test of %s with a failing and a passing case', (id) => {
    const test = new URL(`rules/${id}.test.ts`, import.meta.url);
    expect(existsSync(test)).toBe(true);
    const text = readFileSync(test, 'utf8');
    expect(text).toMatch(/it\('fails /);
    expect(text).toMatch(/it\('passes /);
  });

  it.each([...RULES])('says of $id where it comes from, what to do, and what holds or does not', (rule) => {
    expect(rule.source).toMatch(/arXiv:\d{4}\.\d{5}|^definition: /);
    expect(rule.explanation.length).toBeGreaterThan(100);
    expect(rule.title).not.toBe(rule.failureTitle);
    expect(rule.title).toMatch(/^[A-Z].*[^.]$/);
    expect(rule.failureTitle).toMatch(/^[A-Z].*[^.]$/);
  });

  it.each([...RULES])('gives $id only the tables it asks for, of which it needs no other', ({ requires, evaluate }) => {
    const tables = Object.fromEntries(requires.map((table) => [table, []]));
    expect(requires.length).toBeGreaterThan(0);
    expect(evaluate(tables as unknown as Parameters<typeof evaluate>[0]).outcome).toMatch(/^(pass|inapplicable)$/);
  });
});

describe('CAUSES', () => {
  it('has four causes a role, two more a matrix, three of the optimizer, two of the forward pass, one unknown', () => {
    expect(new Set(CAUSES.map(({ id }) => id)).size).toBe(CAUSES.length);
    expect(CAUSES).toHaveLength(5 * 4 + 3 * 2 + 3 + 2 + 1);
  });

  it('shares no id with a rule: both are explained by id', () => {
    expect(CAUSES.filter(({ id }) => IDS.includes(id))).toEqual([]);
  });

  it('is found by id, and only by one it has', () => {
    expect(causeOf('hidden-rate-unscaled').title).toBe('Hidden parameter: learning rate too large as width grows');
    expect(() => causeOf('no-such-cause')).toThrow(RangeError);
  });
});

describe('strongest', () => {
  it('orders inapplicable < pass < inconclusive < fail', () => {
    expect(strongest([])).toBe('inapplicable');
    expect(strongest(['inapplicable', 'pass'])).toBe('pass');
    expect(strongest(['inconclusive', 'pass'])).toBe('inconclusive');
    expect(strongest(['pass', 'fail', 'inconclusive'])).toBe('fail');
  });
});

/** A judged slope of which −½ was expected. */
const judgement = (parameter: string, slope: number, outcome: Judgement['outcome']): Judgement => ({
  tap: null,
  parameter,
  slope,
  expected: -1 / 2,
  outcome,
  reason: `of ${parameter}`,
});

describe('findingOf', () => {
  it('takes for the worst the one farthest from what was expected of it, not the steepest', () => {
    const found = findingOf([judgement('a', 0.4, 'fail'), judgement('b', -1.5, 'fail'), judgement('c', 3, 'pass')]);
    expect(found).toEqual({
      outcome: 'fail',
      where: { taps: [], parameters: ['b', 'a'] },
      measured: -1.5,
      expected: -1 / 2,
      reason: 'of b',
    });
  });

  it('names no place and no reason where all is well', () => {
    expect(findingOf([judgement('a', -0.5, 'pass')])).toMatchObject({
      where: { taps: [], parameters: [] },
      reason: null,
    });
  });
});
