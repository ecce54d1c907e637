import { findingOf, type Rule } from '../rule.js';

/** Epsilon stays small against gradients that fall with width. */
export const unscaledEpsilon: Rule<'parameters'> = {
  id: 'unscaled-epsilon',
  title: 'Epsilon stays small against every gradient',
  failureTitle: 'Epsilon takes over from gradients that fall with width',
  source: 'Everett et al., Scaling Exponents Across Parameterizations and Optimizers, arXiv:2407.05872',
  explanation:
    'An adaptive optimizer’s update is g / (|g| + ε). What ε leaves of it is computed from the gradient’s RMS and the ' +
    'optimizer’s epsilon at every width. It fails where at the widest width it falls with an exponent beyond the ' +
    'tolerance: gradients of all but the readout fall with width, and so the exponent only gets steeper at the target. ' +
    'Make ε smaller, or multiply it by the power of width that the diagnosis names, as mup.adam does.',
  requires: ['parameters'],
  evaluate: ({ parameters }) =>
    findingOf(
      parameters.flatMap(({ parameter, epsilonShare }) =>
        epsilonShare === undefined ? [] : [{ ...epsilonShare, tap: null, parameter }],
      ),
    ),
};
