import { findingOf, type Rule } from '../rule.js';

/** Every parameter's own contribution to the change of its layer is the same size at every width. */
export const unscaledUpdate: Rule<'parameters'> = {
  id: 'unscaled-update',
  title: 'Every isolated update is independent of width',
  failureTitle: 'An isolated update changes with width',
  source: 'Yang et al., Tensor Programs V, arXiv:2203.03466 (maximal update: each parameter learns as much as it can)',
  explanation:
    'The isolated update of a parameter is what its own first update does to its layer, all other parameters held at ' +
    'their initial values. In µP its size does not depend on width. A positive exponent blows up as the model is ' +
    'widened: the best learning rate of the proxy is too large for the target. A negative one freezes the parameter: ' +
    'it learns ever less. Multiply the learning rate by width to minus the exponent measured.',
  requires: ['parameters'],
  evaluate: ({ parameters }) =>
    findingOf(
      parameters.map(({ parameter, ownPlace, isolatedUpdate: { slope, expected, outcome, reason } }) => ({
        tap: ownPlace,
        parameter,
        slope,
        expected,
        outcome,
        reason,
      })),
    ),
};
