import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { failure } from '../errors.js';

/**
 * Makes a folder and those it lies in.
 *
 * One by one, because `mkdirSync` with `recursive` never returns where a system refuses a folder as if what it lies in
 * were missing, as Linux does below /proc (Node 20.20).
 *
 * @throws CoordCheckError OUTPUT_UNWRITABLE
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  try {
    for (const folder of missing) make(folder);
    // Throws where a file of that name is there.
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw failure('OUTPUT_UNWRITABLE', { path, reason: (cause as Error).message }, { cause });
  }
}

/** Another process may have made it meanwhile. */
function make(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
