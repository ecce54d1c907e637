import { execFileSync } from 'node:child_process';
import { array, assert, integer, property, string, stringMatching } from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { shellQuote } from '../../../src/cli/repeat-command.js';
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

  it('keeps a quoted apostrophe and the blanks after it', () => {
    const word = shellQuote("note=it's  b x");
    expect(wrapCommand(`coordcheck model.ts --set ${word}`, 30)).toEqual(['coordcheck model.ts --set \\', `  ${word}`]);
    expect(wrapCommand('a "b \\" c" d\\ e', 4)).toEqual(['a \\', '  "b \\" c" \\', '  d\\ e']);
  });

  it('leaves a word whole that is wider than the screen', () => {
    const word = shellQuote(`Bob's my models/${'deep/'.repeat(20)}model.ts`);
    expect(wrapCommand(`npx coordcheck ${word} --seeds 3`, 40)).toEqual([
      'npx coordcheck \\',
      `  ${word} \\`,
      '  --seeds 3',
    ]);
  });

  it.skipIf(process.platform === 'win32')('is to a shell what the command was', () => {
    const words = array(stringMatching(/^[ab '"\\$]{1,12}$/), { minLength: 1, maxLength: 6 });
    const read = (command: string) => execFileSync('sh', ['-c', `printf '<%s>' ${command}`], { encoding: 'utf8' });
    assert(
      property(words, integer({ min: 4, max: 30 }), (all, columns) => {
        const told = wrapCommand(all.map(shellQuote).join(' '), columns).join('\n');
        expect(read(told)).toBe(all.map((word) => `<${word}>`).join(''));
      }),
      { numRuns: 50 },
    );
  });

  it('keeps a short command whole', () => {
    expect(wrapCommand('coordcheck model.ts', 80)).toEqual(['coordcheck model.ts']);
  });
});
