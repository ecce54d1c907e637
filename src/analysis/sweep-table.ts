import { fromRecorded } from '../records/record.js';
import type { Setting, TrialRecord } from '../records/trial.js';
import { drift, type Drift } from './drift.js';
import { optimum, type Optimum } from './optimum.js';
import { regret, type Regret } from './regret.js';
import { robustness } from './robustness.js';
import { arePositiveNumbers, scoreGrid, type ScoredPoint, type ScoreGrid } from './score-grid.js';
import { widerIsBetter, type WiderIsBetter } from './wider-is-better.js';

/** Score over the values of one hyperparameter, at one width and depth. */
export interface SweepCurve {
  width: number;
  depth: number | null;
  /** In the order of the grid, seeds beside each other. */
  points: ScoredPoint[];
  /** Of a hyperparameter with positive numbers as values; of any other the best value alone. */
  optimum: Optimum;
  /**
   * By the optimum of the narrowest size of its depth (where there is one width: the shallowest). Null at that size
   * itself, where either optimum was not found, and where the value did not finish here.
   */
  regret: Regret | null;
  /** Doublings of the value over which the mean loss stays within 2 % of its optimum's; null where none was found. */
  robustnessOctaves: number | null;
}

/** The sizes along one axis, smallest first, and how the optimum moves along them. */
export interface DriftSeries {
  drift: Drift;
  /** The same without the smallest size: where that alone is off the line of the others. */
  withoutSmallest: Drift;
  curves: SweepCurve[];
  /** What every size pays for the smallest one's optimum; null where it cannot be told. */
  regrets: (Regret | null)[];
}

/** One hyperparameter in one parametrization. */
export interface ParametrizationTable {
  parametrization: TrialRecord['parametrization'];
  /** Narrowest first, shallowest first. */
  curves: SweepCurve[];
  /** Along width for every depth, then along depth for every width. */
  series: DriftSeries[];
  widerIsBetter: WiderIsBetter;
  /** Whether the values make any difference: false where every curve has one score a seed. */
  hasEffect: boolean;
}

/** One hyperparameter, all others at their defaults. */
export interface SweepTable {
  hyperparameter: string;
  /** Whether its values are positive numbers, compared by their log2. */
  isNumeric: boolean;
  /** µP first, then the control where there is one. */
  parametrizations: ParametrizationTable[];
}

/** What of the trials a table is about. */
export interface SweptHyperparameter {
  hyperparameter: string;
  /** Of every hyperparameter; trials that differ in another one are another sweep's. */
  defaults: Setting;
}

/** Groups the trials of one hyperparameter into curves, and finds their optima and how these move. */
export function analyzeSweep(trials: readonly TrialRecord[], swept: SweptHyperparameter): SweepTable {
  const own = trials.filter((trial) => isOf(trial, swept));
  const values = own.flatMap(({ setting }) => setting[swept.hyperparameter] ?? []);
  const isNumeric = arePositiveNumbers(values);
  const order = isNumeric ? [...new Set(values)].toSorted((a, b) => Number(a) - Number(b)) : [...new Set(values)];
  const parametrizations = (['mup', 'sp'] as const).flatMap((parametrization) => {
    const of = own.filter((trial) => trial.parametrization === parametrization);
    return of.length === 0 ? [] : [parametrizationTable(of, { ...swept, order, isNumeric, parametrization })];
  });
  return { hyperparameter: swept.hyperparameter, isNumeric, parametrizations };
}

/** The values tried so far at one size, before there is enough for a table. */
export function triedGrid(trials: readonly TrialRecord[], swept: SweptHyperparameter): ScoreGrid {
  const own = trials.filter((trial) => isOf(trial, swept));
  return scoreGrid(own.map((trial) => scoredPoint(trial, swept.hyperparameter)));
}

function isOf({ setting }: TrialRecord, { hyperparameter, defaults }: SweptHyperparameter): boolean {
  return (
    setting[hyperparameter] !== undefined &&
    Object.entries(defaults).every(([name, value]) => name === hyperparameter || setting[name] === value)
  );
}

function scoredPoint({ setting, seed, state, score }: TrialRecord, hyperparameter: string): ScoredPoint {
  const number = state === 'finished' && score !== null ? fromRecorded(score) : NaN;
  return { value: setting[hyperparameter] ?? NaN, seed, score: Number.isFinite(number) ? number : null };
}

