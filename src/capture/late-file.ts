import { existsSync, readFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import type { ProgressListener } from './progress.js';

/** A file of finished runs or trials, opened with the first of them. */
export interface LateFile<File> {
  opened(): Promise<File>;
  /** Closes it, where it was opened. */
  close(): Promise<void>;
}

/** What becomes of the file that an earlier command left. */
interface LateFileOptions {
  /** NAME.WHAT.ndjson */
  path: string;
  /** What it holds, as it is called: runs, trials. */
  what: string;
  /** Whether that is taken up. */
  resume: boolean;
  onProgress?: ProgressListener | undefined;
}

/**
 * Opens a file not before there is something to keep: a mistake that shows first must leave an earlier one as it was. One
 * that is not taken up is moved aside.
 */
export function lateFile<File extends { close(): Promise<void> }>(
  { path, what, resume, onProgress }: LateFileOptions,
  open: () => Promise<File>,
): LateFile<File> {
  let file: Promise<File> | null = null;
  const first = async (): Promise<File> => {
    if (!resume) await setAside(path, what, onProgress);
    return open();
  };
  return {
    opened: () => (file ??= first()),
    close: async () => {
      const found = await file;
      await found?.close();
    },
  };
}

/** What took hours must not go at the first line of the next command; a file that holds nothing stays where it is. */
async function setAside(path: string, what: string, onProgress: ProgressListener = () => {}): Promise<void> {
  if (!holdsAny(path)) return;
  let aside = placeAside(path, 'before');
  for (let i = 2; existsSync(aside); i++) aside = placeAside(path, `before-${i}`);
  await rename(path, aside);
  const message = `${what} of an earlier command were moved to ${aside}; with --resume they would have been taken up`;
  onProgress({ type: 'warning', message });
}

/** Whether anything stands below its header. */
function holdsAny(path: string): boolean {
  return existsSync(path) && readFileSync(path, 'utf8').trimEnd().includes('\n');
}

function placeAside(path: string, which: string): string {
  return path.replace(/\.ndjson$/, `.${which}.ndjson`);
}
