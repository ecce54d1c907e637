import { auditFindingOf, type Rule } from '../rule.js';

/** Epsilon stays small against gradients that fall with width. */
export const unscaledEpsilon: Rule<'parameters'> = {
  id: 'unscaled-epsilon',
  title: 'Epsilon stays small against every gradient',
  failureTitle: 'Epsilon takes over from gradients that fall with width',
  source: 'Everett et al., Scaling Exponents Across Parameterizations and Optimizers, arXiv:2407.05872',
  explanation:
    'An adaptive optimizer’s update is g / (|g| + ε). What ε leaves of it is computed from the gradient’s RMS and the ' +
    'optimizer’s epsilon at every width. It fails where the update shrinks, and this share falls at the widest width with ' +
    'an exponent beyond the tolerance: gradients of all but the readout fall with width, so it only gets steeper beyond. ' +
    'Make ε smaller, or multiply it by the power of width that the diagnosis names, as mup.adam does.',
  requires: ['parameters'],
  evaluate: ({ parameters }) => auditFindingOf(parameters, 'epsilonShare'),
};
