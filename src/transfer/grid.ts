import { failure } from '../errors.js';
import type { Hyperparameters, HyperparameterValue } from '../model/definition.js';
import { declaredRate } from './declared-rate.js';

/** The values of one hyperparameter that a sweep tries, with all others at their defaults. */
export interface Grid {
  hyperparameter: string;
  /** Numbers in rising order; anything else as given. */
  values: readonly HyperparameterValue[];
  /** The factor by which the grid goes on; null where it does not. */
  ratio: number | null;
}

/** A range of numbers, evenly spaced in their log: `points` of them, or each twice the one before. */
export interface LogRange {
  from: number;
  to: number;
  points?: number;
}

/** What a caller may ask to be tried: by hyperparameter, the values or a range of them. */
export type GridRequest = Readonly<Record<string, readonly HyperparameterValue[] | LogRange>>;

/** Doublings of the learning rate tried on each side of the model's own; the grid goes on where an optimum is near its end. */
const DEFAULT_DOUBLINGS = 3;

/**
 * The grids of a sweep: those asked for, else the learning rate around the model's own.
 *
 * @param declared - the model's hyperparameters
 * @throws CoordCheckError GRID_UNKNOWN, GRID_EMPTY, GRID_TYPE, LEARNING_RATE_UNDECLARED
 */
export function gridsOf(request: GridRequest | undefined, declared: Hyperparameters): Grid[] {
  const asked = Object.entries(request ?? {});
  if (asked.length === 0) return [defaultGrid(declared)];
  return asked.map(([hyperparameter, values]) => {
    const standard = Object.hasOwn(declared, hyperparameter) ? declared[hyperparameter] : undefined;
    const known = Object.keys(declared).join(', ') || 'none is declared';
    if (standard === undefined) throw failure('GRID_UNKNOWN', { name: hyperparameter, known });
    return gridOf(hyperparameter, values, standard);
  });
}

function defaultGrid(declared: Hyperparameters): Grid {
  const rate = declaredRate(declared, '--grid');
  const exponents = Array.from({ length: 2 * DEFAULT_DOUBLINGS + 1 }, (_, i) => i - DEFAULT_DOUBLINGS);
  return { hyperparameter: 'learningRate', values: exponents.map((exponent) => rate * 2 ** exponent), ratio: 2 };
}

/** A range goes on where an optimum lies near its end; a list holds what is to be tried, and nothing else. */
function gridOf(
  hyperparameter: string,
  asked: readonly HyperparameterValue[] | LogRange,
  standard: HyperparameterValue,
): Grid {
  const { values, ratio } = 'from' in asked ? spaced(hyperparameter, asked) : { values: asked, ratio: null };
  const distinct = [...new Set(values)];
  if (distinct.length < 2) throw failure('GRID_EMPTY', { name: hyperparameter, got: distinct.map(String).join(', ') });
  const other = distinct.find((value) => typeof value !== typeof standard || Number.isNaN(value));
  if (other !== undefined) {
    throw failure('GRID_TYPE', { name: hyperparameter, expected: typeof standard, got: String(other) });
  }
  const areNumbers = distinct.every((value) => typeof value === 'number');
  return { hyperparameter, values: areNumbers ? distinct.toSorted((a, b) => a - b) : distinct, ratio };
}

/** More than this is a slip of the pen: every value is trained at every width and seed. */
const MOST_VALUES = 100;

/** The values of a range, with the factor between them. */
function spaced(name: string, { from, to, points }: LogRange): Pick<Grid, 'values' | 'ratio'> {
  const isRange =
    from > 0 && to > from && Number.isFinite(to) && (points === undefined || (Number.isInteger(points) && points >= 2));
  const got = `${from}..${to}${points === undefined ? '' : `/${points}`}`;
  if (!isRange) throw failure('GRID_RANGE', { name, got });
  // Rounding must not cost the last doubling of 0.001..0.008.
  const count = points ?? Math.floor(Math.log2(to / from) + 1e-9) + 1;
  if (count > MOST_VALUES) throw failure('GRID_RANGE', { name, got: `${got}, ${count} values` });
  const ratio = points === undefined ? 2 : (to / from) ** (1 / (points - 1));
  return { values: Array.from({ length: count }, (_, i) => from * ratio ** i), ratio };
}

/** One finished value of a curve: its mean score over the seeds, null where one of them did not finish. */
export interface TriedValue {
  value: number;
  score: number | null;
}

/** How many values an optimum is to have on each side: a parabola around it then has five points. */
const NEIGHBOURS = 2;

/**
 * The values that a curve still lacks: next to its best value, where the grid ends too near to it.
 *
 * Above a value that diverged nothing is tried: higher rates diverge too.
 *
 * @param tried - the curve so far, in rising order
 * @param grid - where it began
 * @param limit - how many values may be added beyond each end of the grid, at most
 */
export function lackingValues(tried: readonly TriedValue[], { values, ratio }: Grid, limit: number): number[] {
  if (ratio === null) return [];
  const [lowest, highest] = [values[0] as number, values.at(-1) as number];
  // A model that ignores the value has no optimum to look for.
  const scores = new Set(tried.map(({ score }) => score));
  if (scores.size === 1 && !scores.has(null) && tried.length > 1) return [];
  const finished = tried.filter((each): each is { value: number; score: number } => each.score !== null);
  const best = finished.toSorted((a, b) => a.score - b.score)[0];
  // Where nothing finished, smaller values may: each round one more.
  const at = best === undefined ? 0 : tried.findIndex(({ value }) => value === best.value);
  const below = best === undefined ? 1 : NEIGHBOURS - at;
  const isBounded = tried.slice(at).some(({ score }) => score === null);
  const above = isBounded || best === undefined ? 0 : NEIGHBOURS - (tried.length - 1 - at);
  // By their distance from the grid, so that every curve has the same values to the last bit.
  const [down, up] = [
    tried.filter(({ value }) => value < lowest).length,
    tried.filter(({ value }) => value > highest).length,
  ];
  const downwards = range(Math.min(below, limit - down)).map((i) => lowest / ratio ** (down + i + 1));
  const upwards = range(Math.min(above, limit - up)).map((i) => highest * ratio ** (up + i + 1));
  return [...downwards, ...upwards];
}

function range(count: number): number[] {
  return Array.from({ length: Math.max(0, count) }, (_, i) => i);
}
