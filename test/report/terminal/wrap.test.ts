import { assert, integer, property, string } from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { hanging, wrap, wrapCommand } from '../../../src/report/terminal/wrap.js';

describe('wrap', () => {
  it('breaks at spaces', () => {
    expect(wrap('the quick brown fox', 10)).toEqual(['the quick', 'brown fox']);
  });

  it('breaks a path after its slash', () => {
    expect(wrap('encoder/attention/kernel', 19)).toEqual(['encoder/attention/', 'kernel']);
  });

  it('counts a wide character as two columns', () => {
    expect(wrap('密な層密な層', 6)).toEqual(['密な層', '密な層']);
  });

  it('never exceeds the columns and loses nothing but spaces', () => {
    assert(
      property(string({ unit: 'grapheme' }), integer({ min: 2, max: 40 }), (text, columns) => {
        const lines = wrap(text, columns);
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});

describe('hanging', () => {
  it('indents the lines that follow by the width of the head', () => {
    expect(hanging('✗ ', 'one two', 5)).toEqual(['✗ one', '  two']);
  });
});

describe('wrapCommand', () => {
  it('continues each line with a backslash', () => {
    expect(wrapCommand('coordcheck model.ts --seeds 3', 22)).toEqual(['coordcheck model.ts \\', '  --seeds 3']);
  });

  it('does not break inside quotes', () => {
    expect(wrapCommand("coordcheck 'my model.ts' --x 1", 20)).toEqual([
      'coordcheck \\',
      "  'my model.ts' \\",
      '  --x 1',
    ]);
  });

  it('keeps a short command whole', () => {
    expect(wrapCommand('coordcheck model.ts', 80)).toEqual(['coordcheck model.ts']);
  });
});
