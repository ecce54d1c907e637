import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadModule } from '../model/load.js';
import type { Settings } from './settings.js';

/** The names looked for, first found first. */
const NAMES = ['coordcheck.config.ts', 'coordcheck.config.mts', 'coordcheck.config.js', 'coordcheck.config.mjs'];

/**
 * What `coordcheck.config.ts` may export by default: settings of a check, as its flags are called.
 *
 * A duration is written as on the command line (`'5m'`), a reporter too (`'html=report.html'`).
 */
export type Config = Omit<Settings, 'reporter' | 'timeBudget'> & { reporter?: readonly string[]; timeBudget?: string };

/** Loads the config file of a folder, if it has one. */
export async function loadConfig(folder: string): Promise<{ config: unknown; path: string } | null> {
  const name = NAMES.find((each) => existsSync(join(folder, each)));
  if (name === undefined) return null;
  const loaded = (await loadModule(join(folder, name))) as { default?: unknown };
  // Null, not undefined, where nothing is exported by default: an empty config file is a mistake worth a sentence.
  return { config: loaded.default ?? null, path: name };
}
