import { auditFindingOf, type Rule } from '../rule.js';

/** Weight decay takes the same share of a parameter at every width. */
export const unscaledDecay: Rule<'parameters'> = {
  id: 'unscaled-decay',
  title: 'Weight decay takes the same share at every width',
  failureTitle: 'Weight decay takes a share that changes with width',
  source: 'Yang et al., Tensor Programs V, arXiv:2203.03466, weight decay (rate × decay is what must stay)',
  explanation:
    'What a parameter loses in one step without gradient, as a share of itself, is measured by giving the optimizer zero ' +
    'gradients. Where decay is coupled to the rate, as in AdamW, and the rate falls with width, the share falls with it, ' +
    'and a decay tuned on the proxy does nothing at the target. Multiply the decay by what the rate is divided by, as ' +
    'mup.adamW does, or take it independently of the rate.',
  requires: ['parameters'],
  evaluate: ({ parameters }) => auditFindingOf(parameters, 'decay'),
};
