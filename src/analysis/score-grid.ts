/** The score of one trial, as a curve shows it. */
export interface ScoredPoint {
  /** Of the swept hyperparameter. */
  value: number | string | boolean;
  seed: number;
  /** Loss; null where the trial diverged or failed. */
  score: number | null;
}

/** One value of a curve. */
export interface GridValue {
  value: ScoredPoint['value'];
  /** Its log2; NaN of what is not a positive number. */
  x: number;
  /** A score a seed, in the order of {@link ScoreGrid.seeds}; null where a seed did not finish, or was not trained. */
  scores: number[] | null;
  /** Mean of the scores; NaN where there are none. */
  mean: number;
}

/** A value that finished with every seed. */
export type FinishedValue = GridValue & { scores: number[] };

/** A curve by its values. */
export interface ScoreGrid {
  /** Whether all values are positive numbers: they are then in rising order, else in that of their first points. */
  isNumeric: boolean;
  seeds: number[];
  values: GridValue[];
  /**
   * The values that finished with every seed. Where some seeds diverged, the scores of the others are those of the
   * lucky ones: no mean of them compares with another value's.
   */
  finished: FinishedValue[];
  /** That of the lowest mean; null where nothing finished. */
  best: FinishedValue | null;
}

/** Sorts a curve's points by value and seed. */
export function scoreGrid(points: readonly ScoredPoint[]): ScoreGrid {
  const seeds = [...new Set(points.map(({ seed }) => seed))].toSorted((a, b) => a - b);
  const isNumeric = arePositiveNumbers(points.map(({ value }) => value));
  const distinct = [...new Set(points.map(({ value }) => value))];
  const ordered = isNumeric ? distinct.toSorted((a, b) => Number(a) - Number(b)) : distinct;
  const values = ordered.map((value) => gridValue(value, { points, seeds, isNumeric }));
  const finished = values.filter(isFinished);
  const best = finished.reduce<FinishedValue | null>(
    (lowest, one) => (lowest === null || one.mean < lowest.mean ? one : lowest),
    null,
  );
  return { isNumeric, seeds, values, finished, best };
}

/** Whether values are compared by their log2. */
export function arePositiveNumbers(values: readonly ScoredPoint['value'][]): boolean {
  return values.every((value) => typeof value === 'number' && value > 0 && value < Infinity);
}

function gridValue(
  value: ScoredPoint['value'],
  { points, seeds, isNumeric }: { points: readonly ScoredPoint[]; seeds: readonly number[]; isNumeric: boolean },
): GridValue {
  const ofSeed = new Map(points.filter((point) => point.value === value).map(({ seed, score }) => [seed, score]));
  const scores = seeds.flatMap((seed) => ofSeed.get(seed) ?? []);
  const isWhole = scores.length === seeds.length;
  return {
    value,
    x: isNumeric ? Math.log2(Number(value)) : NaN,
    scores: isWhole ? scores : null,
    mean: isWhole ? mean(scores) : NaN,
  };
}

function isFinished(one: GridValue): one is FinishedValue {
  return one.scores !== null;
}

/** Arithmetic mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
