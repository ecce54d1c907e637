import type { RunSettings, SettledParameter } from '../capture/trials.js';
import type { TargetParameter, TargetSettings } from '../verdict/tune-result.js';
import { exactPower, linearSize, measuredPower } from './power-of-width.js';

/** One at each of three widths, narrowest first. */
export type Three<T> = [T, T, T];

/** Settings at a further width, and what is not known of them. */
export interface Extrapolated {
  optimizer: TargetSettings['optimizer'];
  isPerParameter: boolean | null;
  parameters: Record<string, TargetParameter>;
  /** Sentences. */
  problems: string[];
}

/**
 * Settings at a further width from those at three.
 *
 * Extrapolated is what is an exact power of the width (rates, multipliers, decay, epsilon), or within the scatter of its
 * draw a power with a multiple of ½ (initial sizes). What is neither is null, what the optimizer has at every width alike is
 * kept, and all else is named.
 */
export function extrapolatedSettings(found: Three<RunSettings>, widths: Three<number>, width: number): Extrapolated {
  const { optimizer, isOne, problems } = sharedOptimizer(found, widths);
  const names = new Set(found.flatMap(({ parameters }) => Object.keys(parameters)));
  const parameters = [...names].flatMap((name): [string, TargetParameter][] => {
    const rows = found.map(({ parameters: { [name]: row } }) => row);
    if (rows.some((row) => row === undefined)) {
      problems.push(
        `${name} is not a parameter at every one of widths ${widths.join(', ')}, so nothing is known of it.`,
      );
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
    return [[name, { shape, ...row, ...(isOne ? {} : UNTRAINED) }]];
  });
  const each = new Set(found.map(({ isPerParameter }) => isPerParameter));
  const isPerParameter = each.has(null) ? null : !each.has(false);
  return { optimizer, isPerParameter, parameters: Object.fromEntries(parameters), problems };
}

/** What is not known of a parameter where it is not known what trains it. */
const UNTRAINED = { learningRate: null, weightDecay: null, epsilon: null };

/** What three optimizers have in common, and sentences on what they have not; one class and form of decay is one optimizer. */
function sharedOptimizer(
  found: Three<RunSettings>,
  widths: Three<number>,
): { optimizer: TargetSettings['optimizer']; isOne: boolean; problems: string[] } {
  const all = found.map(({ optimizer }) => optimizer);
  const [{ config, ...first }] = all as Three<TargetSettings['optimizer']>;
  const told = (what: string, values: readonly Shown[], then: string): string[] =>
    differs(values) ? [`${what} is ${values.map(shown).join(', ')} at widths ${widths.join(', ')}: ${then}`] : [];
  const [classes, forms] = [all.map(({ className }) => className), all.map(({ decayForm }) => decayForm)];
  const schedules = all.map(({ isScheduled }) => isScheduled);
  const keys = [...new Set(all.flatMap((optimizer) => Object.keys(optimizer.config)))];
  const settings = keys.map((key): [string, Shown[]] => [key, all.map((optimizer) => optimizer.config[key])]);
  const shared = settings.filter(([, values]) => !differs(values)).map(([key]) => [key, config[key]]);
  return {
    optimizer: { ...first, config: Object.fromEntries(shared) as typeof config },
    isOne: !differs(classes) && !differs(forms),
    problems: [
      ...told('The optimizer', classes, 'rates, weight decay and epsilon are not known.'),
      ...told("The optimizer's weight decay", forms, 'rates, weight decay and epsilon are not known.'),
      ...told('Whether a schedule moves the rates', schedules, 'which it is at the target is not known.'),
      ...settings.flatMap(([key, values]) =>
        told(`The optimizer's ${key}`, values, 'it depends on the width, and is left out.'),
      ),
    ],
  };
}

/** A setting of an optimizer's; undefined where it has none of that name. */
type Shown = string | number | boolean | undefined;

function differs(values: readonly Shown[]): boolean {
  return new Set(values).size > 1;
}

function shown(value: Shown): string {
  return value === undefined ? 'nothing' : String(value);
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
    value: row.initStd ?? Number.NaN,
    count: row.shape.reduce((product, size) => product * size, 1),
  }));
  const isUnmeasured = rows.every((row) => row.initStd === null);
  const size = measuredPower(sized as Three<(typeof sized)[number]>, width);
  const initStd = isUnmeasured ? null : told('initStd', size);
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
