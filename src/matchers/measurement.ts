import { parameterName } from '../parameter-name.js';
import type { CheckResult, JudgedSlope } from '../verdict/result.js';
import { refusal } from './refusal.js';

/** The quantities of a parameter that have a width exponent. */
const PARAMETER_QUANTITIES = ['init', 'isolatedUpdate', 'value', 'update', 'gradient'] as const;
type ParameterQuantityName = (typeof PARAMETER_QUANTITIES)[number];

/** What `toHaveWidthExponent` may ask for: a tap's quantities, or a parameter's. */
export type MeasuredQuantity = CheckResult['taps'][number]['quantity'] | ParameterQuantityName;

/** One measured exponent of a result, and what to call it. */
export interface Measurement {
  title: string;
  judged: JudgedSlope;
}

/** Which of a tap's or a parameter's measurements is meant. */
export interface MeasurementChoice {
  /** `change` of a tap and `isolatedUpdate` of a parameter, unless said. */
  quantity?: MeasuredQuantity;
  /** The step; the one the verdict stands on, unless said. */
  step?: number;
}

/**
 * Finds the measurement a test names.
 *
 * @param subject - a tap (`dense_2`), a parameter (`dense_2/kernel`), or one use of a tied one (`embedding/embeddings@readout`)
 * @throws CoordCheckError SETTING_INVALID where the result holds no such measurement: a name misspelt never passes
 */
export function measurement(result: CheckResult, subject: string, choice: MeasurementChoice): Measurement {
  const found = parameterMeasurement(result, subject, choice) ?? tapMeasurement(result, subject, choice);
  if (found) return found;
  const wanted = `${choice.quantity ?? 'a change'}${choice.step === undefined ? '' : ` at step ${choice.step}`}`;
  throw refusal({
    where: `the result of ${result.name}`,
    expected: `a tap or parameter with ${wanted}`,
    got: JSON.stringify(subject),
    hint: `Taps: ${names(result.taps.map(({ tap }) => tap))}. Parameters: ${names(result.parameters.map(parameterName))}.`,
  });
}

function parameterMeasurement(
  result: CheckResult,
  subject: string,
  { quantity = 'isolatedUpdate', step }: MeasurementChoice,
): Measurement | undefined {
  const isOfParameter = PARAMETER_QUANTITIES.find((name) => name === quantity);
  const parameter = result.parameters.find((each) => subject === parameterName(each) || subject === each.parameter);
  if (!isOfParameter || !parameter) return undefined;
  const judged = parameter[isOfParameter];
  if (step !== undefined && judged.step !== step) return undefined;
  const at = judged.step === null ? '' : ` at step ${judged.step}`;
  return { title: `${isOfParameter} of ${subject}${at}`, judged };
}

function tapMeasurement(
  result: CheckResult,
  subject: string,
  { quantity = 'change', step }: MeasurementChoice,
): Measurement | undefined {
  const rows = result.taps.filter(
    (row) => row.tap === subject && row.quantity === quantity && (step === undefined || row.step === step),
  );
  const row = rows.find(({ judged }) => judged) ?? rows.find(({ slope }) => slope !== null) ?? rows[0];
  return row && { title: `${row.quantity} of ${row.tap} at step ${row.step}`, judged: row };
}

function names(all: string[]): string {
  return [...new Set(all)].join(', ') || 'none';
}
