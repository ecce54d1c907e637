import { findingOf, type Rule } from '../rule.js';

/** No activation grows with width, neither at initialization nor in its first change. */
export const growingCoordinate: Rule<'taps'> = {
  id: 'growing-coordinate',
  title: 'No activation and no first change grows with width',
  failureTitle: 'An activation or its first change grows with width',
  source: 'Yang et al., Tensor Programs V, arXiv:2203.03466, coordinate checking',
  explanation:
    'The coordinates of an activation, and of its change after the first update, must not grow with width anywhere ' +
    'in the model. Where they do, the cause is a parameter upstream (see unscaled-update and unscaled-init) or a ' +
    'multiplier without parameters. The change is measured in the centred run, which removes most of the finite-width ' +
    'bias. A change that shrinks is no fault of its own: the isolated updates tell whether a parameter is frozen.',
  requires: ['taps'],
  evaluate: ({ taps }) =>
    findingOf(
      taps
        .filter(({ judged, quantity }) => judged && quantity !== 'propagated')
        .map(({ tap, slope, expected, outcome, reason }) => ({
          tap,
          parameter: null,
          slope,
          expected,
          outcome,
          reason,
        })),
    ),
};
