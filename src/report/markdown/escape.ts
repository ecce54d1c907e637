import { clipped, fullStop, visibleName, visibleProse } from '../../visible.js';

/** Longer names and sentences are cut, so that one of them cannot use up a comment. */
const NAME_CHARACTERS = 120;
const PROSE_CHARACTERS = 700;
/** A name written by reference may be longer: five characters or more stand for one there. */
const REFERENCE_CHARACTERS = 240;

/** What could be taken for markup inside a line, and reads well with a backslash before it. */
const MARKUP = /[\\`*_{}[\]<>#~$]/g;

/** What would start a list or an underlined heading at the beginning of a line. */
const LINE_START = /^(?:[-+=]|\d+(?=[.)]))/;

/**
 * An untrusted sentence as plain Markdown text: no markup, no HTML, no table cell boundary, no link, no mention and no
 * issue reference comes out of it.
 */
export function prose(text: string): string {
  return cut(
    clipped(visibleProse(text), PROSE_CHARACTERS)
      .replace(MARKUP, '\\$&')
      .replace(/[&|]/g, reference)
      .replace(LINE_START, (start) => (/\d/.test(start) ? `${start}\u200b` : `\\${start}`))
      // GitHub looks for mentions and issues in the finished text, where an escaped character is the character again.
      .replace(/@|\\#/g, '$&\u200b')
      .replace(/:\/\//g, ':\u200b//')
      .replace(/www\./gi, (www) => `${www.slice(0, 3)}\u200b.`),
    PROSE_CHARACTERS,
  );
}

/** The same, closed with a full stop where it has no end of its own. */
export function sentence(text: string): string {
  return fullStop(prose(text));
}

/**
 * An untrusted name as code. A code span keeps it literal and free of mentions; a name that holds a backtick or a pipe,
 * which would end the span or the table cell, is written as HTML with character references instead.
 */
export function code(name: string): string {
  const text = clipped(visibleName(name), NAME_CHARACTERS);
  if (text.trim() === '' || /[`|]/.test(text))
    return `<code>${cut(text.replace(/[^\p{L}\p{N}\s/.:-]/gu, reference), REFERENCE_CHARACTERS)}</code>`;
  return `\`${text}\``;
}

/** Escaped text cut to a number of characters, the cut marked: what escapes made longer, and never inside one of them. */
function cut(escaped: string, characters: number): string {
  if (escaped.length <= characters) return escaped;
  let kept = '';
  for (const [piece] of escaped.matchAll(/\\.|&#\d+;|./gsu)) {
    if (kept.length + piece.length >= characters) break;
    kept += piece;
  }
  return `${kept}…`;
}

/** A fenced block whose fence is longer than any run of backticks inside it. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function reference(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
