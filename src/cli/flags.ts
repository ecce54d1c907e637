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
  /** The commands that take it. */
  commands: readonly CommandName[];
  /** What it means for a command where the description does not fit. */
  of: Partial<Record<CommandName, string>>;
}

/** The commands with settings. */
export type CommandName = 'check' | 'prescribe' | 'sweep' | 'tune' | 'report';

const numbers = 'positive whole numbers separated by commas';
const one = 'a positive whole number';
const onOff = 'true or false';
const engines = 'auto, onnx, tfjs-node-gpu, tfjs-node, wasm or cpu';
const reporters = 'terminal, html, json or markdown, each with or without =FILE';

const CHECKING = ['check', 'prescribe', 'sweep'] as const;
const TRAINING = [...CHECKING, 'tune'] as const;
const EVERY = [...TRAINING, 'report'] as const;
const spaces = 'NAME=FROM..TO, NAME=lin:FROM..TO or NAME=VALUE,VALUE,…';
const grids = 'NAME=FROM..TO, NAME=FROM..TO/POINTS or NAME=VALUE,VALUE,…';

const SETTINGS = [
  { key: 'widths', argument: 'N,N,…', expected: numbers, description: 'widths to train at', commands: CHECKING },
  {
    key: 'depths',
    argument: 'N,N,…',
    expected: numbers,
    description: 'depths to train at',
    commands: ['check', 'sweep'],
  },
  {
    key: 'width',
    argument: 'W',
    expected: one,
    description: "width of the proxy; the narrowest of the model's own",
    commands: ['tune'],
  },
  {
    key: 'depth',
    argument: 'D',
    expected: one,
    description: "depth of proxy and target; the shallowest of the model's own",
    commands: ['tune'],
  },
  {
    key: 'seeds',
    argument: 'N',
    expected: one,
    description: 'how many seeds',
    commands: TRAINING,
    of: { tune: 'seeds that the best settings are compared over; 3' },
  },
  {
    key: 'seed',
    argument: 'ROOT',
    expected: 'a whole number, 0 or more',
    description: 'root seed of everything drawn',
    commands: TRAINING,
  },
  {
    key: 'steps',
    argument: 'N',
    expected: one,
    description: 'training steps to record',
    commands: TRAINING,
    of: { sweep: 'training steps of every trial; 300', tune: 'training steps of a full trial; 300' },
  },
  {
    key: 'grid',
    argument: 'NAME=VALUES…',
    expected: grids,
    description: `what to sweep, for example learningRate=2^-12..2^-5: ${grids}`,
    commands: ['sweep'],
  },
  {
    key: 'extend',
    argument: 'N',
    expected: 'a whole number, 0 or more',
    description: 'how many values a grid may grow by at each end; 6',
    commands: ['sweep'],
  },
  {
    key: 'space',
    argument: 'NAME=VALUES…',
    expected: spaces,
    description: `what to search, for example learningRate=2^-12..2^-5 (even in the log): ${spaces}`,
    commands: ['tune'],
  },
  { key: 'trials', argument: 'N', expected: one, description: 'how many settings are drawn; 32', commands: ['tune'] },
  {
    key: 'search',
    argument: 'NAME',
    expected: 'halving or random',
    description: 'halving stops the worse trials early, random trains all in full; halving',
    commands: ['tune'],
  },
  {
    key: 'set',
    argument: 'NAME=VALUE…',
    expected: 'NAME=VALUE',
    description: 'set a hyperparameter of the model',
    commands: TRAINING,
  },
  {
    key: 'engine',
    argument: 'NAME',
    expected: engines,
    description: `engine to train on: ${engines}`,
    commands: TRAINING,
  },
  { key: 'workers', argument: 'N', expected: one, description: 'worker processes', commands: TRAINING },
  { key: 'threads', argument: 'N', expected: one, description: 'threads of each process', commands: TRAINING },
  {
    key: 'taps',
    argument: 'GLOB,…',
    expected: 'globs separated by commas',
    description: 'taps to record',
    commands: ['check', 'prescribe'],
  },
  {
    key: 'reporter',
    argument: 'NAME[=FILE],…',
    expected: reporters,
    description: reporters,
    commands: EVERY,
    of: { tune: 'terminal or json, each with or without =FILE' },
  },
  {
    key: 'out',
    argument: 'DIR',
    expected: 'a folder',
    description: 'folder for report, result and records',
    commands: EVERY,
    of: { tune: 'folder for result, target settings and trials' },
  },
  {
    key: 'resume',
    argument: null,
    expected: onOff,
    description: 'take the finished runs of an interrupted check',
    commands: ['check', 'sweep', 'tune'],
    of: {
      sweep: 'take the finished trials of an interrupted or a smaller sweep',
      tune: 'take the finished trials of an interrupted or a smaller tuning',
    },
  },
  {
    key: 'control',
    argument: 'sp',
    expected: 'sp',
    description: 'build in standard parametrization: it must fail',
    commands: CHECKING,
    of: {
      prescribe: 'prescribe for its standard parametrization',
      sweep: 'sweep its standard parametrization beside it',
    },
  },
  {
    key: 'targetWidth',
    argument: 'W',
    expected: one,
    description: 'width of the launch, to extrapolate sizes to',
    commands: ['check', 'tune'],
    of: { tune: 'width of the launch, to give settings for' },
  },
  {
    key: 'targetSteps',
    argument: 'N',
    expected: one,
    description: "training steps of the launch, for the cost; the proxy's",
    commands: ['tune'],
  },
  {
    key: 'targetBatch',
    argument: 'N',
    expected: one,
    description: "examples in the launch's batch, for the cost; the proxy's",
    commands: ['tune'],
  },
  {
    key: 'verifyWidth',
    argument: 'W',
    expected: one,
    description: 'width to train a few settings at, to tell what the chosen one loses there',
    commands: ['tune'],
  },
  {
    key: 'timeBudget',
    argument: 'TIME',
    expected: 'a duration such as 90s, 5m or 1h30m',
    description: 'start no run after this long: 90s, 5m, 1h30m',
    commands: ['check', 'sweep', 'tune'],
  },
  {
    key: 'quiet',
    argument: null,
    expected: onOff,
    description: 'no progress; the verdict and the paths only',
    commands: EVERY,
  },
  {
    key: 'verbose',
    argument: null,
    expected: onOff,
    description: 'every run as it starts; stack traces of errors',
    commands: EVERY,
  },
] as const;

/** The key of a setting. */
export type SettingKey = (typeof SETTINGS)[number]['key'];

/** Every setting: one line each feeds `--help`, the environment, the config file and every error's sentence. */
export const FLAGS: readonly Flag[] = SETTINGS.map((setting) => ({
  of: {},
  ...setting,
  flag: `--${setting.key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
}));

/** The environment variable of a setting: `COORDCHECK_TARGET_WIDTH` for `targetWidth`. */
export function environmentName(key: SettingKey): string {
  return `COORDCHECK_${key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** The flags of a command, described as they work there. */
export function flagsOf(command: CommandName): Flag[] {
  return FLAGS.filter(({ commands }) => commands.includes(command)).map((flag) => ({
    ...flag,
    description: flag.of[command] ?? flag.description,
  }));
}
