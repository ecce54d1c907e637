import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipped, fullStop, shownName, visible, visibleName, visibleProse } from '../src/visible.js';

describe('visible', () => {
  it('spells out ANSI sequences and control characters', () => {
    expect(visible('\u001b[31mred\u0007')).toBe('\\x1b[31mred\\x07');
    expect(visible('a\nb\tc\rd\u009b')).toBe('a\\nb\\tc\\rd\\x9b');
  });

  it('spells out bidirectional controls and unpaired surrogates', () => {
    expect(visible('a\u202eb\u2066c\ud800')).toBe('a\\u202eb\\u2066c\\ud800');
  });

  it('spells out what is shown by nothing at all', () => {
    expect(visible('a\u00adb\u200cc\u200dd\u180ee\u3164f\u{e0041}')).toBe(
      String.raw`a\xadb\u200cc\u200dd\u180ee\u3164f\u{e0041}`,
    );
  });

  it('leaves wide characters and joined, coloured and tagged emoji as they are', () => {
    const text = '密な層/👩‍👩‍👧‍👦 👍🏽 ❤️ 1️⃣ 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} µ';
    expect(visible(text)).toBe(text);
  });

  it('leaves a backslash as it is: what is copied stays what it was', () => {
    expect(visible(String.raw`C:\new\models '\''`)).toBe(String.raw`C:\new\models '\''`);
  });

  it('lets no control character through and is done after once', () => {
    assert(
      property(string({ unit: 'binary' }), (name) => {
        expect(visible(name)).not.toMatch(/\p{Cc}/u);
        expect(visible(visible(name))).toBe(visible(name));
      }),
    );
  });
});

describe('visibleName', () => {
  /** Texts of what is spelt out, and of what it is spelt with. */
  const names = oneof(
    string({ unit: 'binary' }),
    array(constantFrom('\\', 'n', 'x', 'u', '0', '1', '\n', '\u0001', '\u200d', '\ufe0f', '👩', '\u{e0041}')).map(
      (parts) => parts.join(''),
    ),
  );

  it('tells a line break from its spelling', () => {
    expect([visibleName('a\nb'), visibleName(String.raw`a\nb`)]).toEqual([String.raw`a\nb`, String.raw`a\\nb`]);
    expect(shownName(String.raw`a\nb`)).toBe(String.raw`a\\nb`);
  });

  it('can be read back, so that no two names look the same', () => {
    assert(
      property(names, (name) => {
        expect(readBack(visibleName(name))).toBe(name);
      }),
    );
  });
});

/** The name that was spelt so. */
function readBack(shown: string): string {
  const plain: Record<string, string> = { '\\': '\\', n: '\n', r: '\r', t: '\t' };
  return shown.replaceAll(
    /\\(?:([\\nrt])|x(\w\w)|u(\w{4})|u\{(\w+)\})/g,
    (_, letter?: string, ...digits: (string | undefined)[]) =>
      letter === undefined
        ? String.fromCodePoint(Number.parseInt(digits.slice(0, 3).join(''), 16))
        : (plain[letter] ?? ''),
  );
}

describe('visibleProse', () => {
  it('turns line breaks and tabs into single spaces', () => {
    expect(visibleProse(' two\r\n lines\tand \u001b[0m ')).toBe('two lines and \\x1b[0m');
  });
});

describe('clipped', () => {
  it('cuts between code points and marks the cut', () => {
    expect(clipped('👍👍👍👍', 3)).toBe('👍👍…');
    expect(clipped('abc', 3)).toBe('abc');
  });
});

describe('fullStop', () => {
  it('closes a sentence that has no end of its own', () => {
    expect(fullStop('add 2 widths')).toBe('add 2 widths.');
    expect(fullStop('Why?')).toBe('Why?');
    expect(fullStop('')).toBe('');
  });
});
