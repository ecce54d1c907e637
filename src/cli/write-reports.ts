import { dirname, join, relative, resolve } from 'node:path';
import { fileName } from '../capture/keep-journal.js';
import { failure } from '../errors.js';
import { makeFolder } from '../records/make-folder.js';
import { writeAtomically } from '../records/write-atomically.js';
import { render, type ReportedResult, type ReportFormat } from '../report/render.js';
import { shownName, visibleProse } from '../visible.js';
import type { Reporter } from './setting-schemas.js';
import type { Terminal } from './terminal.js';

/** What is reported where no reporter was asked for. */
export const DEFAULT_REPORTERS: readonly Reporter[] = (['terminal', 'json', 'html'] as const).map((name) => ({
  name,
  file: null,
}));

/** How the files of each kind of result end, for the forms that go to a file unless told otherwise. */
const EXTENSIONS: Record<ReportedResult['schema'], Partial<Record<ReportFormat, string>>> = {
  'coordcheck/result': { html: '.html', json: '.result.json' },
  'coordcheck/sweep': { html: '.sweep.html', json: '.sweep.json' },
};

/** Where a result is reported to. */
export interface ReportPlan {
  reporters: readonly Reporter[];
  /** Output folder, relative to the terminal's. */
  out: string;
  /** One line for the verdict instead of the terminal report. */
  isQuiet: boolean;
  /** Files that other results of the same command were written to, which must stay. */
  taken?: readonly string[];
}

/**
 * Renders a result once for every reporter, to its file or to stdout.
 *
 * @returns the files written, as paths people are told
 * @throws CoordCheckError OUTPUT_UNWRITABLE; USAGE for a file that is taken
 */
export async function writeReports(result: ReportedResult, plan: ReportPlan, terminal: Terminal): Promise<string[]> {
  const { stdout, folder } = terminal;
  const written: string[] = [];
  for (const { name, file } of plan.reporters) {
    const target = file ?? defaultFile(name, result, plan.out);
    if (target === '-') {
      const isLine = plan.isQuiet && name === 'terminal';
      stdout.print(isLine ? quietLine(result.verdict, result) : await render(result, name, screenOptions(terminal)));
      continue;
    }
    if ([...(plan.taken ?? []), ...written].includes(shownPath(target, folder))) {
      const mistake = `expected a file of its own for every report, but ${shownPath(target, folder)} holds another`;
      throw failure('USAGE', {
        mistake,
        hint: 'Report them one at a time, each with another --out or --reporter NAME=FILE.',
      });
    }
    written.push(await writeText(target, await render(result, name, {}), folder));
  }
  return written;
}

/**
 * Writes a text to a file, whose folder is made.
 *
 * @param file - relative to `folder`, or absolute
 * @returns the file as people are told it
 * @throws CoordCheckError OUTPUT_UNWRITABLE
 */
export async function writeText(file: string, text: string, folder: string): Promise<string> {
  const path = resolve(folder, file);
  makeFolder(dirname(path));
  await writeAtomically(path, text);
  return shownPath(path, folder);
}

/** A path as people are told it: relative below the working folder, absolute elsewhere. */
export function shownPath(path: string, folder: string): string {
  const below = relative(folder, resolve(folder, path));
  return below.startsWith('..') ? resolve(folder, path) : below;
}

/** Tells which files were written: on stdout, unless it holds Markdown or JSON and belongs to whoever it is piped to. */
export function tellWritten(
  written: readonly string[],
  reporters: readonly Reporter[],
  { stdout, stderr }: Terminal,
): void {
  const isPayload = reporters.some(({ name, file }) => name !== 'terminal' && goesToStdout(name, file));
  const told = isPayload ? stderr : stdout;
  for (const file of written) told.print(`${file.endsWith('.html') ? 'report:' : 'wrote:'} ${file}\n`);
}

/** Whether a reporter's text goes to stdout: of every kind of result the same. */
export function goesToStdout(name: ReportFormat, file: string | null): boolean {
  return file === null ? EXTENSIONS['coordcheck/result'][name] === undefined : file === '-';
}

function defaultFile(format: ReportFormat, { schema, name }: ReportedResult, out: string): string {
  const extension = EXTENSIONS[schema][format];
  return extension === undefined ? '-' : join(out, `${fileName(name)}${extension}`);
}

/** How texts for this terminal are laid out. */
export function screenOptions({ stdout }: Terminal): { columns: number; color: boolean } {
  return { columns: stdout.columns, color: stdout.hasColor };
}

/** What `--quiet` leaves of a report: the outcome, and in a sentence why. */
export function quietLine(outcome: string, { name, summary }: { name: string; summary: string }): string {
  return `${outcome} ${shownName(name)}: ${visibleProse(summary)}\n`;
}
