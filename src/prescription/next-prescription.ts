import { nearestHalfInteger, TOLERANCE } from '../analysis/half-integer.js';
import { parameterName } from '../parameter-name.js';
import type { Dose, Prescription } from '../verdict/prescription.js';
import { mendsForwardPass, type CheckResult, type Diagnosis, type ParameterResult } from '../verdict/result.js';

/** Gates that only tell of training after the first updates, in which exponents are measured. */
const LATE_GATES: ReadonlySet<string> = new Set(['finite']);

/** A parameter left as it is. */
export const NO_DOSE: Dose = { initExponent: 0, learningRateExponent: 0, gradientExponent: 0 };

/**
 * The prescription that a measurement asks for on top of the one it was made with; null where it asks for no other.
 *
 * It takes the exponents of the diagnosis, in its order: the forward pass and initial values first. A rate is prescribed
 * only once those are right, when an isolated update inherits nothing: its exponent then is the parameter's own whatever
 * the optimizer does with gradients, of which nothing is assumed.
 *
 * Of a readout the initial output is read, which must go like width^-½: W₀·Δx then keeps its size, for it sums n aligned
 * terms where W₀·x₀ sums n independent ones. That output is small and noisy: where it lies between two classes it is taken
 * for the nearest, so that no rate is derived from gradients that may be wrong, and the next measurement tells. Where
 * nothing else is asked for, W₀·Δx itself is read.
 */
export function nextPrescription(result: CheckResult, current: Prescription): Prescription | null {
  const { diagnosis, gates, parameters } = result;
  if (!isMeasured(gates)) return null;
  const first = diagnosis.filter(mendsForwardPass);
  // What goes wrong after the first step is the training loop's: no factor on every step mends it.
  const rates = diagnosis.filter(({ cause, fix }) => cause !== 'rate-overwritten' && 'learningRateExponent' in fix);
  const steps = [
    () => first.reduce((sum, each) => withFix(sum, each, parameters), current),
    () => openReadouts(result).reduce(withLowered, current),
    () => rates.reduce((sum, each) => withFix(sum, each, parameters), current),
    () => amplifyingReadouts(result).reduce(withLowered, current),
  ];
  for (const step of steps) {
    const next = step();
    if (next !== current) return next;
  }
  return null;
}

/** A readout whose initial value is too large by a power of the width. */
interface LargeReadout {
  parameter: string;
  exponent: number;
}

/** Readouts whose initial output lies between two classes, and nearest to one that is too large. */
function openReadouts({ parameters }: CheckResult): LargeReadout[] {
  return parameters.filter(isReadout).flatMap(({ parameter, init: { outcome, slope, expected } }) => {
    if (outcome !== 'inconclusive' || slope === null || expected === null) return [];
    const exponent = nearestHalfInteger(slope - expected);
    return exponent > 0 ? [{ parameter, exponent }] : [];
  });
}

/** Readouts that amplify the changes upstream of them beyond doubt, and by which power of the width. */
function amplifyingReadouts({ taps, parameters }: CheckResult): LargeReadout[] {
  const readouts = new Set(parameters.filter(isReadout).map(({ parameter }) => parameter));
  return taps.flatMap(({ quantity, judged, parameter, slope, interval }) => {
    const isOfReadout = quantity === 'propagated' && judged && parameter !== null && readouts.has(parameter);
    if (!isOfReadout || slope === null || interval === null || interval[0] <= TOLERANCE) return [];
    return [{ parameter, exponent: nearestHalfInteger(slope) }];
  });
}

/** A tied readout has its embedding's initial value: a multiplier is what lowers it. */
function isReadout({ role, use }: ParameterResult): boolean {
  return role === 'readout' && use === null;
}

function withLowered(to: Prescription, { parameter, exponent }: LargeReadout): Prescription {
  return withDose(to, parameter, { initExponent: -exponent, learningRateExponent: 0 });
}

/** Whether gates leave the slopes of a check something to go by. */
export function isMeasured(gates: CheckResult['gates']): boolean {
  return gates.every(({ gate, outcome }) => outcome === 'pass' || LATE_GATES.has(gate));
}

function withFix(
  to: Prescription,
  { fix, parameters: names, taps = [] }: Diagnosis,
  rows: readonly ParameterResult[],
): Prescription {
  const { multiplierExponent = 0, learningRateExponent = 0 } = fix;
  const uses = names.filter((name) => rows.some((row) => row.use !== null && parameterName(row) === name));
  if (multiplierExponent !== 0 && (uses.length > 0 || taps.length > 0)) {
    return [...uses, ...taps].reduce((sum, place) => withMultiplier(sum, place, multiplierExponent), to);
  }
  // What one multiplier would mend, an initial value and a rate do, too; the rate is measured once the value is right.
  const { initExponent = multiplierExponent } = fix;
  const found = names.flatMap(
    (name) => rows.find((row) => parameterName(row) === name && !isSecondUse(row, rows)) ?? [],
  );
  return found.reduce((sum, { parameter }) => withDose(sum, parameter, { initExponent, learningRateExponent }), to);
}

function withMultiplier(to: Prescription, place: string, exponent: number): Prescription {
  return { ...to, multipliers: { ...to.multipliers, [place]: (to.multipliers[place] ?? 0) + exponent } };
}

function withDose(
  to: Prescription,
  parameter: string,
  dose: Pick<Dose, 'initExponent' | 'learningRateExponent'>,
): Prescription {
  const before = to.parameters[parameter] ?? NO_DOSE;
  const sum = {
    ...before,
    initExponent: before.initExponent + dose.initExponent,
    learningRateExponent: before.learningRateExponent + dose.learningRateExponent,
  };
  return { ...to, parameters: { ...to.parameters, [parameter]: sum } };
}

/** A tied parameter has one initial value and one rate: those of its first use; the others take a multiplier. */
function isSecondUse(row: ParameterResult, rows: readonly ParameterResult[]): boolean {
  return row.use !== null && rows.find(({ parameter }) => parameter === row.parameter) !== row;
}