interface TableOptions {
  hyperparameter: string;
  /** Of the values. */
  order: readonly ScoredPoint['value'][];
  isNumeric: boolean;
  parametrization: TrialRecord['parametrization'];
}

function parametrizationTable(trials: readonly TrialRecord[], options: TableOptions): ParametrizationTable {
  const sizes = new Map(trials.map(({ width, depth }) => [`${width} ${depth}`, { width, depth }]));
  const ordered = [...sizes.values()].toSorted((a, b) => a.width - b.width || (a.depth ?? 0) - (b.depth ?? 0));
  const plain = ordered.map((size) => plainCurve(size, trials, options));
  const places = seriesOf(plain);
  const regretsOf = places.map(({ curves }) => regretsAlong(curves, options.isNumeric));
  // Along width comes first: along depth only where there is nothing else.
  const shown = places[0]?.along;
  const carried = new Map(
    places.flatMap(({ along, curves }, i) =>
      along === shown ? curves.map((curve, j) => [curve, regretsOf[i]?.[j] ?? null] as const) : [],
    ),
  );
  const whole = new Map(plain.map((curve) => [curve, { ...curve, regret: carried.get(curve) ?? null }]));
  return {
    parametrization: options.parametrization,
    curves: [...whole.values()],
    series: places.map(({ along, at, curves }, i) => {
      const optima = curves.map((curve) => ({ size: curve[along] ?? 0, optimum: curve.optimum }));
      return {
        drift: drift(optima, { along, at }),
        withoutSmallest: drift(optima.slice(1), { along, at }),
        curves: curves.flatMap((curve) => whole.get(curve) ?? []),
        regrets: regretsOf[i] ?? [],
      };
    }),
    widerIsBetter: widerIsBetter(plain),
    hasEffect: plain.some(({ points }) => varies(points)),
  };
}

/** A curve without what it takes another one to tell. */
function plainCurve(
  { width, depth }: Pick<SweepCurve, 'width' | 'depth'>,
  trials: readonly TrialRecord[],
  { hyperparameter, order, isNumeric }: TableOptions,
): SweepCurve {
  const points = trials
    .filter((trial) => trial.width === width && trial.depth === depth)
    .map((trial) => scoredPoint(trial, hyperparameter))
    .toSorted((a, b) => order.indexOf(a.value) - order.indexOf(b.value) || a.seed - b.seed);
  const found = optimum(points);
  const robustnessOctaves = isNumeric ? robustness(points, found) : null;
  return { width, depth, points, optimum: found, regret: null, robustnessOctaves };
}

/** The curves along width for every depth, then along depth for every width, wherever there are two or more. */
function seriesOf(curves: readonly SweepCurve[]): (Pick<Drift, 'along' | 'at'> & { curves: SweepCurve[] })[] {
  const along = (axis: Drift['along'], fixed: Drift['along']) =>
    [...new Set(curves.map((curve) => curve[fixed]))].map((at) => ({
      along: axis,
      at,
      curves: curves.filter((curve) => curve[fixed] === at && curve[axis] !== null),
    }));
  return [...along('width', 'depth'), ...along('depth', 'width')].filter((one) => one.curves.length > 1);
}

/** What each size pays for the smallest one's optimum. */
function regretsAlong([smallest, ...rest]: readonly SweepCurve[], isNumeric: boolean): (Regret | null)[] {
  const carried = smallest === undefined ? null : optimalValue(smallest.optimum);
  const regrets = rest.map(({ points, optimum: { state, best, log2Value } }) => {
    // Of categories that the scatter cannot tell apart, the best is still a value to compare with.
    const own = log2Value === null ? (state === 'found' || !isNumeric ? best : null) : 2 ** log2Value;
    return carried === null || own === null ? null : regret(points, { carried, own });
  });
  return [null, ...regrets];
}

function optimalValue({ state, best, log2Value }: Optimum): Regret['value'] | null {
  if (state !== 'found') return null;
  return log2Value === null ? best : 2 ** log2Value;
}

/** Whether any seed's score depends on the value. */
function varies(points: readonly ScoredPoint[]): boolean {
  const first = new Map<number, number>();
  return points.some(({ seed, score }) => {
    if (score === null) return true;
    const other = first.get(seed);
    first.set(seed, other ?? score);
    return other !== undefined && other !== score;
  });
}
