import type { Rule } from '../rule.js';

/** Every parameter moves. */
export const frozenParameter: Rule<'parameters'> = {
  id: 'frozen-parameter',
  title: 'Every trainable parameter moves',
  failureTitle: 'A trainable parameter never moves',
  source: 'Yang et al., Tensor Programs V, arXiv:2203.03466',
  explanation:
    'A trainable parameter with a gradient whose update is exactly zero at every step has a learning rate of 0, or is ' +
    'missing from the optimizer. Declare it in `expect` as frozen where that is meant. A parameter without a gradient ' +
    'in the steps recorded cannot be judged: record more steps.',
  requires: ['parameters'],
  evaluate: ({ parameters }) => {
    const frozen = parameters.filter(({ update }) => update.outcome === 'fail');
    return {
      outcome: frozen.length > 0 ? 'fail' : 'pass',
      where: { taps: [], parameters: frozen.map(({ parameter }) => parameter) },
      measured: null,
      expected: null,
      reason: frozen.length > 0 ? 'it has a gradient, and its update is exactly 0 at every step' : null,
    };
  },
};
