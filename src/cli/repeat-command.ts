import { relative, resolve } from 'node:path';
import { flagsOf, type CommandName, type SettingKey } from './flags.js';
import type { MergedSettings, Settings } from './settings.js';

/** Settings that change what is found; the others (workers, folders, reporters) never do, so a repeat leaves them out. */
const MEASURING: readonly SettingKey[] = [
  'widths',
  'depths',
  'width',
  'depth',
  'seeds',
  'seed',
  'steps',
  'grid',
  'extend',
  'space',
  'trials',
  'search',
  'set',
  'engine',
  'threads',
  'taps',
  'control',
  'targetWidth',
  'targetSteps',
  'targetBatch',
  'verifyWidth',
];

/** What a command line is put together from. */
export interface CommandParts {
  /** The command; `check` is the default one and left out. */
  name: CommandName;
  /** Path of the model file. */
  model: string;
  /** The settings and their sources. */
  merged: MergedSettings;
  /** The working folder the path is made relative to. */
  folder: string;
}

/**
 * The command that repeats a check, a sweep, a tuning or a prescription, ready for a shell.
 *
 * It holds what flags and environment gave, not what the config file or the model say: those are there next time too.
 * Two checks that must write equal records have equal commands, whatever their workers and folders.
 */
export function repeatCommand(parts: CommandParts): string {
  return command(parts, MEASURING);
}

/** The command that goes on with an interrupted one: the repeating one, with its folder and `--resume`. */
export function resumeCommand(parts: CommandParts): string {
  return `${command(parts, [...MEASURING, 'workers', 'timeBudget', 'reporter', 'out'])} --resume`;
}

/** Quotes a word for a POSIX shell where it needs it. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function command({ name, model, merged, folder }: CommandParts, keys: readonly SettingKey[]): string {
  const { settings, from } = merged;
  const path = relative(folder, resolve(folder, model));
  const words = ['npx', 'coordcheck', ...(name === 'check' ? [] : [name]), path.startsWith('-') ? `./${path}` : path];
  for (const { key, flag } of flagsOf(name)) {
    if (!keys.includes(key) || from[key] === undefined || from[key] === 'config') continue;
    for (const text of texts(key, settings)) words.push(flag, text);
  }
  return words.map(shellQuote).join(' ');
}

/** The texts that would parse to a setting's value again. */
function texts(key: SettingKey, settings: Settings): string[] {
  if (key === 'set') return Object.entries(settings.set ?? {}).map(([name, value]) => `${name}=${value}`);
  if (key === 'grid') return Object.entries(settings.grid ?? {}).map(([name, values]) => `${name}=${gridText(values)}`);
  if (key === 'space') {
    return Object.entries(settings.space ?? {}).map(([name, values]) => `${name}=${spaceText(values)}`);
  }
  if (key === 'timeBudget') return [`${settings.timeBudget}ms`];
  if (key === 'reporter') {
    return (settings.reporter ?? []).map(({ name, file }) => (file === null ? name : `${name}=${file}`));
  }
  const value = settings[key];
  return [Array.isArray(value) ? value.join(',') : String(value)];
}

function spaceText(values: NonNullable<Settings['space']>[string]): string {
  if (!('from' in values)) return values.map(valueText).join(',');
  return `${values.scale === 'linear' ? 'lin:' : ''}${valueText(values.from)}..${valueText(values.to)}`;
}

function gridText(values: NonNullable<Settings['grid']>[string]): string {
  if (!('from' in values)) return values.map(valueText).join(',');
  const points = values.points === undefined ? '' : `/${values.points}`;
  return `${valueText(values.from)}..${valueText(values.to)}${points}`;
}

/** A power of two as people write it: 2^-9, where its digits are many. */
function valueText(value: number | string | boolean): string {
  const exponent = typeof value === 'number' && value > 0 ? Math.log2(value) : Number.NaN;
  return Number.isInteger(exponent) && String(value).length > 6 ? `2^${exponent}` : String(value);
}
