import { brokenAtStart } from '../broken-run.js';
import type { Rule } from '../rule.js';

/** Losses and activations are numbers. */
export const nonFiniteValue: Rule<'runs' | 'config'> = {
  id: 'non-finite-value',
  title: 'Every value is finite at initialization',
  failureTitle: 'A value is not finite at initialization',
  source: 'definition: a coordinate size that is not a number has no exponent',
  explanation:
    'A loss or an activation is NaN or infinite before the first update: the forward pass itself is broken at that ' +
    'width. Values that become non-finite after an update leave the check inconclusive instead: lower the rate.',
  requires: ['runs', 'config'],
  evaluate: ({ runs, config }) => {
    const first = brokenAtStart(runs, config.steps);
    return {
      outcome: first === null ? 'pass' : 'fail',
      where: { taps: [], parameters: [] },
      measured: null,
      expected: null,
      reason: first === null ? null : `not finite at step 0 of width ${first.width}, seed ${first.seed}`,
    };
  },
};
