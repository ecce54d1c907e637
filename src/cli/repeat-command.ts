import { relative, resolve } from 'node:path';
import { FLAGS, type SettingKey } from './flags.js';
import type { MergedSettings, Settings } from './settings.js';

/** Settings that change what is found; the others (workers, folders, reporters) never do, so a repeat leaves them out. */
const MEASURING: readonly SettingKey[] = [
  'widths',
  'depths',
  'seeds',
  'seed',
  'steps',
  'set',
  'engine',
  'threads',
  'taps',
  'control',
  'targetWidth',
];

/**
 * The command that repeats a check, ready for a shell.
 *
 * It holds what flags and environment gave, not what the config file or the model say: those are there next time too.
 * Two checks that must write equal records have equal commands, whatever their workers and folders.
 *
 * @param model - path of the model file
 * @param merged - the settings and their sources
 * @param folder - the working folder the path is made relative to
 */
export function repeatCommand(model: string, merged: MergedSettings, folder: string): string {
  return command(model, merged, { folder, keys: MEASURING });
}

/** The command that derives a prescription again. */
export function prescribeAgain(model: string, merged: MergedSettings, folder: string): string {
  return command(model, merged, { folder, keys: MEASURING, name: 'prescribe' });
}

/** The command that goes on with an interrupted check: the repeating one, with its folder and `--resume`. */
export function resumeCommand(model: string, merged: MergedSettings, folder: string): string {
  return `${command(model, merged, { folder, keys: [...MEASURING, 'workers', 'timeBudget', 'reporter', 'out'] })} --resume`;
}

/** Quotes a word for a POSIX shell where it needs it. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function command(
  model: string,
  { settings, from }: MergedSettings,
  { folder, keys, name }: { folder: string; keys: readonly SettingKey[]; name?: string },
): string {
  const path = relative(folder, resolve(folder, model));
  const words = ['npx', 'coordcheck', ...(name === undefined ? [] : [name]), path.startsWith('-') ? `./${path}` : path];
  for (const { key, flag } of FLAGS) {
    if (!keys.includes(key) || from[key] === undefined || from[key] === 'config') continue;
    for (const text of texts(key, settings)) words.push(flag, text);
  }
  return words.map(shellQuote).join(' ');
}

/** The texts that would parse to a setting's value again. */
function texts(key: SettingKey, settings: Settings): string[] {
  if (key === 'set') return Object.entries(settings.set ?? {}).map(([name, value]) => `${name}=${value}`);
  if (key === 'timeBudget') return [`${settings.timeBudget}ms`];
  if (key === 'reporter') {
    return (settings.reporter ?? []).map(({ name, file }) => (file === null ? name : `${name}=${file}`));
  }
  const value = settings[key];
  return [Array.isArray(value) ? value.join(',') : String(value)];
}
