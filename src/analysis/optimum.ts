import { significantDifference, scatter } from './scatter.js';
import { scoreGrid, type FinishedValue, type ScoredPoint, type ScoreGrid } from './score-grid.js';
import { vertex } from './vertex.js';

/** Where a curve of score over log2 value has its minimum. */
export interface Optimum {
  /**
   * `found`: inside the grid. `censored-low`, `censored-high`: the best value is at the grid's lower or upper edge, the
   * optimum may lie beyond. `undetermined`: too few values finished, or the curve has no minimum that the scatter of
   * the seeds does not hide.
   */
  state: 'found' | 'censored-low' | 'censored-high' | 'undetermined';
  /** The grid's value of the lowest mean score over the seeds; null where nothing finished. */
  best: number | string | boolean | null;
  /** log2 of the optimum, the minimum of the fitted curve; null unless found. */
  log2Value: number | null;
  /** 95 % confidence interval of log2Value; null where it cannot be told, as of one seed with few values. */
  interval: [number, number] | null;
  /** Standard error of log2Value. */
  standardError: number | null;
  /** Null where nothing is left to tell the error, or its size is known (at an edge of stability). */
  degreesOfFreedom: number | null;
  /** Mean score at the optimum, from the fitted curve; null unless found. */
  loss: number | null;
  /**
   * Of the parabola that the fitted curve is at its minimum: score = loss + curvature · (log2 value − log2Value)². Null
   * unless found, and at an edge of stability, where nothing is fitted.
   */
  curvature: number | null;
  /** Whether a value next to the best one was tried and did not finish with every seed. */
  isAtStabilityEdge: boolean;
  /** Why there is no optimum; null where one was found. */
  reason: string | null;
}

/** The fit reaches over the grid's two values on either side of the best, and over all within as many octaves. */
const REACH = 2;

/**
 * A wall is no part of the basin: a point that is this many times as far above the best as any other of the window is
 * left out of it. Within a parabola on a grid of equal steps it is 3 at most, on the curves that `vertex` was measured
 * on up to 7.
 */
const WALL = 8;

/**
 * The optimum of one curve.
 *
 * Around the best grid point (lowest mean over the seeds) a curve is fitted, and its minimum is the optimum: see
 * {@link vertex}. The window ends where a value did not finish with every seed, and before walls ({@link WALL}).
 *
 * A best value at the grid's edge is censored. One beside a value that diverged, or a wall, is bounded by it: nothing is
 * fitted over such a cliff, the optimum lies between its neighbours, and its error is that of a uniform distribution
 * between them, width / √12.
 *
 * Of values that are not positive numbers there is the best alone: found where it differs from every other by more than
 * the seeds scatter (paired over seeds, the level shared out over the comparisons).
 *
 * @param points - one a value and seed, in any order
 */
export function optimum(points: readonly ScoredPoint[]): Optimum {
  const grid = scoreGrid(points);
  const { best, finished, values } = grid;
  if (best === null) return missing(grid, 'undetermined', 'no value finished with every seed');
  if (finished.length > 1 && finished.every((one) => one.mean === best.mean)) {
    return missing(grid, 'undetermined', 'every value has the same score');
  }
  if (!grid.isNumeric) return bestOfCategories(grid, best);
  if (values.length < 2) return missing(grid, 'undetermined', 'only one value was tried');
  const place = values.indexOf(best);
  if (place === 0) return missing(grid, 'censored-low', 'the best value is the lowest of the grid');
  if (place === values.length - 1) return missing(grid, 'censored-high', 'the best value is the highest of the grid');
  const window = withoutWalls(contiguous(grid, best), best);
  // What is left of walls stands directly beside the best: the curve ends there, though training does not diverge yet.
  const wall = wallOf(window, best);
  return isAtCliff(grid) || wall !== undefined
    ? betweenNeighbours(
        grid,
        best,
        window.filter((one) => one !== wall),
      )
    : atVertex(grid, window);
}

/** Fits the curve around a best value that has finished neighbours on both sides. */
function atVertex(grid: ScoreGrid, window: readonly FinishedValue[]): Optimum {
  const fit = vertex(window);
  if (fit === null) return missing(grid, 'undetermined', 'the curve has no minimum near its best value');
  if (fit.degreesOfFreedom > 0 && fit.interval === null) {
    return missing(grid, 'undetermined', 'the scatter about the fitted curve hides the minimum');
  }
  const { x, interval, standardError, degreesOfFreedom, loss, curvature } = fit;
  return {
    ...missing(grid, 'found', null),
    log2Value: x,
    interval,
    standardError,
    degreesOfFreedom: degreesOfFreedom > 0 ? degreesOfFreedom : null,
    loss,
    curvature,
  };
}

