import type { Prescription, PrescriptionRound } from '../verdict/prescription.js';
import type { CheckResult } from '../verdict/result.js';
import { levelGradients } from './level-gradients.js';
import { nextPrescription } from './next-prescription.js';

/** What a prescription was derived from. */
export interface Derivation {
  /** The model as it is. */
  first: CheckResult;
  /** The model with the prescription; the same as `first` where nothing is prescribed. */
  last: CheckResult;
  prescription: Prescription;
  /** Every measurement, in order. */
  rounds: PrescriptionRound[];
}

/**
 * How often a model is measured at most on the way to one prescription. Three are usual (as it is, with initial values,
 * with rates, too), one more where an initial value hid another's.
 */
const MAXIMUM_ROUNDS = 6;

/** Checks the model with a prescription applied; null for none. */
export type Measure = (prescription: Prescription | null) => Promise<CheckResult>;

/**
 * Measures, prescribes what the measurement asks for, and measures again with it, until the check passes or asks for
 * nothing new.
 *
 * Where updates then follow no power of the width, gradients are brought to one size first and rates derived anew; that is
 * kept only if it makes the check pass.
 *
 * @param onRound - told before every measurement after the first
 */
export async function derive(
  measure: Measure,
  onRound: (round: number, what: string) => void = () => {},
): Promise<Derivation> {
  const first = await measure(null);
  const none: Prescription = { baseWidth: Math.min(...first.config.widths), parameters: {}, multipliers: {} };
  const rounds = [roundOf(first, none)];
  const again = async (prescription: Prescription): Promise<Step> => {
    onRound(rounds.length + 1, scaledText(prescription));
    const result = await measure(prescription);
    rounds.push(roundOf(result, prescription));
    return { prescription, result };
  };
  let reached = await climb({ prescription: none, result: first }, again);
  const isRight = rounds.length === 1 && first.verdict === 'pass';
  const level = isRight ? null : levelGradients(reached.result, reached.prescription);
  if (level !== null) {
    const other = await climb(await again(level), again);
    // What was measured last is what has been written: it must be what is prescribed.
    reached = other.result.verdict === 'pass' ? other : await again(reached.prescription);
  }
  return { first, last: reached.result, prescription: reached.prescription, rounds };
}

/** A prescription, and the check made with it. */
interface Step {
  prescription: Prescription;
  result: CheckResult;
}

async function climb(from: Step, again: (prescription: Prescription) => Promise<Step>): Promise<Step> {
  const tried = new Set([JSON.stringify(from.prescription)]);
  let step = from;
  for (let round = 1; step.result.verdict !== 'pass' && round < MAXIMUM_ROUNDS; round += 1) {
    const next = nextPrescription(step.result, step.prescription);
    // Taking back what was prescribed before would go round in circles.
    if (next === null || tried.has(JSON.stringify(next))) break;
    tried.add(JSON.stringify(next));
    step = await again(next);
  }
  return step;
}

function roundOf({ verdict, summary }: CheckResult, prescription: Prescription): PrescriptionRound {
  return { what: scaledText(prescription), prescription, verdict, summary };
}

/** What a prescription scales, counted: `with 1 initial value, 3 learning rates scaled`. */
function scaledText({ parameters, multipliers }: Prescription): string {
  const doses = Object.values(parameters);
  const counts: [number, string][] = [
    [Object.keys(multipliers).length, 'multiplier'],
    [doses.filter(({ initExponent }) => initExponent !== 0).length, 'initial value'],
    [doses.filter(({ learningRateExponent }) => learningRateExponent !== 0).length, 'learning rate'],
    [doses.filter(({ gradientExponent }) => gradientExponent !== 0).length, 'gradient'],
  ];
  const parts = counts
    .filter(([count]) => count > 0)
    .map(([count, noun]) => `${count} ${noun}${count === 1 ? '' : 's'}`);
  return parts.length === 0 ? 'as it is' : `with ${parts.join(', ')} scaled`;
}
