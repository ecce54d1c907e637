import { parameterName } from '../../parameter-name.js';
import type { MeasuredExponent, PrescribedParameter, PrescriptionResult } from '../../verdict/prescription.js';
import { exponentText, NO_NUMBER, slopeText } from './numbers.js';

/** What the table's factors and slopes mean. */
export function prescriptionLegend({ baseWidth }: PrescriptionResult): string {
  return `Multiply by these, w = width / ${baseWidth}. Beside them the slopes of initial output and isolated update: as the model is → with the prescription.`;
}

/** A power of the width multiplier, `w^−½`; 1 where there is nothing to multiply by. */
export function factorText(exponent: number): string {
  if (exponent === 0) return '1';
  return exponent === 1 ? 'w' : `w^${exponentText(exponent)}`;
}

/** A vector's own initial size is the user's choice: nothing is expected of it. */
export function judgedSlopeText({ slope, expected }: MeasuredExponent): string {
  return expected === null ? NO_NUMBER : slopeText(slope);
}

/** Whether anything but a multiplier is prescribed for a parameter. */
export function isDosed({ initExponent, learningRateExponent, gradientExponent }: PrescribedParameter): boolean {
  return initExponent !== 0 || learningRateExponent !== 0 || gradientExponent !== 0;
}

/** Whether a prescription scales gradients: most do not, and need no column of ones. */
export function scalesGradients({ parameters }: PrescriptionResult): boolean {
  return parameters.some(({ gradientExponent }) => gradientExponent !== 0);
}

/** The places of the forward pass that are multiplied: uses of parameters, and attention logits. */
export function prescribedMultipliers({
  parameters,
  logits,
}: PrescriptionResult): { name: string; exponent: number }[] {
  const uses = parameters.filter((row) => row.multiplierExponent !== 0);
  return [
    ...uses.map((row) => ({ name: parameterName(row), exponent: row.multiplierExponent })),
    ...logits.map(({ tap, multiplierExponent }) => ({ name: tap, exponent: multiplierExponent })),
  ];
}
