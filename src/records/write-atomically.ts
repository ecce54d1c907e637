import { open, rename, rm } from 'node:fs/promises';
import { failure } from '../errors.js';

/**
 * Writes a file so that readers see the old bytes or all the new ones, never a part: a temporary file beside it,
 * flushed to disk, then renamed over it.
 *
 * @throws CoordCheckError OUTPUT_UNWRITABLE
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw failure('OUTPUT_UNWRITABLE', { path, reason: (cause as Error).message }, { cause });
  }
}
