import { open, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { failure } from '../errors.js';

/**
 * Writes a file so that readers see the old bytes or all the new ones, never a part: a temporary file beside it,
 * flushed to disk, then renamed over it. Of a link the file that it leads to.
 *
 * One that a killed process left of the same file goes with it. What is no file of bytes, a pipe or a device, is written to
 * and stays what it is.
 *
 * @throws CoordCheckError OUTPUT_UNWRITABLE
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  try {
    const [target, kind] = await Promise.all([realpath(path).catch(() => path), stat(path).catch(() => null)]);
    if (kind !== null && !kind.isFile() && !kind.isDirectory()) return await writeFile(path, text);
    await replace(target, text);
    // The file is whole: what cannot be tidied up beside it is no failure.
    await removeLeftovers(target).catch(() => {});
  } catch (cause) {
    throw failure('OUTPUT_UNWRITABLE', { path, reason: (cause as Error).message }, { cause });
  }
}

async function replace(path: string, text: string): Promise<void> {
  const temporary = temporaryOf(path, process.pid);
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

function temporaryOf(path: string, pid: number): string {
  return `${path}.${pid}.tmp`;
}

/** Removes the temporary files of processes that are gone. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const start = `${basename(path)}.`;
  for (const name of await readdir(folder)) {
    const pid = name.startsWith(start) ? /^(\d+)\.tmp$/.exec(name.slice(start.length))?.[1] : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // One of another user may not be signalled, and runs.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
