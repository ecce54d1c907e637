import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal, readJournal, headerDifference, type JournalEntry } from '../../src/records/journal.js';
import { formatRecords } from '../../src/records/records-file.js';
import { header, row, run } from './sample.js';

const entries: JournalEntry[] = [0, 1, 2].map((seed) => ({
  run: run({ seed }),
  rows: [row({ seed }), row({ seed, name: 'ant', value: 'Infinity' })],
  durationMs: 12.5 * seed,
}));

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coordcheck-journal-'));
  path = join(folder, 'a.journal.ndjson');
});
afterEach(() => rm(folder, { recursive: true }));

async function write(kept: JournalEntry[], added: JournalEntry[]): Promise<void> {
  const journal = await openJournal(path, header(), kept);
  await Promise.all(added.map((entry) => journal.append(entry)));
  await journal.close();
}

describe('openJournal', () => {
  it('holds finished runs in the order of their ends, times included', async () => {
    await write([], [entries[2], entries[0], entries[1]]);
    const read = await readJournal(path);
    expect(read).toEqual({ header: header(), entries: [entries[2], entries[0], entries[1]], torn: false });
  });

  it('has each line on disk once append resolves', async () => {
    const journal = await openJournal(path, header());
    await journal.append(entries[0]);
    expect((await readJournal(path)).entries).toEqual([entries[0]]);
    await journal.close();
  });

  it('carries entries over and starts clean behind a torn line', async () => {
    await write([], entries.slice(0, 2));
    await appendFile(path, '{"run":{"wid');
    const { entries: kept } = await readJournal(path);
    await write(kept, [entries[2]]);
    expect(await readJournal(path)).toEqual({ header: header(), entries, torn: false });
  });

  it('gives the same records whatever order runs end in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(entries, { minLength: 3 }), async (order) => {
        await write([], order);
        const read = await readJournal(path);
        const [runs, rows] = [read.entries.map((e) => e.run), read.entries.flatMap((e) => e.rows)];
        const ordered = { runs: entries.map((e) => e.run), rows: entries.flatMap((e) => e.rows) };
        expect(formatRecords({ header: read.header, runs, rows })).toBe(
          formatRecords({ header: header(), ...ordered }),
        );
      }),
      { numRuns: 6 },
    );
  });

  it('names the place that cannot be written', async () => {
    await expect(openJournal(join(folder, 'none', 'x'), header())).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
  });
});

describe('readJournal', () => {
  it('drops a last line torn at any byte, and nothing else', async () => {
    await write([], entries.slice(0, 2));
    const bytes = await readFile(path);
    const start = bytes.subarray(0, -1).lastIndexOf(10) + 1;
    for (const cut of [start, start + 1, start + 20, bytes.length - 1]) {
      await writeFile(path, bytes);
      await truncate(path, cut);
      expect(await readJournal(path)).toEqual({ header: header(), entries: [entries[0]], torn: cut > start });
    }
  });

  it('refuses a broken line in the middle, and a torn header', async () => {
    await write([], entries.slice(0, 1));
    await appendFile(path, 'oops\n');
    await expect(readJournal(path)).rejects.toThrow(/line 3: not JSON/);
    await writeFile(path, '{"schema":');
    await expect(readJournal(path)).rejects.toThrow(/line 1: the header is incomplete/);
  });
});

describe('headerDifference', () => {
  it('ignores the command and how it was typed', () => {
    expect(headerDifference(header(), { ...header(), command: 'coordcheck check ./sample.ts' })).toBeNull();
    expect(headerDifference(header(), { ...header(), targetWidth: 4096 })).toBeNull();
  });

  it('names the first difference of configuration, hyperparameters, source or versions', () => {
    expect(headerDifference(header(), header({ steps: 3 }))).toBe('config.steps was 2 and is 3');
    expect(headerDifference(header(), header({ hyperparameters: { learningRate: 0.01 } }))).toBe(
      'config.hyperparameters.learningRate was 0.001 and is 0.01',
    );
    expect(headerDifference({ ...header(), modelHash: 'a' }, { ...header(), modelHash: 'b' })).toBe(
      'the model file has changed',
    );
    expect(headerDifference(header(), { ...header(), modelHash: 'b' })).toBe('the model file has changed');
    expect(headerDifference(header(), { ...header(), versions: { coordcheck: '0.2.0' } })).toBe(
      'versions.coordcheck was "0.1.0" and is "0.2.0"',
    );
    expect(headerDifference(header(), header({ widths: [64] }))).toBe('config.widths was [64,128,256] and is [64]');
  });
});
