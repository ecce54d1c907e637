/**
 * Characters that a name must not smuggle into a report: control characters (and so every ANSI sequence), line and
 * paragraph separators, the bidirectional controls that reorder what stands around them, and unpaired surrogates.
 */
const INVISIBLE = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Longer names are cut: three lines of a narrow screen. */
const NAME_CHARACTERS = 160;

/**
 * A name as it can be shown on one line: what would act on the reader's screen is spelt out instead.
 *
 * Spelt out rather than dropped, so that two different names never look the same.
 *
 * @param name - untrusted text: a layer's, a parameter's or a model's name
 * @returns the same name with `\x1b`, `\n`, `\u202e` … in place of the characters themselves
 */
export function visible(name: string): string {
  return name.replace(INVISIBLE, spelt);
}

/** Text of several lines as it can be shown: line breaks stay, everything else as in `visible`. */
export function visibleLines(text: string): string {
  return text.split(/\r?\n/).map(visible).join('\n');
}

/** A sentence as it can be shown: line breaks and tabs become spaces, everything else as in `visible`. */
export function visibleProse(text: string): string {
  return visible(text.replace(/\s+/gu, ' ').trim());
}

/** A name cut to a number of characters, the cut marked. Whole code points, so that nothing is torn apart. */
export function clipped(name: string, characters: number): string {
  if (name.length <= characters) return name;
  const points = Array.from(name);
  return points.length <= characters ? name : `${points.slice(0, characters - 1).join('')}…`;
}

/** A name in a table or a list: visible, and not so long that it hides what stands beside it. */
export function shownName(name: string): string {
  return clipped(visible(name), NAME_CHARACTERS);
}

/** A sentence with its full stop: results give reasons with and without. */
export function fullStop(text: string): string {
  return text === '' || /[.!?:…]$/.test(text) ? text : `${text}.`;
}

function spelt(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
