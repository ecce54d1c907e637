import type { Rule } from '../rule.js';

/** Every parameter moves that is not declared frozen, and none that is. */
export const frozenParameter: Rule<'parameters'> = {
  id: 'frozen-parameter',
  title: 'Every parameter moves, but for those that are frozen',
  failureTitle: 'A parameter never moves, or moves though it is declared frozen',
  source: 'Yang et al., Tensor Programs V, arXiv:2203.03466',
  explanation:
    'A trainable parameter with a gradient whose update is exactly zero at every step has a learning rate of 0, or is ' +
    'missing from the optimizer. Where that is meant, set its layer not trainable or declare it in `expect` as frozen; ' +
    'what is declared frozen must then never move. A parameter without a gradient in the steps recorded cannot be ' +
    'judged: record more steps.',
  requires: ['parameters'],
  evaluate: ({ parameters }) => {
    const wrong = parameters.filter(({ update }) => update.outcome === 'fail');
    return {
      outcome: wrong.length > 0 ? 'fail' : 'pass',
      where: { taps: [], parameters: [...new Set(wrong.map(({ parameter }) => parameter))] },
      measured: null,
      expected: null,
      reason: wrong[0]?.update.reason ?? null,
    };
  },
};
