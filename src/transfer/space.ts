import { uniform } from '../engine/random.js';
import { failure } from '../errors.js';
import type { Hyperparameters, HyperparameterValue } from '../model/definition.js';
import type { Setting } from '../records/trial.js';
import { declaredRate } from './declared-rate.js';

/** Numbers between two ends: `log` draws evenly in their log, `linear` in themselves. */
export interface SearchRange {
  from: number;
  to: number;
  /** `log` unless given. */
  scale?: 'log' | 'linear';
}

/** What a caller may ask to be searched: by hyperparameter, a range or a choice. */
export type SpaceRequest = Readonly<Record<string, readonly HyperparameterValue[] | SearchRange>>;

/** One hyperparameter that is searched, with what it is drawn from. */
export type Dimension = { hyperparameter: string } & (
  | { scale: 'log' | 'linear'; from: number; to: number }
  | { scale: 'choice'; values: HyperparameterValue[] }
);

/** Octaves of the learning rate searched to each side of the model's own: a factor of 256 from end to end. */
const DEFAULT_OCTAVES = 4;

/**
 * The space that is searched: the one asked for, else the learning rate around the model's own.
 *
 * @param declared - the model's hyperparameters
 * @throws CoordCheckError SPACE_UNKNOWN, SPACE_EMPTY, SPACE_TYPE, LEARNING_RATE_UNDECLARED
 */
export function spaceOf(request: SpaceRequest | undefined, declared: Hyperparameters): Dimension[] {
  const asked = Object.entries(request ?? {});
  if (asked.length > 0) return asked.map(([name, values]) => dimensionOf(name, values, declared));
  const rate = declaredRate(declared, '--space');
  const [from, to] = [rate * 2 ** -DEFAULT_OCTAVES, rate * 2 ** DEFAULT_OCTAVES];
  return [{ hyperparameter: 'learningRate', scale: 'log', from, to }];
}

function dimensionOf(
  hyperparameter: string,
  asked: readonly HyperparameterValue[] | SearchRange,
  declared: Hyperparameters,
): Dimension {
  const standard = Object.hasOwn(declared, hyperparameter) ? declared[hyperparameter] : undefined;
  if (standard === undefined) {
    const known = Object.keys(declared).join(', ') || 'none is declared';
    throw failure('SPACE_UNKNOWN', { name: hyperparameter, known });
  }
  return 'from' in asked ? rangeOf(hyperparameter, asked, standard) : choiceOf(hyperparameter, asked, standard);
}

function rangeOf(
  hyperparameter: string,
  { from, to, scale = 'log' }: SearchRange,
  standard: HyperparameterValue,
): Dimension {
  const got = `${scale === 'linear' ? 'lin:' : ''}${from}..${to}`;
  if (typeof standard !== 'number') {
    throw failure('SPACE_TYPE', { name: hyperparameter, expected: typeof standard, got });
  }
  const isRange = Number.isFinite(from) && Number.isFinite(to) && to > from && (scale === 'linear' || from > 0);
  if (!isRange) throw failure('SPACE_EMPTY', { name: hyperparameter, got });
  return { hyperparameter, scale, from, to };
}

function choiceOf(
  hyperparameter: string,
  asked: readonly HyperparameterValue[],
  standard: HyperparameterValue,
): Dimension {
  const values = [...new Set(asked)];
  const other = values.find((value) => typeof value !== typeof standard || Number.isNaN(value));
  if (other !== undefined) {
    throw failure('SPACE_TYPE', { name: hyperparameter, expected: typeof standard, got: String(other) });
  }
  if (values.length < 2) throw failure('SPACE_EMPTY', { name: hyperparameter, got: values.map(String).join(', ') });
  return { hyperparameter, scale: 'choice', values };
}

/** One setting of a search: the values of the searched hyperparameters. */
export interface Sample {
  /** Its place in the endless sequence of samples, from 0. */
  index: number;
  values: Setting;
}

/** Draws for each setting wanted before a space counts as exhausted: a range may hold only a few numbers. */
const MOST_DRAWS = 1000;

/**
 * The first samples of a space, each value drawn by itself: random search.
 *
 * The i-th draw of a hyperparameter depends on root, i, its name and its range alone, so that neither the number of
 * samples nor another hyperparameter changes it. A draw that a choice has made before is left out.
 *
 * @param count - how many; fewer where the space holds fewer
 * @param root - the root seed
 * Source: Bergstra & Bengio, Random Search for Hyper-Parameter Optimization, JMLR 13 (2012).
 */
export function samples(space: readonly Dimension[], count: number, root: number): Sample[] {
  const wanted = Math.min(count, sizeOf(space));
  const found = new Map<string, Sample>();
  for (let index = 0; found.size < wanted && index < MOST_DRAWS * wanted; index += 1) {
    const values = Object.fromEntries(
      space.map((dimension) => [dimension.hyperparameter, drawn(dimension, `${root}:tune:${index}`)]),
    );
    const key = JSON.stringify(values);
    if (!found.has(key)) found.set(key, { index, values });
  }
  return [...found.values()];
}

/** How many settings a space holds. */
function sizeOf(space: readonly Dimension[]): number {
  return space.reduce(
    (product, dimension) =>
      product * (dimension.scale === 'choice' ? dimension.values.length : Number.POSITIVE_INFINITY),
    1,
  );
}

function drawn(dimension: Dimension, seed: string): HyperparameterValue {
  const share = uniform(`${seed}:${dimension.hyperparameter}`)();
  if (dimension.scale === 'choice') {
    return dimension.values[Math.floor(share * dimension.values.length)] as HyperparameterValue;
  }
  const { from, to, scale } = dimension;
  return scale === 'linear' ? from + share * (to - from) : from * (to / from) ** share;
}

/** The two values of a hyperparameter that are furthest apart. */
export function endsOf(dimension: Dimension): [HyperparameterValue, HyperparameterValue] {
  if (dimension.scale !== 'choice') return [dimension.from, dimension.to];
  return [dimension.values[0] as HyperparameterValue, dimension.values.at(-1) as HyperparameterValue];
}
