import { existsSync, readFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import type { ProgressListener } from './progress.js';

/**
 * Moves a file of finished runs or trials that is not to be taken up out of the way, and warns of it: what took hours must
 * not go at the first line of the next command. One that holds none stays where it is.
 *
 * @param path - NAME.WHAT.ndjson, which becomes NAME.WHAT.before.ndjson
 * @param what - what it holds, as it is called: runs, trials
 */
export async function setAside(path: string, what: string, onProgress: ProgressListener = () => {}): Promise<void> {
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
