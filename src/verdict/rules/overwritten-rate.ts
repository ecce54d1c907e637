import { auditFindingOf, type Rule } from '../rule.js';

/** The scaling of a learning rate outlives the first step. */
export const overwrittenRate: Rule<'parameters'> = {
  id: 'overwritten-rate',
  title: 'Effective rates keep their scaling from step to step',
  failureTitle: 'An effective rate changes with width after the first step',
  source: 'Yang et al., Tensor Programs V, arXiv:2203.03466 (rates are scaled at every step, not at the first alone)',
  explanation:
    'The effective rate of a parameter is its update so far over what the optimizer makes it of: the number of steps, or ' +
    'for SGD the gradients so far. Its last one is compared with its first, at every width. Where the ratio is a power of ' +
    'width, something rewrites the rates after the first step: most often a scheduler that sets one rate in every parameter ' +
    'group. Isolated updates do not show it, since they are judged at the first step. Let the schedule multiply each ' +
    'rate instead, for example with mup.schedule.',
  requires: ['parameters'],
  evaluate: ({ parameters }) => auditFindingOf(parameters, 'rateDrift'),
};
