import { open, type FileHandle } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { failure } from '../errors.js';
import { formatLine, parseLine, plainRow, plainRun, validated } from './line.js';
import type { RecordRow } from './record.js';
import { readRecordsText } from './records-file.js';
import type { RecordHeader, RunRecord } from './run.js';
import { headerSchema, rowSchema, runSchema } from './schema.js';
import { writeAtomically } from './write-atomically.js';

/** One finished run as the journal holds it. Its time lives here only, so that records stay equal byte for byte. */
export interface JournalEntry {
  run: RunRecord;
  rows: RecordRow[];
  durationMs: number;
}

/** A journal open for appending. */
export interface Journal {
  /** Adds one finished run and returns once its line is on disk. Lines stand in the order of these calls. */
  append(entry: JournalEntry): Promise<void>;
  /** Waits for pending lines and closes the file; the file itself stays. */
  close(): Promise<void>;
}

/** What a journal held when it was read. */
export interface JournalContent {
  header: RecordHeader;
  /** In completion order. */
  entries: JournalEntry[];
  /** Whether a torn last line was dropped: the process died while writing it. */
  torn: boolean;
}

const entrySchema: z.ZodType<JournalEntry> = z.strictObject({
  run: runSchema,
  rows: z.array(rowSchema),
  durationMs: z.number().nonnegative(),
});

/**
 * Starts a journal of finished runs, replacing any file at `path`.
 *
 * @param kept - entries of an interrupted check to carry over; a torn line and dropped entries are gone for good
 * @throws CoordCheckError OUTPUT_UNWRITABLE
 */
export async function openJournal(
  path: string,
  header: RecordHeader,
  kept: readonly JournalEntry[] = [],
): Promise<Journal> {
  await writeAtomically(path, `${[formatLine(header), ...kept.map(formatEntry)].join('\n')}\n`);
  const file = await open(path, 'a').catch((cause: Error) => {
    throw failure('OUTPUT_UNWRITABLE', { path, reason: cause.message }, { cause });
  });
  let last: Promise<void> = Promise.resolve();
  return {
    append(entry) {
      const line = `${formatEntry(entry)}\n`;
      // One after another: two writes at once could interleave their bytes.
      const written = appendAfter(last, file, line);
      last = written.catch(() => {});
      return written.catch((cause: Error) => {
        throw failure('OUTPUT_UNWRITABLE', { path, reason: cause.message }, { cause });
      });
    },
    async close() {
      await last;
      await file.close();
    },
  };
}

async function appendAfter(previous: Promise<void>, file: FileHandle, line: string): Promise<void> {
  await previous;
  await file.appendFile(line);
  await file.sync();
}

/**
 * Reads a journal, also one that a killed process left behind.
 *
 * @returns header and entries; the last line is dropped where it was torn
 * @throws CoordCheckError RECORDS_UNREADABLE; RECORDS_INVALID where any other line is at fault
 */
export async function readJournal(path: string): Promise<JournalContent> {
  const lines = (await readRecordsText(path)).split('\n');
  const tail = lines.pop() ?? '';
  const [first, ...rest] = lines;
  if (first === undefined) throw failure('RECORDS_INVALID', { where: path, line: 1, why: 'the header is incomplete' });
  const header = validated(headerSchema, parseLine(first, { where: path, line: 1 }), { where: path, line: 1 });
  const entries = rest.map((text, index) => {
    const at = { where: path, line: index + 2 };
    return validated(entrySchema, parseLine(text, at), at);
  });
  // Every whole line ends in a newline: what follows the last one was never finished.
  return { header, entries, torn: tail !== '' };
}

/**
 * Whether two headers describe the same check, so that runs of one may stand in for the other's.
 *
 * Everything counts but `command`, which may be typed in many ways.
 *
 * @returns null, or a sentence with the first difference
 */
export function sameCheck(a: RecordHeader, b: RecordHeader): string | null {
  return firstDifference({ ...a, command: '' }, { ...b, command: '' }, '');
}

function firstDifference(a: unknown, b: unknown, path: string): string | null {
  if (isDeepStrictEqual(a, b)) return null;
  if (isPlain(a) && isPlain(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const difference = firstDifference(a[key], b[key], path === '' ? key : `${path}.${key}`);
      if (difference !== null) return difference;
    }
    return null;
  }
  return `${path} was ${inWords(a)} and is ${inWords(b)}`;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inWords(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}

function formatEntry({ run, rows, durationMs }: JournalEntry): string {
  return formatLine({ run: plainRun(run), rows: rows.map(plainRow), durationMs });
}
