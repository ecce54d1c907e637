import { describe, expect, it } from 'vitest';
import { code, fenced, prose, sentence } from '../../../src/report/markdown/escape.js';

describe('prose', () => {
  it('escapes markup, HTML and links', () => {
    expect(prose('**a** _b_ <img src=x> [x](y)')).toBe(String.raw`\*\*a\*\* \_b\_ \<img src=x\> \[x\](y)`);
  });

  it('escapes what would end a table cell', () => {
    expect(prose('a|b')).toBe('a&#124;b');
    expect(prose('a\nb')).toBe('a b');
    expect(prose('a\\|b')).toBe('a\\\\&#124;b');
  });

  it('breaks mentions, issues and addresses', () => {
    expect(prose('@team #12 https://x.y www.z')).toBe('@\u200bteam \\#\u200b12 https:\u200b//x.y www\u200b.z');
  });

  it('starts no list and no heading', () => {
    expect(prose('- a')).toBe('\\- a');
    expect(prose('1. a')).toBe('1\u200b. a');
    expect(prose('=== a')).toBe('\\=== a');
  });

  it('escapes references that were written out', () => {
    expect(prose('&lt;b&gt;')).toBe('&#38;lt;b&#38;gt;');
  });
});

describe('prose and code', () => {
  it('are cut after they were escaped, and never inside an escape or a reference', () => {
    for (const length of [697, 698, 699, 700, 701]) {
      const start = 'x'.repeat(length % 7);
      expect(prose(`${start}${'&'.repeat(length)}`)).toMatch(/^x*(?:&#38;)+…$/);
      expect(prose(`${start}${'*'.repeat(length)}`)).toMatch(/^x*(?:\\\*)+…$/);
      expect(prose(`${start}${'&'.repeat(length)}`).length).toBeLessThanOrEqual(700);
      expect(code(`${start}${'`'.repeat(length)}`)).toMatch(/^<code>x*(?:&#96;)+…<\/code>$/);
      expect(code(`${start}${'`'.repeat(length)}`).length).toBeLessThanOrEqual(253);
    }
  });
});

describe('sentence', () => {
  it('adds a full stop where there is none', () => {
    expect(sentence('add seeds')).toBe('add seeds.');
    expect(sentence('Add seeds.')).toBe('Add seeds.');
  });
});

describe('code', () => {
  it('keeps a name literal in a code span', () => {
    expect(code('dense_2/kernel')).toBe('`dense_2/kernel`');
    expect(code('@team <b>')).toBe('`@team <b>`');
  });

  it('writes names with backticks and pipes by reference', () => {
    expect(code('a|b`c')).toBe('<code>a&#124;b&#96;c</code>');
    expect(code('`<img>|')).toBe('<code>&#96;&#60;img&#62;&#124;</code>');
  });

  it('spells out control characters and cuts long names', () => {
    expect(code('\u001b[31m')).toBe('`\\x1b[31m`');
    expect(code('x'.repeat(500))).toHaveLength(122);
  });

  it('tells a line break from its spelling', () => {
    expect([code('a\nb'), code('a\\nb')]).toEqual(['`a\\nb`', '`a\\\\nb`']);
  });
});

describe('fenced', () => {
  it('takes a fence longer than any run of backticks inside', () => {
    expect(fenced('a ```` b', 'sh')).toBe('`````sh\na ```` b\n`````');
    expect(fenced('a', 'sh')).toBe('```sh\na\n```');
  });
});
