import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeAtomically } from '../../src/records/write-atomically.js';

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'coordcheck-write-'));
}

/** Of a process that has ended. */
function gonePid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

describe('writeAtomically', () => {
  it('replaces a file and leaves nothing beside it', async () => {
    const out = folder();
    writeFileSync(join(out, 'a.json'), 'old');
    await writeAtomically(join(out, 'a.json'), 'new');
    expect(readdirSync(out)).toEqual(['a.json']);
    expect(readFileSync(join(out, 'a.json'), 'utf8')).toBe('new');
  });

  it('removes what a killed process left of the same file, and nothing else', async () => {
    const out = folder();
    const gone = gonePid();
    const kept = [`a.json.${process.ppid}.tmp`, `b.json.${gone}.tmp`, `a.json.${gone}`, 'a.json.notes.tmp'];
    for (const name of [`a.json.${gone}.tmp`, ...kept]) writeFileSync(join(out, name), 'part');
    await writeAtomically(join(out, 'a.json'), 'new');
    expect(readdirSync(out).toSorted()).toEqual(['a.json', ...kept].toSorted());
  });

  it('writes the file that a link leads to', async () => {
    const out = folder();
    writeFileSync(join(out, 'real.json'), 'old');
    symlinkSync('real.json', join(out, 'link.json'));
    await writeAtomically(join(out, 'link.json'), 'new');
    expect(readFileSync(join(out, 'real.json'), 'utf8')).toBe('new');
    expect(lstatSync(join(out, 'link.json')).isSymbolicLink()).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('writes into a pipe, which stays one', async () => {
    const pipe = join(folder(), 'pipe');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    const [read] = await Promise.all([readFile(pipe, 'utf8'), writeAtomically(pipe, 'new')]);
    expect(read).toBe('new');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  it('names the file that cannot be written', async () => {
    const path = join(folder(), 'none', 'a.json');
    await expect(writeAtomically(path, 'new')).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
  });
});
