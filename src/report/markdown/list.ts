/** A list in Markdown: its items, most important first. */
export interface MarkdownList {
  items: readonly string[];
  /** What stands before each: `- `, or nothing where an item has paragraphs of its own. */
  bullet: '- ' | '';
}

/** Items under one heading; more are not read. */
const LISTED = 20;

/**
 * A list of as many items as fit and are read, the rest counted at its end.
 *
 * @param room - characters the whole text may take
 * @returns the list; an empty text where not one item fits or there are none
 */
export function listWithin({ items, bullet }: MarkdownList, room: number): string {
  const between = bullet === '' ? '\n\n' : '\n';
  const rest = (count: number) => (count === 0 ? [] : [`${bullet}… and ${count} more`]);
  const shown: string[] = [];
  let used = rest(items.length).join('').length;
  for (const item of items.slice(0, LISTED)) {
    used += bullet.length + item.length + between.length;
    if (used > room) break;
    shown.push(bullet + item);
  }
  if (shown.length === 0) return '';
  return [...shown, ...rest(items.length - shown.length)].join(between);
}
