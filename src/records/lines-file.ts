import { open, type FileHandle } from 'node:fs/promises';
import type { z } from 'zod';
import { failure } from '../errors.js';
import { parseLine, validated } from './line.js';
import { readRecordsText } from './records-file.js';
import { writeAtomically } from './write-atomically.js';

/** A file of lines open for appending: what a killed process had appended stays. */
export interface LinesFile {
  /** Adds one line and returns once it is on disk. Lines stand in the order of these calls. */
  append(line: string): Promise<void>;
  /** Waits for pending lines and closes the file; the file itself stays. */
  close(): Promise<void>;
}

/**
 * Starts a file with the lines given, replacing any at `path`.
 *
 * @throws CoordCheckError OUTPUT_UNWRITABLE
 */
export async function openLines(path: string, lines: readonly string[]): Promise<LinesFile> {
  const unwritable = (cause: Error): never => {
    throw failure('OUTPUT_UNWRITABLE', { path, reason: cause.message }, { cause });
  };
  await writeAtomically(path, `${lines.join('\n')}\n`);
  const file = await open(path, 'a').catch(unwritable);
  let last: Promise<void> = Promise.resolve();
  return {
    append(line) {
      // One after another: two writes at once could interleave their bytes.
      const written = appendAfter(last, file, `${line}\n`);
      last = written.catch(() => {});
      return written.catch(unwritable);
    },
    async close() {
      await last;
      await file.close();
    },
  };
}

async function appendAfter(previous: Promise<void>, file: FileHandle, text: string): Promise<void> {
  await previous;
  await file.appendFile(text);
  await file.sync();
}

/** What a file of lines held: a header, then entries of one kind. */
export interface Lines<Header, Entry> {
  header: Header;
  /** In the order they were appended. */
  entries: Entry[];
  /** Whether a torn last line was dropped: the process died while writing it. */
  torn: boolean;
}

/**
 * Reads a header and its entries, also from a file that a killed process left behind.
 *
 * @throws CoordCheckError RECORDS_UNREADABLE; RECORDS_INVALID where any line but a torn last one is at fault
 */
export async function readLines<Header, Entry>(
  path: string,
  schemas: { header: z.ZodType<Header>; entry: z.ZodType<Entry> },
): Promise<Lines<Header, Entry>> {
  const lines = (await readRecordsText(path)).split('\n');
  // Every whole line ends in a newline: what follows the last one was never finished.
  const tail = lines.pop() ?? '';
  const [first, ...rest] = lines;
  if (first === undefined) throw failure('RECORDS_INVALID', { where: path, line: 1, why: 'the header is incomplete' });
  const read = <T>(schema: z.ZodType<T>, text: string, line: number): T =>
    validated(schema, parseLine(text, { where: path, line }), { where: path, line });
  return {
    header: read(schemas.header, first, 1),
    entries: rest.map((text, index) => read(schemas.entry, text, index + 2)),
    torn: tail !== '',
  };
}
