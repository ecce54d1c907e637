import { findingOf, type Rule } from '../rule.js';

/** Initial weights do not amplify the changes that reach them. */
export const growingPropagation: Rule<'taps'> = {
  id: 'growing-propagation',
  title: 'No initial weight amplifies the changes upstream of it',
  failureTitle: 'An initial weight amplifies the changes upstream of it as width grows',
  source: 'Yang et al., Tensor Programs V, arXiv:2203.03466; Yang and Hu, Tensor Programs IV, arXiv:2011.14522',
  explanation:
    'The propagated part is what the changes upstream of a weight do to its layer through the initial weight. It must ' +
    'not grow with width. A readout with the initial size of standard parametrization and a learning rate divided by ' +
    'width looks right in every other number: only this one, and its initial output, show that it blows up.',
  requires: ['taps'],
  evaluate: ({ taps }) =>
    findingOf(
      taps
        .filter(({ judged, quantity }) => judged && quantity === 'propagated')
        .map(({ tap, parameter, slope, expected, outcome, reason }) => ({
          tap,
          parameter,
          slope,
          expected,
          outcome,
          reason,
        })),
    ),
};
