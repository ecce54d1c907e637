import type { Dose } from '../records/prescription.js';
import type { RunSpec } from './run-spec.js';

/** What a prescription multiplies at one width, by parameter or place; what it leaves alone is absent. */
export interface PrescribedFactors {
  init: Record<string, number>;
  updates: Record<string, number>;
  /** Of gradients, before the optimizer sees them. */
  gradients: Record<string, number>;
  multipliers: Record<string, number>;
}

/** The factors of a run: (width / base width)^exponent, none at base width. */
export function prescribedFactors({ width, prescription }: Pick<RunSpec, 'width' | 'prescription'>): PrescribedFactors {
  const { baseWidth = width, parameters = {}, multipliers = {} } = prescription ?? {};
  const factors = (exponents: readonly (readonly [string, number])[]): Record<string, number> => {
    const all = exponents.map(([name, exponent]) => [name, (width / baseWidth) ** exponent] as const);
    return Object.fromEntries(all.filter(([, factor]) => factor !== 1));
  };
  const doses = (key: keyof Dose) => factors(Object.entries(parameters).map(([name, dose]) => [name, dose[key]]));
  return {
    init: doses('initExponent'),
    updates: doses('learningRateExponent'),
    gradients: doses('gradientExponent'),
    multipliers: factors(Object.entries(multipliers)),
  };
}
