import { resolve } from 'node:path';
import { recheck } from '../check.js';
import { exitCode } from './exit-code.js';
import { readSettings } from './read-settings.js';
import type { Terminal } from './terminal.js';
import { shownPath, tellWritten, writeReports } from './write-reports.js';
import type { Reporter } from './setting-schemas.js';
import type { Verdict } from '../verdict/result.js';

/** A result given is not written again beside itself unless asked for. */
const REPORTERS: readonly Reporter[] = [
  { name: 'terminal', file: null },
  { name: 'html', file: null },
];

/**
 * Judges saved records again, or reads saved results of checks and sweeps, and reports them. Trains nothing and needs no model.
 *
 * @returns the exit code of the worst verdict
 */
export async function reportFiles(
  files: readonly string[],
  flags: Record<string, unknown>,
  terminal: Terminal,
): Promise<number> {
  const { settings } = await readSettings(flags, terminal, 'report');
  const { reporter: reporters = REPORTERS, out = 'reports', quiet: isQuiet = false } = settings;
  // Records are what results are made of; a result is written over itself only with itself.
  const kept = files.filter((file) => !file.endsWith('.json')).map((file) => shownPath(file, terminal.folder));
  const verdicts: Verdict[] = [];
  const written: string[] = [];
  for (const file of files) {
    const result = await recheck(resolve(terminal.folder, file));
    verdicts.push(result.verdict);
    const taken = [...written, ...kept];
    written.push(...(await writeReports(result, { reporters, out, isQuiet, taken }, terminal)));
  }
  tellWritten(written, reporters, terminal);
  return exitCode(verdicts);
}
