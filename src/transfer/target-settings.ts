import type { RunSettings, SettledParameter } from '../capture/trials.js';
import { CoordCheckError } from '../errors.js';
import type { Setting } from '../records/trial.js';
import type { TargetParameter, TargetSettings } from '../verdict/tune-result.js';
import { exactPower, linearSize, measuredPower } from './power-of-width.js';
import { trialOf, type Tuning } from './tuning.js';

/** What a target is to be launched with, how that is known, and whether its model tells parameters apart. */
export interface SettledTarget {
  settings: TargetSettings;
  /** Sentences. */
  notes: string[];
  /** Null for an optimizer that does not show what it does. */
  isPerParameter: boolean | null;
}

/**
 * The settings of a target: of the model as it is built at the target's width where it fits in memory, else extrapolated.
 *
 * Extrapolated is what is an exact power of the width (rates, multipliers, decay, epsilon), or within the scatter of its
 * draw a power with a multiple of ½ (initial sizes), at the proxy's width, twice it and four times it. What is neither is
 * null, and named.
 *
 * @param setting - the chosen hyperparameters
 * @throws CoordCheckError BUILD_FAILED, and what the model and its optimizer throw
 */
export async function targetSettings(
  tuning: Tuning,
  { width, fits }: { width: number; fits: boolean },
  setting: Setting,
): Promise<SettledTarget> {
  const settled = fits
    ? { ...(await settingsAt(tuning, width, setting)), problems: [] }
    : await extrapolated(tuning, width, setting);
  const { optimizer, parameters, isPerParameter, problems } = settled;
  const notes = [
    fits
      ? `Measured on the model built at width ${width}; initial std is the RMS of one draw. A multiplier in the model's own code is not seen.`
      : `Extrapolated: a model of width ${width} does not fit in memory here. Every number is a power of the width at widths ${proxyWidths(tuning).join(', ')}. A multiplier in the model's own code is not seen.`,
    ...problems,
    ...(isPerParameter === null ? [unknownText(optimizer.className)] : []),
    ...(isPerParameter === true && optimizer.className === 'Adagrad' ? [ADAGRAD] : []),
  ];
  const head = { schema: 'coordcheck/target', schemaVersion: 1 } as const;
  const { name } = tuning.trials.model;
  const hyperparameters = { ...tuning.hyperparameters, ...setting };
  const rest = { name, targetWidth: width, depth: tuning.depth, hyperparameters, optimizer, parameters };
  return { settings: { ...head, ...rest }, notes, isPerParameter };
}

const ADAGRAD = 'Adagrad starts its accumulators at values that scale with width, too, and are not listed.';

function unknownText(className: string): string {
  return `${className} is neither TF.js's nor of coordcheck/mup, and does not show what it does with each parameter: rates, weight decay and epsilon are not known.`;
}

function settingsAt(tuning: Tuning, width: number, setting: Setting): Promise<RunSettings> {
  return tuning.trials.settings(trialOf(tuning, setting, { width }));
}

/** Widths to extrapolate from: multiples of the proxy's, which any model that has the proxy should have. */
function proxyWidths({ width }: Tuning): [number, number, number] {
  return [width, 2 * width, 4 * width];
}

type Three<T> = [T, T, T];

async function extrapolated(
  tuning: Tuning,
  width: number,
  setting: Setting,
): Promise<Omit<RunSettings, 'parameters'> & { parameters: Record<string, TargetParameter>; problems: string[] }> {
  const widths = proxyWidths(tuning);
  const found: RunSettings[] = [];
  for (const each of widths) found.push(await settingsAt(tuning, each, setting));
  const [narrow] = found as Three<RunSettings>;
  const problems: string[] = [];
  const parameters = Object.keys(narrow.parameters).flatMap((name): [string, TargetParameter][] => {
    const rows = found.map(({ parameters }) => parameters[name]);
    if (rows.some((row) => row === undefined)) {
      problems.push(`${name} is not a parameter at every one of widths ${widths.join(', ')}.`);
      return [];
    }
    const three = rows as Three<SettledParameter>;
    const shape = shapeAt(three, widths, width);
    if (shape === null) {
      problems.push(`${name}: its shape is not linear in the width, so nothing is known of it.`);
      return [];
    }
    const { row, unknown } = extrapolatedRow(three, widths, width);
    if (unknown.length > 0) problems.push(`${name}: ${unknown.join(', ')} is no power of the width, and not known.`);
    return [[name, { shape, ...row }]];
  });
  return { ...narrow, parameters: Object.fromEntries(parameters), problems };
}

