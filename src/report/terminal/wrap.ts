import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Breaks a text into lines no wider than `columns`, at spaces where there are any, within a word where there are none.
 *
 * @param text - one paragraph without line breaks or ANSI sequences
 * @param columns - columns a line may take, at least 2 (a wide character takes two)
 * @returns at least one line; none wider than `columns`, full-width and combined characters counted as they show
 */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (stringWidth(joined) <= columns) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = breakWord(word, columns);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  return [...lines, line];
}

/** Breaks one word into pieces no wider than `columns`, between grapheme clusters, after a `/` where that fits. */
function breakWord(word: string, columns: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let width = 0;
  for (const { segment } of graphemes.segment(word)) {
    const step = stringWidth(segment);
    if (width + step > columns && piece !== '') {
      // A path reads better when it breaks after its slash, unless that would leave a stub of a line.
      const slash = piece.lastIndexOf('/') + 1;
      const at = slash > piece.length / 3 ? slash : piece.length;
      pieces.push(piece.slice(0, at));
      piece = piece.slice(at);
      width = stringWidth(piece);
    }
    piece += segment;
    width += step;
  }
  return [...pieces, piece];
}

/** A paragraph with a hanging indent: the first line starts with `head`, the others with as many spaces. */
export function hanging(head: string, text: string, columns: number): string[] {
  const indent = stringWidth(head);
  return wrap(text, Math.max(2, columns - indent)).map((line, i) => (i === 0 ? head : ' '.repeat(indent)) + line);
}

/** One word of a shell command, quoted pieces and escaped characters included: `'it'\''s  b'` is one. */
const SHELL_WORD = /(?:\\.|[^\s"'\\]|"(?:\\.|[^"\\])*"|'[^']*'|["'\\])+/g;

/**
 * A shell command over several lines that can be pasted as it stands: broken at spaces outside quotes, each line
 * continued with a backslash.
 *
 * @returns lines no wider than `columns`, but for a word that is: a break inside it would make two commands of one, so
 *   that the terminal itself has to wrap it
 */
export function wrapCommand(command: string, columns: number): string[] {
  const words = command.match(SHELL_WORD) ?? [''];
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (line === '' || stringWidth(joined) <= columns - 2) line = joined;
    else {
      lines.push(`${line} \\`);
      line = `  ${word}`;
    }
  }
  return [...lines, line];
}
