import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../../src/records/make-folder.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coordcheck-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const refused = expect.objectContaining({ code: 'OUTPUT_UNWRITABLE' });

describe('makeFolder', () => {
  it('makes what is missing, and leaves what is there', () => {
    const path = join(folder, 'a/b/c');
    makeFolder(path);
    makeFolder(path);
    expect(existsSync(path)).toBe(true);
  });

  it('refuses a place where a file is', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeFolder(join(folder, 'file'))).toThrow(refused);
    expect(() => makeFolder(join(folder, 'file/below'))).toThrow(refused);
  });

  it.skipIf(!existsSync('/proc'))('refuses a place where the system allows no folder, and returns', () => {
    expect(() => makeFolder('/proc/coordcheck/reports')).toThrow(refused);
  });
});
