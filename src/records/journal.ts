import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { formatLine, plainRow, plainRun } from './line.js';
import { openLines, readLines, type Lines } from './lines-file.js';
import type { RecordRow } from './record.js';
import type { RecordHeader, RunRecord } from './run.js';
import { headerSchema, rowSchema, runSchema } from './schema.js';

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

/** What a journal held when it was read; its entries are in completion order. */
export type JournalContent = Lines<RecordHeader, JournalEntry>;

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
  const file = await openLines(path, [formatLine(header), ...kept.map(formatEntry)]);
  return { append: (entry) => file.append(formatEntry(entry)), close: () => file.close() };
}

/**
 * Reads a journal, also one that a killed process left behind.
 *
 * @returns header and entries; the last line is dropped where it was torn
 * @throws CoordCheckError RECORDS_UNREADABLE; RECORDS_INVALID where any other line is at fault
 */
export async function readJournal(path: string): Promise<JournalContent> {
  return readLines(path, { header: headerSchema, entry: entrySchema });
}

/**
 * Whether what was made under one header may stand in for what is made under another: all must be the same but the command,
 * which says only how it was typed, and the width of the launch, which is no part of a training.
 *
 * @returns null, or a sentence with the first difference
 */
export function headerDifference<H extends { command: string; targetWidth?: number }>(a: H, b: H): string | null {
  const untold = { command: '', targetWidth: undefined };
  return firstDifference({ ...a, ...untold }, { ...b, ...untold });
}

/**
 * Where two plain values differ first.
 *
 * @returns null, or a sentence with the first difference
 */
function firstDifference(a: unknown, b: unknown, path = ''): string | null {
  if (isDeepStrictEqual(a, b)) return null;
  if (isPlain(a) && isPlain(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const difference = firstDifference(a[key], b[key], path === '' ? key : `${path}.${key}`);
      if (difference !== null) return difference;
    }
    return null;
  }
  // Two digests say no more.
  if (path === 'modelHash') return 'the model file has changed';
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
