import { loadConfig } from './config-file.js';
import type { CommandName } from './flags.js';
import { mergeSettings, unknownVariables, type MergedSettings } from './settings.js';
import type { Terminal } from './terminal.js';

/**
 * The settings of a command: from its flags, the environment and the folder's config file. Warns of variables that name
 * none.
 *
 * @throws CoordCheckError where one of them is not what it may be
 */
export async function readSettings(
  flags: Record<string, unknown>,
  { environment, folder, stderr }: Terminal,
  command?: CommandName,
): Promise<MergedSettings> {
  const { config, path: configPath } = (await loadConfig(folder)) ?? {};
  const merged = mergeSettings({
    flags,
    environment,
    config,
    ...(configPath ? { configPath } : {}),
    ...(command ? { command } : {}),
  });
  for (const name of unknownVariables(environment)) stderr.print(`warning: ${name} names no setting and is not used\n`);
  return merged;
}
