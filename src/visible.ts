/**
 * Characters that a name must not smuggle into a report: control characters (and so every ANSI sequence), line and
 * paragraph separators, the bidirectional controls that reorder what stands around them, unpaired surrogates, and what is
 * shown by nothing at all (soft hyphens, joiners, fillers, tags). Emoji are taken whole: they are made with some of these.
 */
const EMOJI_OR_INVISIBLE = new RegExp(
  // Not a literal: the flag that knows emoji of several characters is newer than what this compiles to.
  String.raw`(\p{RGI_Emoji})|[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]`,
  'gv',
);

/** Longer names are cut: three lines of a narrow screen. */
const NAME_CHARACTERS = 160;

/**
 * A text as it can be shown on one line: what would act on the reader's screen, or not be seen on it, is spelt out.
 *
 * Done twice it is as done once. A backslash stays: texts hold commands, code and paths, which are copied.
 *
 * @param text - untrusted text
 * @returns the same text with `\x1b`, `\n`, `\u202e` … in place of the characters themselves
 */
export function visible(text: string): string {
  return text.replace(EMOJI_OR_INVISIBLE, (character: string, emoji?: string) => emoji ?? spelt(character));
}

/**
 * A name as it can be shown on one line: as in `visible`, and a backslash is spelt as two.
 *
 * So two names that differ in what is spelt out never look the same, a line break and the letters `\n` included.
 *
 * @param name - untrusted text: a layer's, a parameter's or a model's name; not one that went through here before
 */
export function visibleName(name: string): string {
  return visible(name.replaceAll('\\', '\\\\'));
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
  return clipped(visibleName(name), NAME_CHARACTERS);
}

/** A sentence with its full stop: results give reasons with and without. */
export function fullStop(text: string): string {
  return text === '' || /[.!?:…]$/.test(text) ? text : `${text}.`;
}

function spelt(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}
