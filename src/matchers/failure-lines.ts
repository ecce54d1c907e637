import { parameterName } from '../parameter-name.js';
import type {
  CheckResult,
  GateResult,
  JudgedSlope,
  Outcome,
  ParameterQuantity,
  ParameterResult,
} from '../verdict/result.js';

/** How many places a failing test names before it sends the reader to the report. */
const MOST_LINES = 8;

/** A slope as a failing test prints it: `width^0.98 (95 % interval 0.91 to 1.05), expected width^0`. */
export function slopeText(judged: JudgedSlope): string {
  if (judged.slope === null) return `could not be measured (${judged.reason ?? 'no reason given'})`;
  const interval = judged.interval
    ? ` (95 % interval ${exponent(judged.interval[0])} to ${exponent(judged.interval[1])})`
    : ' (no 95 % interval)';
  const expected = judged.expected === null ? '' : `, expected width^${exponent(judged.expected)}`;
  return `goes as width^${exponent(judged.slope)}${interval}${expected}`;
}

/**
 * Why the verdict of a check is not a pass: one line a place, gates first, at most 8.
 *
 * Taps are named only where no parameter is: what moves downstream of a parameter at fault is its symptom.
 */
export function failureLines(result: CheckResult): string[] {
  const wanted: Outcome = result.verdict === 'fail' ? 'fail' : 'inconclusive';
  const gates = result.gates.filter(({ outcome }) => outcome === wanted).map(gateLine);
  const parameters = result.parameters.flatMap((parameter) => parameterLines(parameter, wanted));
  const taps = result.taps
    .filter(({ outcome, judged }) => judged && outcome === wanted)
    .map((row) => `${row.tap}: ${row.quantity} at step ${row.step} ${judgementText(row)}`);
  const lines = [...gates, ...(parameters.length > 0 ? parameters : taps)];
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} more: see the report`];
}

/** The gates that did not pass, one line each: while there is one, no slope of the check means anything. */
export function openGateLines({ gates }: Pick<CheckResult, 'gates'>): string[] {
  return gates.filter(({ outcome }) => outcome !== 'pass').map(gateLine);
}

/** The likely causes of a failure, one line each; empty where none was recognised. */
export function causeLines(result: CheckResult): string[] {
  return result.diagnosis.map(({ cause, text }) => `likely cause: ${cause}: ${text}`);
}

function parameterLines(parameter: ParameterResult, wanted: Outcome): string[] {
  if (parameter.outcome !== wanted) return [];
  const name = parameterName(parameter);
  const quantities: [string, ParameterQuantity | undefined][] = [
    ['init', parameter.init],
    ['isolated update', parameter.isolatedUpdate],
    // The rate itself may go like any power of width: what is judged is the last against the first.
    ['drift of the effective rate', parameter.rateDrift],
    ['decay', parameter.decay],
    ['epsilon share', parameter.epsilonShare],
  ];
  const lines = quantities.flatMap(([title, quantity]) =>
    quantity?.outcome === wanted ? [`${name}: ${title}${place(quantity)} ${judgementText(quantity)}`] : [],
  );
  return lines.length > 0 ? lines : [`${name}: ${sentence(parameter.reason, null)}`];
}

function place({ tap, step }: ParameterQuantity): string {
  return (step === null ? '' : ` at step ${step}`) + (tap === null ? '' : `, measured at ${tap},`);
}

/** A slope with the reason for its outcome, which stands for the slope where there is none, and what would settle it. */
function judgementText(judged: JudgedSlope): string {
  const reason = judged.slope === null ? null : judged.reason;
  return [slopeText(judged), reason, judged.settle].filter((part) => part !== null).join('; ');
}

function gateLine({ title, reason, settle }: GateResult): string {
  return `${title}: ${sentence(reason, settle)}`;
}

function sentence(reason: string | null, settle: string | null): string {
  return [reason ?? 'no reason given', settle].filter((part) => part !== null).join('; ');
}

/** Two decimals, and never a negative zero. */
function exponent(value: number): string {
  return String(Number(value.toFixed(2)) + 0);
}
