import { flagsOf } from './flags.js';
import type { MergedSettings } from './settings.js';

/** The settings as `--print-config` shows them: JSON, each with where it came from. */
export function configText({ settings, from }: MergedSettings): string {
  const entries = flagsOf('check').map(({ key }) => [
    key,
    { value: settings[key] ?? null, from: from[key] ?? 'the model, else the default' },
  ]);
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}