const EXACT = ['learningRate', 'multiplier', 'weightDecay', 'epsilon'] as const;

function extrapolatedRow(
  rows: Three<SettledParameter>,
  widths: Three<number>,
  width: number,
): { row: Omit<TargetParameter, 'shape'>; unknown: string[] } {
  const unknown: string[] = [];
  const told = (what: string, value: number | null): number | null => {
    if (value === null) unknown.push(what);
    return value;
  };
  const exact = (what: string, f: (row: SettledParameter) => number | null): number | null => {
    // What is null at every width is not to be known at another, and is told as a whole.
    if (rows.every((row) => f(row) === null)) return null;
    return told(
      what,
      exactPower(
        at(rows, widths, (row) => f(row) ?? Number.NaN),
        width,
      ),
    );
  };
  const [learningRate, multiplier, weightDecay, epsilon] = EXACT.map((key) => exact(key, (row) => row[key]));
  const sized = rows.map((row, i) => ({
    width: widths[i] ?? 0,
    value: row.initStd,
    count: row.shape.reduce((product, size) => product * size, 1),
  }));
  const initStd = told('initStd', measuredPower(sized as Three<(typeof sized)[number]>, width));
  const tied = Object.keys(rows[0].tied ?? {}).flatMap((layer): [string, number][] => {
    const value = exact(layer, (row) => row.tied?.[layer] ?? null);
    return value === null ? [] : [[layer, value]];
  });
  const rates = { learningRate: learningRate ?? null, initStd, multiplier: multiplier ?? null };
  const row = { ...rates, weightDecay: weightDecay ?? null, epsilon: epsilon ?? null };
  return { row: tied.length === 0 ? row : { ...row, tied: Object.fromEntries(tied) }, unknown };
}

function shapeAt(rows: Three<SettledParameter>, widths: Three<number>, width: number): number[] | null {
  const sizes = rows[0].shape.map((_, d) =>
    linearSize(
      at(rows, widths, ({ shape }) => shape[d] ?? 0),
      width,
    ),
  );
  return sizes.every((size) => size !== null) ? sizes : null;
}

/** What the rows have at their widths. */
function at(
  rows: Three<SettledParameter>,
  widths: Three<number>,
  f: (row: SettledParameter) => number,
): Three<{ width: number; value: number }> {
  return rows.map((row, i) => ({ width: widths[i] ?? 0, value: f(row) })) as Three<{ width: number; value: number }>;
}

/**
 * Whether a model of some width fits in memory here; its estimated needs then count when trials are made.
 *
 * Shapes are continued from the proxy's width and twice that, so that what does not fit is not built to find out.
 *
 * @throws CoordCheckError as a description does, but for DOES_NOT_FIT
 */
export async function fitsInMemory(tuning: Tuning, width: number): Promise<boolean> {
  try {
    await refuseUnfit(tuning, width);
    return true;
  } catch (error) {
    if (error instanceof CoordCheckError && error.code === 'DOES_NOT_FIT') return false;
    throw error;
  }
}

/** @throws CoordCheckError DOES_NOT_FIT where a model of some width does not fit in memory here */
export async function refuseUnfit({ trials, width, depth, hyperparameters }: Tuning, wide: number): Promise<void> {
  const widths = [...new Set([width, 2 * width, wide])].filter((each) => each <= wide);
  const depths = depth === null ? {} : { depths: [depth] };
  await trials.describe({ widths, ...depths, seeds: 1, set: hyperparameters });
}
