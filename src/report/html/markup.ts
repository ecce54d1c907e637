import { visible } from '../../visible.js';

/** HTML that was made by `html` and may stand in a page as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text is escaped, markup is not, nothing and false leave no trace. */
export type Content = string | number | Markup | null | undefined | false | readonly Content[];

/**
 * A template for HTML in which every value is text unless `html` made it: no name can become markup by being forgotten.
 * Attributes are always written in double quotes.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(strings.reduce((page, string, i) => page + written(values[i - 1]) + string));
}

/** Text as HTML text or as a double-quoted attribute value; control characters are spelt out. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A value as JSON that can stand in a script element: no tag and no comment can begin in it. */
export function jsonForScript(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replace(/</g, '\\u003c'));
}

function written(value: Content): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(written).join('');
  return escapeHtml(String(value));
}
