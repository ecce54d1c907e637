import { createHash } from 'node:crypto';

const STYLE = /<style>(.*?)<\/style>/s;
const SCRIPT = /<script>(.*?)<\/script>/s;

/** The page without script and style. */
export function body(page: string): string {
  return page.replace(SCRIPT, '').replace(STYLE, '');
}

/** The words of the page. */
export function words(page: string): string {
  return body(page)
    .replace(/<script type="application\/json".*?<\/script>/s, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll(/\s+/g, ' ');
}

/** The data block of the page, read as the script reads it. */
export function dataOf(page: string): unknown {
  const [, json = ''] = /<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(page) ?? [];
  return JSON.parse(json);
}

/** The policy of the page, by directive. */
export function policyOf(page: string): Record<string, string | undefined> {
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  return Object.fromEntries(policy.split('; ').map((rule) => rule.split(/ (.*)/s).slice(0, 2)));
}

/** The policy that a page must have: this very style and script, and nothing else. */
export function strictPolicy(page: string): Record<string, string> {
  const [, script] = SCRIPT.exec(page) ?? [];
  return {
    'default-src': "'none'",
    // A source tree whose script was not built gives a page without one.
    'script-src': script === undefined ? "'none'" : sha256(script),
    'style-src': sha256(STYLE.exec(page)?.[1] ?? ''),
    'img-src': 'data:',
    'base-uri': "'none'",
    'form-action': "'none'",
  };
}

/** Tags that load, run or style something of their own, or lead elsewhere: a report has none. */
export function forbiddenTags(page: string): string[] {
  const tags = body(page).match(/<[a-z][^>]*>/gi) ?? [];
  return tags.filter(
    (tag) =>
      /\s(?:on\w+|style|srcdoc|src)\s*=/i.test(tag.replaceAll(/"[^"]*"/g, '""')) ||
      /\shref="(?!#|data:,)/.test(tag) ||
      /^<(?:img|iframe|object|embed|base|form|link(?! rel="icon"))/i.test(tag),
  );
}

function sha256(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
