import { nearestHalfInteger, TOLERANCE } from '../analysis/half-integer.js';
import type { OptimizerFamily } from '../parametrization/optimizer-family.js';
import { causeId, causeOf, type Fault, type ForwardCause } from './causes.js';
import { bracket } from './judge-slope.js';
import type { Diagnosis, JudgedSlope, ParameterResult, TapResult } from './result.js';

/** A parameter as the diagnosis sees it, in the order of the forward pass. */
export interface DiagnosedParameter {
  result: ParameterResult;
  /** How its update follows its gradient; null where that is not known. */
  family: OptimizerFamily | null;
  /** Exponent of the initial activation that feeds its layer; 0 where that is not known. */
  inputExponent: number;
}

/** What the diagnosis needs to know of the check. */
export interface DiagnosisContext {
  /** Whether any slope of the check fails: else there is nothing to explain. */
  isFailing: boolean;
  taps: readonly TapResult[];
  widest: number;
  targetWidth: number | null;
}

/** One parameter's own fault, downstream effects taken off. */
interface OwnFault {
  parameter: ParameterResult;
  fault: Fault;
  /** Own deviation from the expected exponent, to the nearest ½. */
  exponent: number;
  measured: JudgedSlope;
}

/**
 * Names the likely causes of what was measured, with the exponents of width that mend them.
 *
 * Two effects are taken off first, so that each cause is named once. At initialization an activation inherits the
 * deviation of the one that feeds it: a weight answers for its own gain alone. An isolated update ΔW·x inherits its
 * input's deviation, and, where the update follows the gradient's size (SGD), that of the input once more and the gain
 * of every weight downstream, which the backward pass goes through.
 *
 * The bound on false alarms guards the verdict. Once a slope fails within it, a fault needs its own 95 % interval alone:
 * a cause left out would make the cure of the others wrong.
 */
