import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceFingerprint } from '../../src/model/source-fingerprint.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coordcheck-source-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Record<string, string>, under = folder): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(under, name, '..'), { recursive: true });
    writeFileSync(join(under, name), text);
  }
  return join(under, 'model.ts');
}

const FILES = {
  'model.ts': `import { a } from './parts/a.js';\nexport { b } from "./b";\nconst late = await import('./late.mjs');`,
  'parts/a.ts': `import '../model.js';\nimport { x } from 'package';\nexport const a = 1;`,
  'b/index.ts': 'export const b = 2;',
  'late.mjs': 'export default 3;',
  'unused.ts': 'export const unused = 4;',
};

describe('sourceFingerprint', () => {
  it.each(['model.ts', 'parts/a.ts', 'b/index.ts', 'late.mjs'])('changes with %s', (name) => {
    const before = sourceFingerprint(write(FILES));
    expect(sourceFingerprint(write({ [name]: `${FILES[name as keyof typeof FILES]}\n// changed` }))).not.toBe(before);
  });

  it('does not change with a file that is not imported, nor with the folder', () => {
    const before = sourceFingerprint(write(FILES));
    expect(before).toMatch(/^[0-9a-f]{16}$/);
    expect(sourceFingerprint(write({ 'unused.ts': 'changed' }))).toBe(before);
    expect(sourceFingerprint(write(FILES, join(folder, 'elsewhere')))).toBe(before);
  });

  it('passes over what is not there', () => {
    expect(sourceFingerprint(write({ 'model.ts': `import './gone.js';` }))).toMatch(/^[0-9a-f]{16}$/);
  });
});
