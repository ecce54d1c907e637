import type { ParameterAnalysis, Series } from '../analysis/analyze.js';
import { nearestHalfInteger } from '../analysis/half-integer.js';
import { ABC } from '../parametrization/abc.js';
import type { OptimizerFamily } from '../parametrization/optimizer-family.js';
import type { Role } from '../parametrization/role.js';

/** What is measured of a parameter's own scaling, apart from everything around it. */
export interface MeasuredExponents {
  /** Of what the forward pass multiplies it by (−a), to the nearest ½; 0 where it cannot be told. */
  multiplier: number;
  /** Of its effective learning rate (−c): of its first update over what its optimizer makes it of; null if unknown. */
  rate: number | null;
}

/** What is known of a parameter whose exponents are read. */
interface MeasuredAt {
  role: Role;
  family: OptimizerFamily | null;
  inputExponent: number;
  output: number | undefined;
}

/**
 * Reads a parameter's multiplier and rate off the sizes of its value, gradient and update.
 *
 * The initial output is a sum of independent terms, x + f/2 − (a + b) with f = 1 for an infinite fan-in and b from the
 * value's own size, which leaves a. The first update's size is that of the gradient times the rate (SGD), or the rate
 * itself (Adam and its like); so neither the loss nor anything up- or downstream enters.
 *
 * @param inputExponent - x, of the initial activation it is applied to
 * @param output - exponent of what it puts out at first; undefined where that was not measured
 */
export function measuredExponents(
  {
    value,
    update,
    gradient,
    isolatedUpdate,
  }: Pick<ParameterAnalysis, 'value' | 'update' | 'gradient' | 'isolatedUpdate'>,
  { role, family, inputExponent, output }: MeasuredAt,
): MeasuredExponents {
  const step = isolatedUpdate.step ?? 1;
  const size = slopeAt(value, 0);
  const isSummed = role === 'hidden' || role === 'readout';
  // What a vector puts out is not told from its layer's initial output.
  const isMatrix = isSummed || role === 'input';
  const multiplier =
    size === undefined || output === undefined || !isMatrix
      ? 0
      : nearestHalfInteger(output - inputExponent - (isSummed ? 1 / 2 : 0) - size);
  const moved = slopeAt(update, step);
  const from = family === 'sgd' ? slopeAt(gradient, step - 1) : 0;
  // An orthogonalised update of n × n coordinates has the size n^-½ at a constant rate.
  const orthogonal = family === 'muon' ? -1 / 2 : 0;
  const rate = family === null || moved === undefined || from === undefined ? null : moved - from - orthogonal;
  return { multiplier, rate };
}

/** Slope of the series of a step; undefined where it was not measured or has none. */
export function slopeAt(series: readonly Series[], step: number): number | undefined {
  return series.find((one) => one.step === step)?.fit?.slope;
}

/**
 * How far a measured rate is from µP's: Table 3's row, moved by the multiplier as abc-symmetry asks (its square under SGD).
 *
 * @returns null where the rate is not known
 */
export function rateDeviation(
  { multiplier, rate }: MeasuredExponents,
  { role, family }: { role: Role; family: OptimizerFamily | null },
): number | null {
  if (rate === null || family === null) return null;
  return rate + ABC['mup-table3'][role].c[family] + (family === 'sgd' ? 2 : 1) * multiplier;
}
