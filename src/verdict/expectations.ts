import type { Role } from '../parametrization/role.js';
import type { Declared } from './declared.js';
import type { Expected } from './judge-slope.js';

/** Δx and W₀Δx must not grow; a smaller one is judged by the isolated updates. */
export const MUST_NOT_GROW: Expected = { exponent: 0, side: 'above' };

/** Every isolated update is Θ(1): larger blows up, smaller is frozen. */
export const INDEPENDENT: Expected = { exponent: 0, side: 'both' };

/**
 * What the size (RMS) of a parameter's own update must scale like where its place in the forward pass cannot be seen:
 * ΔW·x sums over the fan-in coherently, so a matrix that sums over the width needs 1/width, everything else 1. It holds
 * for a forward pass without multipliers.
 */
export function expectedUpdateSize(role: Role): Expected {
  return { exponent: role === 'hidden' || role === 'readout' ? -1 : 0, side: 'both' };
}

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

/**
 * What a tap's initial activation must scale like: it must not grow, at a readout it shrinks; or what the user declared.
 */
export function expectedActivation(declared: Declared, isReadout: boolean): Expected | null {
  if (declared.isExempt) return null;
  if (declared.init !== null) return { exponent: declared.init, side: 'both' };
  return isReadout ? expectedInit('readout', declared) : MUST_NOT_GROW;
}
