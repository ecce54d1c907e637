import { readFile } from 'node:fs/promises';

/** The same file from `src/report/html/` and from `dist/report/html/`. */
const BUNDLE = new URL('../../../dist/report/client.js', import.meta.url);

/**
 * The report's script as it stands in the page. Anything that would end or confuse the script element is rewritten to
 * the same text in JavaScript.
 *
 * @returns null where the bundle was not built (a source tree before `npm run build:client`): the report is then whole
 *   but for its charts, and says so
 */
export async function clientBundle(): Promise<string | null> {
  try {
    const script = await readFile(BUNDLE, 'utf8');
    return script.trim().replace(/<(\/script|script|!--)/gi, '\\x3C$1');
  } catch {
    return null;
  }
}
