import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../errors.js';
import { makeFolder } from '../records/make-folder.js';
import { openJournal, readJournal, headerDifference, type JournalEntry } from '../records/journal.js';
import { writeRecords } from '../records/records-file.js';
import { runKey, type RecordSet } from '../records/record-set.js';
import type { RecordHeader } from '../records/run.js';
import { lateFile } from './late-file.js';
import type { ProgressListener } from './progress.js';

/** Finished runs, kept in memory and, with an output folder, on disk as they come in. */
export interface KeptJournal {
  /** In completion order, those of an interrupted check first. */
  readonly entries: JournalEntry[];
  append(entry: JournalEntry): Promise<void>;
  close(): Promise<void>;
  /** Writes the records file; the journal goes once every run is in it. */
  settle(records: RecordSet, isPartial: boolean): Promise<void>;
}

/**
 * Opens the journal of a check, or takes up the one an interrupted check left.
 *
 * @throws CoordCheckError OUTPUT_UNWRITABLE, JOURNAL_DIFFERS, RECORDS_INVALID
 */
export async function keepJournal(
  header: RecordHeader,
  { out, resume = false, onProgress }: { out?: string; resume?: boolean; onProgress?: ProgressListener },
): Promise<KeptJournal> {
  if (out === undefined) return { entries: [], append: inMemory, close: async () => {}, settle: async () => {} };
  refuseUnwritable(out);
  const path = journalPath(out, header.name);
  const kept = resume && existsSync(path) ? await takeUp(path, header) : [];
  const entries = [...kept];
  const file = lateFile({ path, what: 'runs', resume, onProgress }, () => openJournal(path, header, kept));
  return {
    entries,
    append: async (entry) => {
      entries.push(entry);
      const open = await file.opened();
      await open.append(entry);
    },
    close: () => file.close(),
    settle: async (records, isPartial) => {
      await writeRecords(recordsPath(out, header.name), records);
      if (!isPartial) await rm(path, { force: true });
    },
  };
}

async function inMemory(this: KeptJournal, entry: JournalEntry): Promise<void> {
  this.entries.push(entry);
}

async function takeUp(path: string, header: RecordHeader): Promise<JournalEntry[]> {
  const { header: before, entries } = await readJournal(path);
  const difference = headerDifference(before, header);
  if (difference !== null) throw failure('JOURNAL_DIFFERS', { path, what: difference });
  // A run that failed may have failed for a reason that is gone: it is made again. One that stands twice is one run.
  const finished = entries.filter(({ run }) => run.state !== 'failed');
  return [...new Map(finished.map((entry) => [runKey(entry.run), entry])).values()];
}

/** Where a check of this name keeps its finished runs while others are still running. */
export function journalPath(out: string, name: string): string {
  return join(out, `${fileName(name)}.journal.ndjson`);
}

/** Where a check of this name leaves its records. */
export function recordsPath(out: string, name: string): string {
  return join(out, `${fileName(name)}.records.ndjson`);
}

/** Bytes of a name that leave room for every suffix in the 255 that file systems allow. */
const MOST_BYTES = 160;

/** A model's name as a file name: names are free text of any length, and must not lead out of the folder. */
export function fileName(name: string): string {
  const safe = name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^\.+/, '') || 'model';
  if (Buffer.byteLength(safe) <= MOST_BYTES) return safe;
  // Two long names that begin alike are still two files.
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  let short = '';
  for (const letter of safe) {
    if (Buffer.byteLength(short + letter) > MOST_BYTES) break;
    short += letter;
  }
  return `${short}-${digest}`;
}

/** Makes an output folder, before hours of training. @throws CoordCheckError OUTPUT_UNWRITABLE */
export function refuseUnwritable(out: string): void {
  makeFolder(out);
  try {
    accessSync(out, constants.W_OK);
  } catch (error) {
    throw failure('OUTPUT_UNWRITABLE', { path: out, reason: (error as Error).message }, { cause: error });
  }
}

/** Refuses a file that cannot be one, before hours of training. @throws CoordCheckError OUTPUT_UNWRITABLE */
export function refuseFolder(path: string): void {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder) throw failure('OUTPUT_UNWRITABLE', { path, reason: 'it is a folder, and a file is to be written' });
}
