import type { OptimizerFamily } from '../parametrization/optimizer-family.js';
import type { Role } from '../parametrization/role.js';
import type { Declared } from './declared.js';
import type { Expected } from './judge-slope.js';

/** Δx and W₀Δx must not grow; a smaller one is judged by the isolated updates. */
export const MUST_NOT_GROW: Expected = { exponent: 0, side: 'above' };

/** A sum of n independent terms over n: the readout, and attention logits q·k/d whose head size grows. */
const SHRINKING: Expected = { exponent: -1 / 2, side: 'above' };

/**
 * What q·k must be multiplied by where the sum over them grows with width: 1/d. Where q starts at zero, nothing else
 * shows at init: with training q becomes aligned with k, so that 1/√d would have logits grow like √d.
 */
export const ONE_OVER_SUM: Expected = { exponent: -1, side: 'above' };

/** Every isolated update is Θ(1): larger blows up, smaller is frozen. */
export const INDEPENDENT: Expected = { exponent: 0, side: 'both' };

/**
 * What an isolated update must scale like: Θ(1), but where updates follow the gradient's size and the readout starts
 * smaller than it must (the limit of which is zero), the first update of everything upstream is smaller by as much. The
 * readout's own update is Θ(1/width), and the gradient is right as soon as that outweighs what it started from.
 *
 * A parameter of finite shape in front of the width must not grow. Its gradient is a sum over the width of products of
 * weights with gradients of size 1/width: before training the two are independent, so that the sum goes like
 * width^−½; once they are aligned it is Θ(1), and in between is no fault.
 *
 * @param known.gap - by which power of width the readout's initial output is smaller, ≤ 0
 * @param known.isBeforeWidth - whether what grows with width comes behind it
 */
export function expectedUpdate(
  role: Role,
  { family, gap, isBeforeWidth }: { family: OptimizerFamily | null; gap: number; isBeforeWidth: boolean },
): Expected {
  if (family !== 'sgd' || role === 'readout') return INDEPENDENT;
  if (role === 'scalar') return isBeforeWidth ? MUST_NOT_GROW : INDEPENDENT;
  return { exponent: gap, side: 'both' };
}

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
 * the limit), but anything up to 0 for one that is tied: an embedding's constant size over 1/width, whose sum over the
 * width is coherent with what the embedding put in; a vector's or scalar's own contribution at init is a constant of
 * the user's choice, never judged.
 */
export function expectedInit(
  role: Role,
  { declared, isTied = false }: { declared: Declared; isTied?: boolean },
): Expected | null {
  if (declared.isExempt) return null;
  if (declared.init !== null) return { exponent: declared.init, side: 'both' };
  if (role === 'readout') return isTied ? MUST_NOT_GROW : SHRINKING;
  return role === 'input' || role === 'hidden' ? INDEPENDENT : null;
}

/** What a tap shows. */
export interface TapKind {
  declared: Declared;
  /** Whether it is the place of a readout, and of a tied one. */
  readout: 'own' | 'tied' | null;
  /** Whether it shows sums over products of activations that grow with width. */
  isInfiniteProduct: boolean;
}

/**
 * What a tap's initial activation must scale like: it must not grow; at a readout, and at attention logits whose head
 * size grows, it shrinks; or what the user declared.
 */
export function expectedActivation({ declared, readout, isInfiniteProduct }: TapKind): Expected | null {
  if (declared.isExempt) return null;
  if (declared.init !== null) return { exponent: declared.init, side: 'both' };
  if (isInfiniteProduct) return SHRINKING;
  return readout === null ? MUST_NOT_GROW : expectedInit('readout', { declared, isTied: readout === 'tied' });
}
