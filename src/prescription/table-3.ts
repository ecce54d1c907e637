import { ABC } from '../parametrization/abc.js';
import { familyOfRole, optimizerFamily } from '../parametrization/optimizer-family.js';
import type { PrescribedParameter } from '../verdict/prescription.js';

/**
 * Whether a prescription is Table 3 of Tensor Programs V for its optimizer: initial values in all, and rates on top of
 * one for everything.
 *
 * It is looked up only now, to offer shorter code: nothing was derived from it. A tied readout has its embedding's
 * row, and a multiplier of its own.
 */
export function isTable3(parameters: readonly PrescribedParameter[], optimizer: string): boolean {
  const family = optimizerFamily(optimizer);
  if (family === null) return false;
  const judged = parameters.filter(({ reason, use, role }) => reason === null && !(use !== null && role === 'readout'));
  return (
    judged.some((one) => one.learningRateExponent !== 0) &&
    judged.every(({ role, learningRateExponent, valueExponent }) => {
      const { b, c } = ABC['mup-table3'][role];
      const isVector = role === 'vector' || role === 'scalar';
      const isInit = isVector || valueExponent === null || valueExponent === -b + 0;
      return isInit && learningRateExponent === -c[familyOfRole(family, role)] + 0;
    })
  );
}
