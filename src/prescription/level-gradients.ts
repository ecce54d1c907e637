import { nearestHalfInteger } from '../analysis/half-integer.js';
import { optimizerFamily } from '../parametrization/optimizer-family.js';
import type { Dose, Prescription } from '../verdict/prescription.js';
import type { CheckResult, ParameterResult } from '../verdict/result.js';
import { isMeasured, NO_DOSE } from './next-prescription.js';

/**
 * The prescription that brings every gradient to the same size at every width before the optimizer sees it, and rates
 * back to what they were; null where that cannot help.
 *
 * An optimizer whose constants (an epsilon, the start of an accumulator) lie at the size of a gradient that changes with
 * width follows no power of the width, and no rate mends it: its constants have to stay in proportion to the gradient.
 * It is asked for where isolated updates stay open with the rates they ask for, or where the size of updates follows that
 * of gradients by half, or is about to where an epsilon takes over: then a rate may pass here, and is no law. Where
 * updates are proportional to gradients it would change nothing.
 */
export function levelGradients(
  { parameters: rows, config, gates }: CheckResult,
  current: Prescription,
): Prescription | null {
  if (!isMeasured(gates)) return null;
  const isOpen = rows.some(({ isolatedUpdate: { outcome } }) => outcome === 'inconclusive' || outcome === 'fail');
  const isBetween = rows.some((row) => followsByHalf(row, current) || row.epsilonShare?.outcome === 'fail');
  if ((!isOpen && !isBetween) || optimizerFamily(config.optimizer) === 'sgd') return null;
  const parameters: Record<string, Dose> = {};
  for (const { parameter, gradient } of rows) {
    const gradientExponent = gradient.slope === null ? 0 : 0 - nearestHalfInteger(gradient.slope);
    const { initExponent } = current.parameters[parameter] ?? NO_DOSE;
    if (initExponent !== 0 || gradientExponent !== 0) {
      parameters[parameter] = { initExponent, learningRateExponent: 0, gradientExponent };
    }
  }
  const isLevel = Object.values(parameters).every(({ gradientExponent }) => gradientExponent === 0);
  return isLevel ? null : { ...current, parameters };
}

/** Between these shares of the gradient's exponent, an update's is neither the gradient's (1) nor free of it (0). */
const BY_HALF = [1 / 4, 3 / 4] as const;

/** Whether a parameter's update, but for the rate prescribed, goes like a broken power of its gradient. */
function followsByHalf({ parameter, update, gradient }: ParameterResult, current: Prescription): boolean {
  if (update.slope === null || gradient.slope === null || nearestHalfInteger(gradient.slope) === 0) return false;
  const { learningRateExponent } = current.parameters[parameter] ?? NO_DOSE;
  const share = (update.slope - learningRateExponent) / gradient.slope;
  return share > BY_HALF[0] && share < BY_HALF[1];
}
