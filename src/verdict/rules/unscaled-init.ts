import { findingOf, type Rule } from '../rule.js';

/** Initial activations keep their size at hidden layers and shrink at the readout. */
export const unscaledInit: Rule<'parameters'> = {
  id: 'unscaled-init',
  title: 'Initial activations scale as they must',
  failureTitle: 'An initial activation scales wrongly with width',
  source: 'Yang et al., Tensor Programs V, arXiv:2203.03466',
  explanation:
    'At initialization the coordinates of hidden activations have the same size at every width, and those of the ' +
    'readout shrink like width to the minus one half (or are zero). A readout whose initial output keeps its size, as ' +
    'in standard parametrization, propagates ever larger changes as the model is widened. Multiply the initial ' +
    'standard deviation by width to minus the deviation measured.',
  requires: ['parameters'],
  evaluate: ({ parameters }) =>
    findingOf(
      parameters.map(({ parameter, init: { tap, slope, expected, outcome, reason } }) => ({
        tap,
        parameter,
        slope,
        expected,
        outcome,
        reason,
      })),
    ),
};
