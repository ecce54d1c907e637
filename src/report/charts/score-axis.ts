import type { SweepCurve } from '../../verdict/sweep-result.js';
import type { TickedAxis } from './ticked-plane.js';
import { decadeTicks, roundTicks } from './ticks.js';

/** The axis of losses that several charts share, so that they can be compared. */
export interface ScoreAxis extends TickedAxis {
  /** Where a loss stands: itself, or its log10. */
  at(loss: number): number;
}

/** From this ratio of the highest to the lowest loss on, the axis is one of log10. */
const LOG_FROM = 12;
/** Room above and under the outermost losses, as a share of the span. */
const MARGIN = 0.06;

/**
 * An axis that holds the losses of all curves up to that of a model that was never trained: what is worse than that has
 * diverged, and would flatten all others.
 *
 * @param untrained - loss before the first update; null where it is not known
 */
export function scoreAxis(curves: readonly SweepCurve[], untrained: number | null): ScoreAxis {
  const scores = curves.flatMap(({ points }) => points.map(({ score }) => score)).filter((score) => score !== null);
  const vertices = curves.map(({ optimum }) => optimum.loss).filter((loss) => loss !== null);
  const losses = [...scores, ...vertices];
  const lowest = losses.reduce((least, loss) => Math.min(least, loss), Number.POSITIVE_INFINITY);
  const worst = losses.reduce((most, loss) => Math.max(most, loss), Number.NEGATIVE_INFINITY);
  if (losses.length === 0) return { at: (loss) => loss, low: 0, high: 1, ticks: roundTicks(0, 1) };
  const highest = untrained !== null && untrained > lowest ? Math.min(worst, untrained * 1.02) : worst;
  const isLog = lowest > 0 && highest / lowest > LOG_FROM;
  const at = isLog ? (loss: number) => Math.log10(Math.max(loss, Number.MIN_VALUE)) : (loss: number) => loss;
  const margin = (at(highest) - at(lowest)) * MARGIN || Math.abs(at(highest)) * MARGIN || 1;
  const [low, high] = [at(lowest) - margin, at(highest) + margin];
  return { at, low, high, ticks: isLog ? decadeTicks(low, high) : roundTicks(low, high) };
}