/** Values around the best that finished, one after the other. */
function contiguous({ values }: ScoreGrid, best: FinishedValue): FinishedValue[] {
  const place = values.indexOf(best);
  const isNear = ({ x }: { x: number }, i: number) => Math.abs(i - place) <= REACH || Math.abs(x - best.x) <= REACH;
  const side = (list: readonly (typeof values)[number][]) => {
    const end = list.findIndex(({ scores }) => scores === null);
    return end < 0 ? list : list.slice(0, end);
  };
  const low = side(values.slice(0, place).toReversed()).toReversed();
  const high = side(values.slice(place + 1));
  return [...low, best, ...high].filter((one) => isNear(one, values.indexOf(one))) as FinishedValue[];
}

/** The values the curve is fitted to. */
function withoutWalls(window: FinishedValue[], best: FinishedValue): FinishedValue[] {
  const wall = wallOf(window, best);
  if (wall === undefined) return window;
  const [place, own] = [window.indexOf(wall), window.indexOf(best)];
  // The best value's own neighbours bound its basin on either side, however high they are.
  if (Math.abs(place - own) <= 1) return window;
  // Whatever lies behind a wall is no part of the basin either.
  return withoutWalls(place < own ? window.slice(place + 1) : window.slice(0, place), best);
}

/** The value that is a wall beside all others; undefined where none is, or too few are there to tell. */
function wallOf(window: readonly FinishedValue[], best: FinishedValue): FinishedValue | undefined {
  const excess = (one: FinishedValue) => one.mean - best.mean;
  const [highest, next] = window.toSorted((a, b) => excess(b) - excess(a));
  if (window.length <= 3 || highest === undefined || next === undefined) return undefined;
  return excess(highest) > WALL * excess(next) ? highest : undefined;
}

/** Whether a neighbour of the best value was tried and did not finish. */
function isAtCliff({ values, best }: ScoreGrid): boolean {
  const place = values.findIndex((one) => one === best);
  return [values[place - 1], values[place + 1]].some((one) => one !== undefined && one.scores === null);
}

/**
 * The optimum between a cliff and the nearest value on the other side that is worse by more than the seeds scatter.
 *
 * @param basin - the values that tell the scatter: on a wall, seeds scatter by as much more as it is high
 */
function betweenNeighbours(grid: ScoreGrid, best: FinishedValue, basin: readonly FinishedValue[]): Optimum {
  const { values, seeds } = grid;
  const place = values.indexOf(best);
  const noise = scatter(basin.map(({ scores }) => scores));
  const least = noise === null ? 0 : significantDifference(noise, { seeds: seeds.length });
  const isBound = ({ scores, mean }: (typeof values)[number]) => scores === null || mean - best.mean > least;
  const low = values.slice(0, place).findLast(isBound);
  const high = values.slice(place + 1).find(isBound);
  if (low === undefined || high === undefined) {
    return missing(
      grid,
      'undetermined',
      'the scatter of the seeds hides the minimum beside a value that is far worse, or diverged',
    );
  }
  // Between two values that did not finish there is no scatter to know, nor a need of it.
  const isKnown = noise !== null || (seeds.length > 1 && low.scores === null && high.scores === null);
  return {
    ...missing(grid, 'found', null),
    log2Value: best.x,
    interval: isKnown ? [low.x, high.x] : null,
    standardError: isKnown ? (high.x - low.x) / Math.sqrt(12) : null,
    loss: best.mean,
  };
}

function bestOfCategories(grid: ScoreGrid, best: FinishedValue): Optimum {
  const { finished, seeds } = grid;
  const noise = scatter(finished.map(({ scores }) => scores));
  if (noise === null) return missing(grid, 'undetermined', 'one seed or one value leaves no scatter to compare with');
  const confidence = 1 - 0.05 / (finished.length - 1);
  const least = significantDifference(noise, { seeds: seeds.length, confidence });
  const rival = finished.find((one) => one !== best && one.mean - best.mean <= least);
  if (rival === undefined) return { ...missing(grid, 'found', null), loss: best.mean };
  return missing(grid, 'undetermined', `${best.value} and ${rival.value} differ by less than the seeds scatter`);
}

/** An optimum of which nothing is known but its best value. */
function missing(grid: ScoreGrid, state: Optimum['state'], reason: string | null): Optimum {
  return {
    state,
    best: grid.best?.value ?? null,
    log2Value: null,
    interval: null,
    standardError: null,
    degreesOfFreedom: null,
    loss: null,
    curvature: null,
    isAtStabilityEdge: grid.isNumeric && grid.best !== null && isAtCliff(grid),
    reason,
  };
}
