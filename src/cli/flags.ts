/** A setting of a check, as the command line spells it. Its meaning is in `setting-schemas.ts`. */
export interface Flag {
  /** Key in `coordcheck.config.ts` and in the settings. */
  key: SettingKey;
  flag: string;
  /** What follows the flag; null for a switch. It ends in `…` where the flag may be given several times. */
  argument: string | null;
  /** Completes "expected …" when the value is wrong. */
  expected: string;
  description: string;
}

const numbers = 'positive whole numbers separated by commas';
const one = 'a positive whole number';
const onOff = 'true or false';
const engines = 'auto, onnx, tfjs-node-gpu, tfjs-node, wasm or cpu';
const reporters = 'terminal, html, json or markdown, each with or without =FILE';

const SETTINGS = [
  { key: 'widths', argument: 'N,N,…', expected: numbers, description: 'widths to train at' },
  { key: 'depths', argument: 'N,N,…', expected: numbers, description: 'depths to train at' },
  { key: 'seeds', argument: 'N', expected: one, description: 'how many seeds' },
  {
    key: 'seed',
    argument: 'ROOT',
    expected: 'a whole number, 0 or more',
    description: 'root seed of everything drawn',
  },
  { key: 'steps', argument: 'N', expected: one, description: 'training steps to record' },
  { key: 'set', argument: 'NAME=VALUE…', expected: 'NAME=VALUE', description: 'set a hyperparameter of the model' },
  { key: 'engine', argument: 'NAME', expected: engines, description: `engine to train on: ${engines}` },
  { key: 'workers', argument: 'N', expected: one, description: 'worker processes' },
  { key: 'threads', argument: 'N', expected: one, description: 'threads of each process' },
  { key: 'taps', argument: 'GLOB,…', expected: 'globs separated by commas', description: 'taps to record' },
  { key: 'reporter', argument: 'NAME[=FILE],…', expected: reporters, description: reporters },
  { key: 'out', argument: 'DIR', expected: 'a folder', description: 'folder for report, result and records' },
  { key: 'resume', argument: null, expected: onOff, description: 'take the finished runs of an interrupted check' },
  { key: 'control', argument: 'sp', expected: 'sp', description: 'build in standard parametrization: it must fail' },
  { key: 'targetWidth', argument: 'W', expected: one, description: 'width of the launch, to extrapolate sizes to' },
  {
    key: 'timeBudget',
    argument: 'TIME',
    expected: 'a duration such as 90s, 5m or 1h30m',
    description: 'start no run after this long: 90s, 5m, 1h30m',
  },
  { key: 'quiet', argument: null, expected: onOff, description: 'no progress; the verdict and the paths only' },
  { key: 'verbose', argument: null, expected: onOff, description: 'every run as it starts; stack traces of errors' },
] as const;

/** The key of a setting. */
export type SettingKey = (typeof SETTINGS)[number]['key'];

/** Every setting of a check: one line each feeds `--help`, the environment, the config file and every error's sentence. */
export const FLAGS: readonly Flag[] = SETTINGS.map((setting) => ({
  ...setting,
  flag: `--${setting.key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
}));

/** The environment variable of a setting: `COORDCHECK_TARGET_WIDTH` for `targetWidth`. */
export function environmentName(key: SettingKey): string {
  return `COORDCHECK_${key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
