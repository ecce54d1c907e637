import type * as z from 'zod';
import { failure } from '../errors.js';
import { environmentName, FLAGS, flagsOf, type CommandName, type SettingKey } from './flags.js';
import { SETTING_SCHEMAS } from './setting-schemas.js';

/** Settings given by flag, environment or config file; what is missing is the model's own to say, or a default. */
export type Settings = { [K in SettingKey]?: z.output<(typeof SETTING_SCHEMAS)[K]> };

/** Where a setting can come from, strongest first. */
export type SettingSource = 'flag' | 'environment' | 'config';

/** Merged settings, and where each came from. */
export interface MergedSettings {
  settings: Settings;
  from: Partial<Record<SettingKey, SettingSource>>;
}

/** Raw values before they are parsed. */
export interface RawSettings {
  /** As commander read them. */
  flags: Readonly<Record<string, unknown>>;
  environment: Readonly<Record<string, string | undefined>>;
  /** The config file's default export. */
  config?: unknown;
  /** The config file's path, for sentences. */
  configPath?: string;
  /** Only the settings of this command are looked at; all unless given. */
  command?: CommandName;
}

/**
 * Parses and merges settings: flags beat the environment, which beats the config file. `set` is merged by name.
 *
 * @throws CoordCheckError SETTING_INVALID for the first value that is not what its setting takes
 */
export function mergeSettings(raw: RawSettings): MergedSettings {
  const merged: MergedSettings = { settings: {}, from: {} };
  const configPath = raw.configPath ?? 'the config file';
  const config = configValues(raw.config, configPath);
  for (const { key, flag } of raw.command === undefined ? FLAGS : flagsOf(raw.command)) {
    // Weakest first, so that a stronger source overwrites.
    take(merged, key, { source: 'config', given: config[key], where: `${key} of ${configPath}` });
    const variable = environmentName(key);
    take(merged, key, { source: 'environment', given: raw.environment[variable], where: variable });
    take(merged, key, { source: 'flag', given: raw.flags[key], where: flag });
  }
  return merged;
}

/** Environment variables that look meant for coordcheck but name no setting. */
export function unknownVariables(environment: RawSettings['environment']): string[] {
  const known = new Set(FLAGS.map(({ key }) => environmentName(key)));
  return Object.keys(environment).filter((name) => name.startsWith('COORDCHECK_') && !known.has(name));
}

function take(
  merged: MergedSettings,
  key: SettingKey,
  { source, given, where }: { source: SettingSource; given: unknown; where: string },
): void {
  if (given === undefined) return;
  const parsed = SETTING_SCHEMAS[key].safeParse(given);
  if (!parsed.success) throw invalid(key, where, given);
  const value = isByName(key) ? { ...merged.settings[key], ...(parsed.data as object) } : parsed.data;
  Object.assign(merged.settings, { [key]: value });
  merged.from[key] = source;
}

/** Settings that hold a value by name: a stronger source adds to a weaker one. */
function isByName(key: SettingKey): key is 'set' | 'grid' | 'space' {
  return key === 'set' || key === 'grid' || key === 'space';
}

function invalid(key: SettingKey, where: string, given: unknown): Error {
  const found = FLAGS.find((each) => each.key === key);
  const got = Array.isArray(given) && given.every((each) => typeof each === 'string') ? given.join(',') : given;
  return failure('SETTING_INVALID', {
    where,
    expected: found?.expected ?? key,
    got: typeof got === 'string' ? `"${got}"` : (JSON.stringify(got) ?? typeof got),
    hint: `${found?.flag}${found?.argument ? ` ${found.argument}` : ''}: ${found?.description}.`,
  });
}

function configValues(config: unknown, path: string): Record<string, unknown> {
  if (config === undefined) return {};
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw failure('SETTING_INVALID', {
      where: path,
      expected: 'a default export that is an object of settings',
      got: config === null ? 'null' : typeof config,
      hint: 'For example: export default { widths: [64, 128, 256, 512], seeds: 3 };',
    });
  }
  const keys = FLAGS.map(({ key }) => key as string);
  const unknown = Object.keys(config).find((key) => !keys.includes(key));
  if (unknown === undefined) return config as Record<string, unknown>;
  throw failure('SETTING_INVALID', {
    where: path,
    expected: 'settings by their names',
    got: `"${unknown}"`,
    hint: `Known: ${keys.join(', ')}.`,
  });
}
