import { parameterName } from '../parameter-name.js';
import { nearestHalfInteger } from '../analysis/half-integer.js';
import type {
  MeasuredExponent,
  PrescribedParameter,
  Prescription,
  PrescriptionResult,
} from '../verdict/prescription.js';
import type { CheckResult, JudgedSlope, ParameterResult } from '../verdict/result.js';
import type { Derivation } from './derive.js';
import { prescriptionCode } from './prescription-code.js';
import { NO_DOSE } from './next-prescription.js';
import { isTable3 } from './table-3.js';

/** Puts a prescription beside what was measured without and with it. */
export function prescriptionResult({ first, last, prescription, rounds }: Derivation): PrescriptionResult {
  const { baseWidth } = prescription;
  const { optimizer } = last.config;
  const parameters = last.parameters.map((after) => prescribedParameter(after, first, prescription));
  const names = new Set(parameters.map(parameterName));
  const logits = Object.entries(prescription.multipliers)
    .filter(([place]) => !names.has(place))
    .map(([tap, multiplierExponent]) => ({ tap, multiplierExponent }));
  const equals = last.verdict === 'pass' && isTable3(parameters, optimizer) ? 'Tensor Programs V, Table 3' : null;
  return {
    schema: 'coordcheck/prescription',
    schemaVersion: 1,
    name: first.name,
    verdict: last.verdict,
    summary: summaryOf(last, { parameters, logits }),
    command: last.command,
    versions: last.versions,
    optimizer,
    baseWidth,
    parameters,
    logits,
    rounds,
    equals,
    code: prescriptionCode({ parameters, logits, baseWidth, equals, optimizer }),
  };
}

function prescribedParameter(
  after: ParameterResult,
  first: CheckResult,
  { parameters, multipliers }: Prescription,
): PrescribedParameter {
  const name = parameterName(after);
  const before = first.parameters.find((row) => parameterName(row) === name);
  const dose = parameters[after.parameter] ?? NO_DOSE;
  const pair = (key: 'init' | 'isolatedUpdate') => ({
    before: exponentOf(before?.[key] ?? null),
    after: exponentOf(after[key]),
  });
  return {
    parameter: after.parameter,
    use: after.use,
    role: after.role,
    ...dose,
    multiplierExponent: multipliers[name] ?? 0,
    valueExponent: after.value.slope === null ? null : nearestHalfInteger(after.value.slope),
    init: pair('init'),
    update: pair('isolatedUpdate'),
    reason: whyOpen(after),
  };
}

function exponentOf(measured: JudgedSlope | null): MeasuredExponent {
  const { slope = null, interval = null, expected = null } = measured ?? {};
  return { slope, interval, expected };
}

/** Why a parameter was left alone, or is not right yet. */
function whyOpen({ outcome, reason, isolatedUpdate, init }: ParameterResult): string | null {
  if (outcome === 'pass') return null;
  if (outcome === 'fail') return reason ?? 'still not right with all that could be prescribed';
  const settle = [isolatedUpdate, init].find((slope) => slope.settle !== null)?.settle;
  return [reason ?? 'it could not be judged', ...(settle == null ? [] : [`to settle it: ${settle}`])].join('; ');
}

/** One sentence: what is prescribed, and what the last measurement says. */
function summaryOf(
  { verdict, summary }: CheckResult,
  { parameters, logits }: Pick<PrescriptionResult, 'parameters' | 'logits'>,
): string {
  const changed = new Set(parameters.filter(isChanged).map(({ parameter }) => parameter)).size;
  if (changed + logits.length === 0) return `Nothing ${verdict === 'pass' ? 'is to' : 'can'} be prescribed. ${summary}`;
  const counts = [
    ...(changed === 0 ? [] : [`${changed} ${changed === 1 ? 'parameter' : 'parameters'}`]),
    ...(logits.length === 0 ? [] : [`attention logits at ${logits.length} ${logits.length === 1 ? 'tap' : 'taps'}`]),
  ];
  return `Prescribed for ${counts.join(' and ')}. ${summary}`;
}

/** Whether anything is prescribed for a parameter. */
function isChanged(parameter: PrescribedParameter): boolean {
  const { initExponent, learningRateExponent, gradientExponent, multiplierExponent } = parameter;
  return [initExponent, learningRateExponent, gradientExponent, multiplierExponent].some((exponent) => exponent !== 0);
}
