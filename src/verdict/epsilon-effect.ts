import type { ParameterAnalysis } from '../analysis/analyze.js';
import { ratioAtWidest } from '../analysis/epsilon-share.js';
import { nearestHalfInteger, TOLERANCE } from '../analysis/half-integer.js';

/** What epsilon does to a parameter's updates g / (|g| + ε), at the gradients measured. */
export interface EpsilonEffect {
  /** Exponent of width of what it leaves of the first update. */
  shareExponent: number;
  /** The gradient over epsilon: its exponent with the 95 % interval, and its size at the widest width. */
  ratio: { exponent: number; interval: [number, number]; atWidest: number };
}

/** @returns null where there is no slope of it */
export function epsilonEffect({
  epsilonShare,
  overEpsilon,
}: Pick<ParameterAnalysis, 'epsilonShare' | 'overEpsilon'>): EpsilonEffect | null {
  if (epsilonShare.fit === null || overEpsilon.fit === null) return null;
  const { slope: exponent, interval95: interval } = overEpsilon.fit;
  return { shareExponent: epsilonShare.fit.slope, ratio: { exponent, interval, atWidest: ratioAtWidest(overEpsilon) } };
}

/**
 * What epsilon has to be multiplied by to follow the gradient, as an exponent of width; 0 where it is no matter: nothing says
 * that the gradient falls against it, or in a model this many times as wide as the widest the share that it leaves does
 * still not fall beyond the tolerance.
 */
export function followingExponent(effect: EpsilonEffect, growth: number): number {
  const { exponent, interval } = effect.ratio;
  const isFalling = interval[1] < -TOLERANCE && shareExponentAt(effect, growth) <= -TOLERANCE;
  return isFalling ? nearestHalfInteger(exponent) : 0;
}

/**
 * Exponent of width that the share has in a model this many times as wide as the widest. With g / ε = r ∝ width^γ, the share
 * r / (1 + r) goes there like width^(γ / (1 + r)), and beyond it ever more like width^γ, where γ is negative.
 */
export function shareExponentAt(effect: EpsilonEffect, growth: number): number {
  const { exponent } = effect.ratio;
  return exponent * (1 - shareLeft(effect, growth));
}

/**
 * The share of an update that epsilon leaves in a model this many times as wide as the widest.
 *
 * @param exponent - of the gradient over epsilon; the measured one unless given
 */
export function shareLeft({ ratio }: EpsilonEffect, growth: number, exponent = ratio.exponent): number {
  const grown = ratio.atWidest * growth ** exponent;
  return grown / (1 + grown);
}