export function diagnose(parameters: readonly DiagnosedParameter[], context: DiagnosisContext): Diagnosis[] {
  if (!context.isFailing) return [];
  const faults = parameters.flatMap((_, index) => faultsOf(parameters, index));
  const tied = faults.filter(({ parameter, fault: kind }) => isTiedReadout(parameter) && kind.endsWith('-unscaled'));
  const groups = new Map<string, [OwnFault, ...OwnFault[]]>();
  for (const own of faults.filter((f) => !tied.includes(f))) {
    const key = `${own.parameter.role} ${own.fault} ${own.exponent}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [own]);
    else group.push(own);
  }
  const diagnoses = [...groups.values()].map((group) => diagnosisOf(group, context));
  // The forward pass, then initial sizes are mended first: rates are measured anew once they are right.
  const ordered = diagnoses.toSorted((a, b) => Number(isRateFix(a)) - Number(isRateFix(b)));
  return [...attentionDiagnoses(context), ...tiedDiagnoses(tied, context), ...ordered];
}

function faultsOf(parameters: readonly DiagnosedParameter[], index: number): OwnFault[] {
  const diagnosed = parameters[index] as DiagnosedParameter;
  const { result } = diagnosed;
  const gain = gainDeviation(diagnosed);
  const update = ownUpdateDeviation(diagnosed, parameters.slice(index + 1));
  return [
    ...(gain === 0 ? [] : [fault(result, gain > 0 ? 'init-unscaled' : 'init-overscaled', { exponent: gain })]),
    ...(update === 0 ? [] : [fault(result, update > 0 ? 'rate-unscaled' : 'rate-overscaled', { exponent: update })]),
  ];
}

function fault(parameter: ParameterResult, kind: Fault, { exponent }: { exponent: number }): OwnFault {
  const measured = kind.startsWith('init') ? parameter.init : parameter.isolatedUpdate;
  return { parameter, fault: kind, exponent, measured };
}

/** How much the initial weight itself deviates, to the nearest ½; 0 where its initial activation is as it must be. */
function gainDeviation({ result, inputExponent }: DiagnosedParameter): number {
  const { init, role } = result;
  if (init.slope === null || init.expected === null) return 0;
  // Its gradient is off by what its multiplier is; at init that shows against −½, though as much as 0 would pass.
  if (isTiedReadout(result)) return isBeyond(init) ? Math.max(0, nearestHalfInteger(init.slope + 1 / 2)) : 0;
  // Without an inherited part the judged outcome decides; with one, what is left of the slope does.
  if (nearestHalfInteger(inputExponent) === 0 && !isBeyond(init)) return 0;
  const rest = init.slope - inputExponent - init.expected;
  const own = Math.abs(rest) < TOLERANCE ? 0 : nearestHalfInteger(rest);
  // A readout smaller than it must be is like a zero one: no fault.
  return role === 'readout' ? Math.max(0, own) : own;
}

function ownUpdateDeviation(
  { result: { isolatedUpdate, role }, inputExponent, family }: DiagnosedParameter,
  downstream: readonly DiagnosedParameter[],
): number {
  const { slope, expected } = isolatedUpdate;
  if (slope === null || expected === null) return 0;
  const isMatrix = role === 'input' || role === 'hidden' || role === 'readout';
  const input = isMatrix ? nearestHalfInteger(inputExponent) : 0;
  const gains = downstream.reduce((sum, parameter) => sum + gainDeviation(parameter), 0);
  const inherited = family === 'sgd' ? 2 * input + (role === 'scalar' ? 0 : gains) : input;
  if (inherited === 0 && !isBeyond(isolatedUpdate)) return 0;
  const own = slope - expected - inherited;
  return Math.abs(own) < TOLERANCE ? 0 : nearestHalfInteger(own);
}

/** Whether a judged slope is at fault: by the verdict's bound, or by its own 95 % interval. */
function isBeyond({ outcome, interval, expected }: JudgedSlope): boolean {
  if (outcome === 'fail') return true;
  if (outcome !== 'inconclusive' || interval === null || expected === null) return false;
  return interval[0] > expected + TOLERANCE || interval[1] < expected - TOLERANCE;
}

function isRateFix({ fix }: Diagnosis): boolean {
  return fix.learningRateExponent !== undefined;
}

function diagnosisOf(group: [OwnFault, ...OwnFault[]], context: DiagnosisContext): Diagnosis {
  const [first] = group;
  const cause = causeId(first.parameter.role, first.fault);
  const isRate = first.fault.startsWith('rate');
  const cure = -first.exponent + 0;
  return {
    cause,
    title: causeOf(cause).title,
    parameters: group.map(({ parameter }) => nameOf(parameter)),
    fix: isRate ? { learningRateExponent: cure } : { initExponent: cure },
    text: `${allSeen(group)} ${consequence(first, context)}`,
  };
}

function nameOf({ parameter, use }: ParameterResult): string {
  return use === null ? parameter : `${parameter}@${use}`;
}

/** How many of a group are told one by one. */
const TOLD = 2;

/** What was seen of a group: the first ones, and how far the others, which are named elsewhere, reach. */
function allSeen(group: readonly OwnFault[]): string {
  const rest = group.slice(TOLD).map(({ measured }) => measured.slope ?? 0);
  if (rest.length < 2) return group.map(seen).join(' ');
  const range = `width^${Math.min(...rest).toFixed(2)} to width^${Math.max(...rest).toFixed(2)}`;
  return [...group.slice(0, TOLD).map(seen), `Likewise ${rest.length} more: ${range}.`].join(' ');
}

function seen({ parameter, fault: kind, measured, exponent }: OwnFault): string {
  const { slope, interval, expected } = measured;
  const isCoarse = parameter.isolatedUpdate.tap === null;
  const what = kind.startsWith('init') ? 'initial output' : isCoarse ? 'update' : 'isolated update';
  const range = interval === null ? '' : ` ${bracket(interval)}`;
  const place = parameter.ownPlace === null || isCoarse ? '' : ` at ${parameter.ownPlace}`;
  const own = nearestHalfInteger((slope ?? 0) - (expected ?? 0)) === exponent ? '' : ` (its own part: ${exponent})`;
  return `The ${what} of ${nameOf(parameter)}${place} goes like width^${(slope ?? 0).toFixed(2)}${range}, expected width^${expected ?? 0}${own}.`;
}

/** A readout that is an embedding, too. */
export function isTiedReadout({ use, role }: ParameterResult): boolean {
  return use !== null && role === 'readout';
}

/** A tied readout has its embedding's initial size and rate: what is wrong there is its multiplier. */
function tiedDiagnoses(faults: readonly OwnFault[], context: DiagnosisContext): Diagnosis[] {
  const names = [...new Set(faults.map(({ parameter }) => nameOf(parameter)))];
  return names.flatMap((name): Diagnosis[] => {
    const own = faults.filter(({ parameter }) => nameOf(parameter) === name);
    // The update tells it whole: the embedding's constant size makes less of it at init.
    const worst = own.find(({ fault: kind }) => kind === 'rate-unscaled') ?? own[0];
    if (worst === undefined) return [];
    const text = [...own.map(seen), consequence(worst, context)].join(' ');
    return [forwardDiagnosis('tied-readout-unscaled', { parameters: [name], exponent: -worst.exponent, text })];
  });
}

/** Attention logits whose sum over the head size grows, and that are not divided by it. */
function attentionDiagnoses(context: DiagnosisContext): Diagnosis[] {
  const grown = context.taps.filter(
    ({ quantity, step, isProduct, outcome }) =>
      quantity === 'activation' && step === 0 && isProduct === true && outcome === 'fail',
  );
  const [first] = grown;
  if (first === undefined || first.slope === null) return [];
  const exponent = nearestHalfInteger(first.slope - (first.expected ?? 0));
  const sizes = grown.map(({ tap, slope, expected }) => {
    return `The initial attention logits at ${tap} go like width^${(slope ?? 0).toFixed(2)}, expected width^${expected ?? 0}.`;
  });
  const text = [...sizes, consequence({ exponent }, context)].join(' ');
  const taps = grown.map(({ tap }) => tap);
  return [{ ...forwardDiagnosis('attention-logits-unscaled', { parameters: [], exponent: -exponent, text }), taps }];
}

function forwardDiagnosis(
  cause: ForwardCause,
  { parameters, exponent, text }: { parameters: string[]; exponent: number; text: string },
): Diagnosis {
  return { cause, title: causeOf(cause).title, parameters, fix: { multiplierExponent: exponent }, text };
}

function consequence({ exponent }: Pick<OwnFault, 'exponent'>, { widest, targetWidth }: DiagnosisContext): string {
  const target = targetWidth ?? 8 * widest;
  const factor = 2 ** (exponent * Math.log2(target / widest));
  const off =
    factor >= 1
      ? `${Number(factor.toPrecision(3))} times too large`
      : `${Number((1 / factor).toPrecision(3))} times too small`;
  return `If it is right at width ${widest}, it is ${off} at width ${target}.`;
}
