import type { Analysis } from '../../src/analysis/analyze.js';

/** Slopes of raw mean |x| beyond this are what the best public tool calls a failure. */
const GATE = 0.05;

/**
 * The judgement in common use, as a control: every place's raw mean |x| after training steps must be flat to within 0.05.
 *
 * The model's last place is left out, whose size may fall.
 */
export function rawVerdict({ taps }: Analysis): 'pass' | 'fail' {
  const last = taps.at(-1)?.tap;
  const slopes = taps.flatMap(({ tap, quantity, statistic, step, fit }) =>
    quantity === 'activation' && statistic === 'meanAbs' && step > 0 && tap !== last && fit !== null ? [fit.slope] : [],
  );
  return slopes.some((slope) => Math.abs(slope) > GATE) ? 'fail' : 'pass';
}
