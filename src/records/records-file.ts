import { readFile } from 'node:fs/promises';
import { failure } from '../errors.js';
import { formatLine, parseLine, plainRow, plainRun, runInWords, validated, type LineAddress } from './line.js';
import type { RecordRow } from './record.js';
import { rowKey, runKey, sortRecords, type RecordSet } from './record-set.js';
import type { RecordHeader, RunRecord } from './run.js';
import { headerSchema, rowSchema, runSchema } from './schema.js';
import { writeAtomically } from './write-atomically.js';

/**
 * A record set as newline-delimited JSON in its canonical order: the header, then the runs, then the rows.
 *
 * Equal sets give equal text; `parseRecords` of it is the sorted set again. -0 is written as 0.
 *
 * @throws CoordCheckError RECORDS_INVALID for two runs or two rows with the same key, or a row whose run is missing
 */
export function formatRecords(set: RecordSet): string {
  const sorted = sortRecords(set);
  const keys = openLedger();
  const at = (line: number): LineAddress => ({ where: `records of ${set.header.name}`, line });
  sorted.runs.forEach((run, index) => keys.enterRun(run, at(index + 2)));
  sorted.rows.forEach((row, index) => keys.enterRow(row, at(index + 2 + sorted.runs.length)));
  keys.settle();
  const lines = [sorted.header, ...sorted.runs.map(plainRun), ...sorted.rows.map(plainRow)];
  return lines.map((line) => `${formatLine(line)}\n`).join('');
}

/**
 * Reads what `formatRecords` wrote: every line is checked; runs and rows may stand in any order after the header.
 *
 * @param where - the file's name as errors show it
 * @returns the set in its canonical order
 * @throws CoordCheckError RECORDS_INVALID with line number: not JSON, a field at fault, a run or row given twice,
 *   a row whose run is missing
 */
export function parseRecords(text: string, where: string): RecordSet {
  const keys = openLedger();
  const runs: RunRecord[] = [];
  const rows: RecordRow[] = [];
  let header: RecordHeader | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const at = { where, line: index + 1 };
    const value = parseLine(line, at);
    if (!header) {
      refuseOtherHeader(value, at);
      header = validated(headerSchema, value, at);
    } else if (isRow(value)) {
      const row = validated(rowSchema, value, at);
      keys.enterRow(row, at);
      rows.push(row);
    } else if (isJournalled(value)) {
      const why = 'it is the journal of a check that was stopped; the same check with --resume goes on from it';
      throw failure('RECORDS_INVALID', { ...at, why });
    } else {
      const run = validated(runSchema, value, at);
      keys.enterRun(run, at);
      runs.push(run);
    }
  }
  if (!header) throw failure('RECORDS_INVALID', { where, line: 1, why: 'the file is empty, not even a header' });
  keys.settle();
  return sortRecords({ header, runs, rows });
}

/**
 * Writes a record set to a file, whole or not at all.
 *
 * @throws CoordCheckError RECORDS_INVALID as formatRecords, OUTPUT_UNWRITABLE
 */
export async function writeRecords(path: string, set: RecordSet): Promise<void> {
  await writeAtomically(path, formatRecords(set));
}

/**
 * Reads a records file.
 *
 * @throws CoordCheckError RECORDS_UNREADABLE where there is no such file, RECORDS_INVALID as parseRecords
 */
export async function readRecords(path: string): Promise<RecordSet> {
  return parseRecords(await readRecordsText(path), path);
}

/**
 * The text of a records file or journal.
 *
 * @throws CoordCheckError RECORDS_UNREADABLE
 */
export async function readRecordsText(path: string): Promise<string> {
  try {
    // Some editors begin a file with a byte order mark.
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (cause) {
    throw failure('RECORDS_UNREADABLE', { path, reason: (cause as Error).message }, { cause });
  }
}

/** What says that a file begins with something else, in fewer words than its fields would. */
function refuseOtherHeader(value: unknown, at: LineAddress): void {
  const version = isObject(value) ? value['schemaVersion'] : undefined;
  if (version === 1) return;
  const why =
    version === undefined
      ? 'it does not begin with the header of records'
      : `schemaVersion is ${JSON.stringify(version)}, and this version of coordcheck reads 1`;
  throw failure('RECORDS_INVALID', { ...at, why });
}

/** A journal's line is a run with its rows. */
function isJournalled(value: unknown): boolean {
  return isObject(value) && 'run' in value && 'rows' in value;
}

/** Only rows have a subject: no extra marker is needed on 50 000 lines. */
function isRow(value: unknown): boolean {
  return isObject(value) && 'subject' in value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Remembers the keys that came by, with their lines, and refuses a second one. */
function openLedger() {
  const runLines = new Map<string, number>();
  const rowLines = new Map<string, number>();
  const awaited = new Map<string, { row: RecordRow; at: LineAddress }>();
  const promised = new Map<string, { run: RunRecord; at: LineAddress }>();
  const counts = new Map<string, number>();
  return {
    enterRun(run: RunRecord, at: LineAddress): void {
      enter(runLines, runKey(run), { at, what: `the run of ${runInWords(run)}` });
      promised.set(runKey(run), { run, at });
    },
    enterRow(row: RecordRow, at: LineAddress): void {
      const what = `${row.quantity} of ${row.name} at step ${row.step}, ${runInWords(row)},`;
      enter(rowLines, rowKey(row), { at, what });
      const key = runKey(row);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      if (!awaited.has(key)) awaited.set(key, { row, at });
    },
    /** Once all lines are in: a row without its run, or a run without all its rows, would be judged by half. */
    settle(): void {
      for (const [key, { row, at }] of awaited) {
        if (!runLines.has(key))
          throw failure('RECORDS_INVALID', { ...at, why: `no line gives the run of ${runInWords(row)}` });
      }
      for (const [key, { run, at }] of promised) {
        const got = counts.get(key) ?? 0;
        if (run.rowCount === undefined || run.rowCount === got) continue;
        const why = `the run of ${runInWords(run)} has ${run.rowCount} rows, but the file holds ${got}: it was cut short`;
        throw failure('RECORDS_INVALID', { ...at, why });
      }
    },
  };
}

function enter(lines: Map<string, number>, key: string, { at, what }: { at: LineAddress; what: string }): void {
  const first = lines.get(key);
  if (first !== undefined) throw failure('RECORDS_INVALID', { ...at, why: `${what} already stands in line ${first}` });
  lines.set(key, at.line);
}
