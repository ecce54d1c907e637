import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

/** Imports, re-exports and `import()` of files beside a module. */
const LOCAL_IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g;

/**
 * Fingerprint of a module's text and of that of every local module it imports, however deep.
 *
 * Packages do not enter, nor files that the module reads. The same for equal texts wherever the folder lies.
 *
 * @param path - of the module, absolute
 * @returns 16 hexadecimal digits
 */
export function sourceFingerprint(path: string): string {
  const texts = new Map<string, string>();
  collect(path, texts);
  const hash = createHash('sha256');
  for (const file of [...texts.keys()].toSorted())
    hash.update(`${relative(dirname(path), file)}\0${texts.get(file)}\0`);
  return hash.digest('hex').slice(0, 16);
}

function collect(file: string, texts: Map<string, string>): void {
  if (texts.has(file)) return;
  const text = readFileSync(file, 'utf8');
  texts.set(file, text);
  for (const [, specifier = ''] of text.matchAll(LOCAL_IMPORT)) {
    const imported = fileOf(resolve(dirname(file), specifier));
    if (imported !== null) collect(imported, texts);
  }
}

/** The file behind a specifier: as it is, with TypeScript's ending for JavaScript's, with an ending, or an index. */
function fileOf(path: string): string | null {
  const endings = ['.ts', '.mts', '.js', '.mjs', '/index.ts', '/index.js'];
  const typed = path.replace(/\.([cm]?)js$/, '.$1ts');
  const candidates = [path, typed, ...endings.map((ending) => path + ending)];
  return candidates.find((each) => existsSync(each) && statSync(each).isFile()) ?? null;
}
