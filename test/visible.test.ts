import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipped, fullStop, visible, visibleProse } from '../src/visible.js';

describe('visible', () => {
  it('spells out ANSI sequences and control characters', () => {
    expect(visible('\u001b[31mred\u0007')).toBe('\\x1b[31mred\\x07');
    expect(visible('a\nb\tc\rd\u009b')).toBe('a\\nb\\tc\\rd\\x9b');
  });

  it('spells out bidirectional controls and unpaired surrogates', () => {
    expect(visible('a\u202eb\u2066c\ud800')).toBe('a\\u202eb\\u2066c\\ud800');
  });

  it('leaves wide characters and joined emoji as they are', () => {
    expect(visible('密な層/👩‍👩‍👧‍👦 µ')).toBe('密な層/👩‍👩‍👧‍👦 µ');
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
