import type { Role } from '../parametrization/role.js';
import type { Declared } from './declared.js';
import type { Expected } from './judge-slope.js';

/** Δx and W₀Δx must not grow; a smaller one is judged by the isolated updates. */
export const MUST_NOT_GROW: Expected = { exponent: 0, side: 'above' };

/** Every isolated update is Θ(1): larger blows up, smaller is frozen. */
export const INDEPENDENT: Expected = { exponent: 0, side: 'both' };

/**
 * What a weight's initial output must scale like, by role: input and hidden 0; readout −½ or less (a zero readout is
 * the limit); a vector's or scalar's own contribution at init is a constant of the user's choice, never judged.
 */
export function expectedInit(role: Role, declared: Declared): Expected | null {
  if (declared.isExempt) return null;
  if (declared.init !== null) return { exponent: declared.init, side: 'both' };
  if (role === 'readout') return { exponent: -1 / 2, side: 'above' };
  return role === 'input' || role === 'hidden' ? INDEPENDENT : null;
}

/** What a tap's initial activation must scale like: it must not grow, unless the user declared an exponent. */
export function expectedActivation(declared: Declared): Expected | null {
  if (declared.isExempt) return null;
  return declared.init === null ? MUST_NOT_GROW : { exponent: declared.init, side: 'both' };
}
