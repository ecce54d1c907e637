import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileName, journalPath, keepJournal } from '../../src/capture/keep-journal.js';
import type { ProgressEvent } from '../../src/capture/progress.js';
import { header, run } from '../records/sample.js';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(() => rm(out, { recursive: true }));

const HEADER = header();
const entry = (seed: number) => ({ run: run({ seed }), rows: [], durationMs: 1 });

/** Keeps runs of these seeds as a check that is then interrupted. */
async function interrupted(seeds: readonly number[], resume = false): Promise<string[]> {
  const warnings: string[] = [];
  const onProgress = (event: ProgressEvent) => {
    if (event.type === 'warning') warnings.push(event.message);
  };
  const journal = await keepJournal(HEADER, { out, resume, onProgress });
  for (const seed of seeds) await journal.append(entry(seed));
  await journal.close();
  return warnings;
}

const seedsIn = (path: string): number[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => (JSON.parse(line) as { run: { seed: number } }).run.seed);

describe('keepJournal', () => {
  it('goes on where an interrupted check stopped, with resume', async () => {
    await interrupted([0, 1]);
    expect(await interrupted([2], true)).toEqual([]);
    expect(seedsIn(journalPath(out, HEADER.name))).toEqual([0, 1, 2]);
  });

  it('moves the runs of an interrupted check aside, without it, and says so', async () => {
    await interrupted([0, 1]);
    const [warning] = await interrupted([5]);
    await interrupted([6]);
    const path = journalPath(out, HEADER.name);
    expect(seedsIn(path)).toEqual([6]);
    expect(seedsIn(path.replace('.ndjson', '.before.ndjson'))).toEqual([0, 1]);
    expect(seedsIn(path.replace('.ndjson', '.before-2.ndjson'))).toEqual([5]);
    expect(warning).toMatch(/^runs of an earlier command were moved to .*before\.ndjson; with --resume/);
  });

  it('leaves them where they are until there is a run to keep', async () => {
    await interrupted([0, 1]);
    expect(await interrupted([])).toEqual([]);
    expect(seedsIn(journalPath(out, HEADER.name))).toEqual([0, 1]);
    expect(readdirSync(out)).toHaveLength(1);
  });

  it('takes a run that stands in it twice for one', async () => {
    await interrupted([0, 1, 1]);
    const journal = await keepJournal(HEADER, { out, resume: true });
    expect(journal.entries.map(({ run: { seed } }) => seed)).toEqual([0, 1]);
    await journal.close();
  });

  it('goes once every run is in the records', async () => {
    const journal = await keepJournal(HEADER, { out });
    await journal.append(entry(0));
    await journal.close();
    await journal.settle({ header: HEADER, runs: [run({ seed: 0 })], rows: [] }, false);
    expect(existsSync(journalPath(out, HEADER.name))).toBe(false);
  });
});

describe('fileName', () => {
  it('leaves room for suffixes, whatever the letters, and tells long names apart', () => {
    for (const letter of ['n', '幅', '𝑛']) {
      const [one, other] = ['a', 'b'].map((end) => fileName(letter.repeat(300) + end));
      expect(Buffer.byteLength(one ?? '')).toBeLessThan(180);
      expect(one).toMatch(new RegExp(`^${letter}+-[0-9a-f]{8}$`, 'u'));
      expect(one).not.toBe(other);
    }
    expect(fileName('a long name: one of 160 bytes'.padEnd(160, '.'))).toHaveLength(159);
  });
});
