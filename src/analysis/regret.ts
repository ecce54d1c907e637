import { scatter } from './scatter.js';
import { scoreGrid, type FinishedValue, type ScoredPoint, type ScoreGrid } from './score-grid.js';
import { dot } from './slope.js';
import { studentQuantile } from './student.js';

/** What a size loses by another's best value: its loss there above the loss at its own best. */
export interface Regret {
  /** The value that was carried over: the narrowest (shallowest) size's optimum. */
  value: number | string | boolean;
  /** Loss at that value, mean over seeds, interpolated between grid points in log2 of the value. */
  loss: number;
  /** Loss at the size's own best value, likewise. */
  ownLoss: number;
  /** (loss − ownLoss) / |ownLoss|; 0.02 is two per cent. */
  share: number;
  /** 95 % confidence interval of the share; null where one seed leaves no scatter to tell it from. */
  interval: [number, number] | null;
}

/**
 * The regret of a size by a value carried over from another.
 *
 * Both losses are interpolated by a parabola (in log2), for a line between two grid points would lie above the basin by
 * up to a quarter of the curvature, and not the same at both values. It goes through the grid points on either side of
 * the value and the next one on that side where it bends less: through a wall it would undershoot all that was measured.
 * Each is a weighted sum of scores, and so is their difference; its error is σ·√(Σ w² / seeds), σ the scatter of the grid
 * points that enter. The two values are taken as given.
 *
 * @param points - of the size that pays
 * @returns null where one of the values is not among those that finished: outside the grid, or beyond a divergence
 */
export function regret(
  points: readonly ScoredPoint[],
  values: { carried: Regret['value']; own: Regret['value'] },
): Regret | null {
  const grid = scoreGrid(points);
  const [there, own] = [weightsAt(grid, values.carried), weightsAt(grid, values.own)];
  if (there === null || own === null) return null;
  const [loss, ownLoss] = [lossOf(there), lossOf(own)];
  if (ownLoss === 0) return null;
  const entering = [...new Set([...there.keys(), ...own.keys()])];
  const difference = entering.map((one) => (there.get(one) ?? 0) - (own.get(one) ?? 0));
  const share = (loss - ownLoss) / Math.abs(ownLoss);
  const half = halfWidth(entering, difference, grid.seeds.length);
  const scaled = half === null ? null : half / Math.abs(ownLoss);
  return {
    value: values.carried,
    loss,
    ownLoss,
    share,
    interval: scaled === null ? null : [share - scaled, share + scaled],
  };
}

function lossOf(weights: ReadonlyMap<FinishedValue, number>): number {
  return [...weights].reduce((sum, [{ mean }, weight]) => sum + weight * mean, 0);
}

/** How much every grid point counts in the loss at a value; null where it cannot be told. */
function weightsAt({ isNumeric, values }: ScoreGrid, value: Regret['value']): Map<FinishedValue, number> | null {
  const exact = values.find((one) => one.value === value);
  if (exact !== undefined) return exact.scores === null ? null : new Map([[exact as FinishedValue, 1]]);
  if (!isNumeric || typeof value !== 'number') return null;
  const x = Math.log2(value);
  const above = values.findIndex((one) => one.x > x);
  const [low, high] = [values[above - 1], values[above]];
  if (low === undefined || high === undefined || low.scores === null || high.scores === null) return null;
  const bracket = [low, high] as [FinishedValue, FinishedValue];
  const third = gentler([values[above - 2], values[above + 1]], bracket);
  const entering = third === null ? bracket : [...bracket, third];
  return new Map(
    entering.map((one) => [one, lagrange(one.x, { at: x, others: entering.filter((other) => other !== one) })]),
  );
}

/** Of two values that finished, the one that bends the parabola through the other two less; null where neither did. */
function gentler(
  candidates: readonly (ScoreGrid['values'][number] | undefined)[],
  [low, high]: readonly [FinishedValue, FinishedValue],
): FinishedValue | null {
  const finished = candidates.filter((one) => one !== undefined && one.scores !== null) as FinishedValue[];
  const bend = (one: FinishedValue) => Math.abs((slopeOf(high, one) - slopeOf(low, high)) / (one.x - low.x));
  return finished.toSorted((a, b) => bend(a) - bend(b))[0] ?? null;
}

function slopeOf(a: FinishedValue, b: FinishedValue): number {
  return (b.mean - a.mean) / (b.x - a.x);
}

/** Lagrange's weight of a point: 1 there, 0 at the others. */
function lagrange(own: number, { at, others }: { at: number; others: readonly { x: number }[] }): number {
  return others.reduce((product, { x }) => product * ((at - x) / (own - x)), 1);
}

function halfWidth(entering: readonly FinishedValue[], weights: readonly number[], seeds: number): number | null {
  if (entering.length === 1) return seeds > 1 ? 0 : null;
  const noise = scatter(entering.map(({ scores }) => scores));
  if (noise === null) return null;
  return studentQuantile(0.95, noise.degreesOfFreedom) * noise.deviation * Math.sqrt(dot(weights, weights) / seeds);
}
