import { parameterName } from '../parameter-name.js';
import { nearestHalfInteger } from '../analysis/half-integer.js';
import { causeId, causeOf, fixOf, isOfOptimizer } from './causes.js';
import { shareLeft } from './epsilon-effect.js';
import { ONE_OVER_SUM } from './expectations.js';
import { bracket } from './judge-slope.js';
import { gainDeviation, ownFaults, type DiagnosedParameter, type OwnFault } from './own-faults.js';
import type { Diagnosis, JudgedSlope, TapResult } from './result.js';

/** What the diagnosis needs to know of the check. */
export interface DiagnosisContext {
  /** Whether any slope of the check fails: else there is nothing to explain. */
  isFailing: boolean;
  taps: readonly TapResult[];
  /** Exponents of what attention multiplies q·k by, by tap. */
  scales: ReadonlyMap<string, number>;
  widest: number;
  targetWidth: number | null;
}

/**
 * Names the likely causes of what was measured, with the exponents of width that mend them.
 *
 * Parameters with the same fault are one cause; what a fault does to other places is taken off before (own-faults.ts).
 *
 * The bound on false alarms guards the verdict. Once a slope fails within it, a fault needs its own 95 % interval alone:
 * a cause left out would make the cure of the others wrong.
 */
export function diagnose(parameters: readonly DiagnosedParameter[], context: DiagnosisContext): Diagnosis[] {
  if (!context.isFailing) return [];
  const isGradientOff = parameters.some((parameter) => gainDeviation(parameter) !== 0);
  const isEpsilonTakingOver = parameters.some(({ result }) => result.epsilonShare?.outcome === 'fail');
  const growth = Math.max(1, launchWidth(context) / context.widest);
  const faults = parameters.flatMap((one) => ownFaults(one, { isGradientOff, isEpsilonTakingOver, growth }));
  const groups = new Map<string, [OwnFault, ...OwnFault[]]>();
  const named = new Set<string>();
  for (const own of faults) {
    const key = `${causeId(own.parameter.role, own.fault)} ${own.exponent}`;
    // The uses of a tied parameter share what the training loop does to it.
    if (named.has(`${key} ${nameOf(own)}`)) continue;
    named.add(`${key} ${nameOf(own)}`);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [own]);
    else group.push(own);
  }
  const diagnoses = [...groups.values()].map((group) => diagnosisOf(group, context));
  // The forward pass, then initial sizes are mended first: rates are measured anew once they are right.
  const ordered = diagnoses.toSorted((a, b) => Number(isRateFix(a)) - Number(isRateFix(b)));
  const all = [...attentionDiagnoses(context), ...ordered];
  const isExplained = all.some(({ cause }) => !EXPLAINS_NO_GROWTH.has(cause));
  if (isExplained) return all;
  const shrunk = new Set(all.filter(({ cause }) => cause === 'epsilon-unscaled').flatMap((one) => one.parameters));
  return [
    ...all,
    ...unknown(
      parameters.filter(({ result }) => !shrunk.has(result.parameter)),
      context,
    ),
  ];
}

/** Decay, and what happens to rates later, explain no size of the first step; epsilon only that updates shrink. */
const EXPLAINS_NO_GROWTH: ReadonlySet<string> = new Set(['decay-unscaled', 'rate-overwritten', 'epsilon-unscaled']);

/** Where a size fails and nothing explains it: what it is, without a cure. */
function unknown(parameters: readonly DiagnosedParameter[], { taps }: DiagnosisContext): Diagnosis[] {
  const results = parameters.map(({ result }) => result);
  const updates = results.filter(({ isolatedUpdate }) => isolatedUpdate.outcome === 'fail');
  const inits = results.filter(({ init }) => init.outcome === 'fail');
  const grown = taps.filter(({ outcome }) => outcome === 'fail');
  const told = [
    ...updates.map((r) => `the isolated update of ${parameterName(r)} goes like ${sizeText(r.isolatedUpdate)}`),
    ...inits.map((r) => `the initial output of ${parameterName(r)} goes like ${sizeText(r.init)}`),
    ...grown.map((tap) => `${tap.tap} goes like ${sizeText(tap)}`),
  ];
  if (told.length === 0) return [];
  const more = told.length > TOLD ? `, and ${told.length - TOLD} more likewise` : '';
  const seenText = `${told.slice(0, TOLD).join('; ')}${more}`;
  const found: Diagnosis = {
    cause: 'unknown',
    title: causeOf('unknown').title,
    parameters: [...new Set([...updates, ...inits].map(parameterName))],
    ...(grown.length > 0 && { taps: [...new Set(grown.map(({ tap }) => tap))] }),
    fix: {},
    text: `${seenText.charAt(0).toUpperCase()}${seenText.slice(1)}. Look for what scales the gradient itself: the loss, a clipping.`,
  };
  return [found];
}

/** The width that sizes are extrapolated to: at one that was measured there is nothing to extrapolate. */
function launchWidth({ widest, targetWidth }: DiagnosisContext): number {
  return targetWidth !== null && targetWidth > widest ? targetWidth : 8 * widest;
}

function isRateFix({ fix }: Diagnosis): boolean {
  return fix.learningRateExponent !== undefined;
}

function diagnosisOf(group: [OwnFault, ...OwnFault[]], context: DiagnosisContext): Diagnosis {
  // Of what epsilon does, the parameter that it does most to tells most.
  const told = group.toSorted((p, q) => (p.epsilon?.ratio.atWidest ?? 0) - (q.epsilon?.ratio.atWidest ?? 0));
  const first = told[0] ?? group[0];
  const cause = causeId(first.parameter.role, first.fault);
  return {
    cause,
    title: causeOf(cause).title,
    parameters: group.map(nameOf),
    fix: fixOf(first.fault, first.exponent),
    text: `${allSeen(told, context)} ${consequence(first, context)}`,
  };
}

/** A use of a parameter; the training loop treats all of them alike. */
function nameOf({ parameter, fault }: OwnFault): string {
  return isOfOptimizer(fault) ? parameter.parameter : parameterName(parameter);
}

/** How many of a group are told one by one. */
const TOLD = 2;

/** What was seen of a group: the first ones, and how far the others, which are named elsewhere, reach. */
function allSeen(group: readonly OwnFault[], { widest }: DiagnosisContext): string {
  const told = (own: OwnFault) => seen(own, widest);
  const rest = group.slice(TOLD).map(({ measured }) => measured.slope ?? 0);
  if (rest.length < 2) return group.map(told).join(' ');
  const range = `width^${Math.min(...rest).toFixed(2)} to width^${Math.max(...rest).toFixed(2)}`;
  return [...group.slice(0, TOLD).map(told), `Likewise ${rest.length} more: ${range}.`].join(' ');
}

function seen(own: OwnFault, widest: number): string {
  const { parameter, fault, measured, exponent, epsilon } = own;
  const { isolatedUpdate } = parameter;
  const isCoarse = isolatedUpdate.tap === null;
  const isWhole = nearestHalfInteger((measured.slope ?? 0) - (measured.expected ?? 0)) === exponent;
  const place = parameter.ownPlace === null || isCoarse || isOfOptimizer(fault) ? '' : ` at ${parameter.ownPlace}`;
  const told = `The ${quantityOf(own)} of ${nameOf(own)}${place} goes like ${sizeText(measured)}`;
  if (epsilon !== undefined) {
    const left = `${Math.round(100 * shareLeft(epsilon, 1))} %`;
    return `${told}: epsilon leaves ${left} of it at width ${widest}, and its gradient over epsilon goes like width^${epsilon.ratio.exponent.toFixed(2)}.`;
  }
  if (fault.startsWith('multiplier') || fault.startsWith('tied'))
    return `${told}, its isolated update like ${sizeText(isolatedUpdate)}.`;
  return `${told}${isWhole || isOfOptimizer(fault) ? '' : ` (its own part: ${exponent})`}.`;
}

function quantityOf({ fault, parameter }: OwnFault): string {
  if (fault === 'rate-overwritten') return 'effective rate after the first step';
  if (fault === 'decay-unscaled') return 'share that decay takes in a step';
  if (!fault.startsWith('rate') && fault !== 'epsilon-unscaled') return 'initial output';
  return parameter.isolatedUpdate.tap === null ? 'update' : 'isolated update';
}

function sizeText({ slope, interval, expected }: JudgedSlope): string {
  const range = interval === null ? '' : ` ${bracket(interval)}`;
  return `width^${(slope ?? 0).toFixed(2)}${range}${expected === null ? '' : `, expected width^${expected}`}`;
}

/**
 * Attention logits whose sum over the head size grows, and that are not divided by it.
 *
 * What they are multiplied by is known exactly, so that logits that grow because q or k do are told from it.
 */
function attentionDiagnoses(context: DiagnosisContext): Diagnosis[] {
  const scaleFault = (tap: string) => nearestHalfInteger((context.scales.get(tap) ?? 0) - ONE_OVER_SUM.exponent);
  const grown = context.taps.filter(
    ({ tap, quantity, step, isProduct, outcome }) =>
      quantity === 'activation' && step === 0 && isProduct === true && outcome === 'fail' && scaleFault(tap) !== 0,
  );
  const [first] = grown;
  if (first === undefined) return [];
  const exponent = scaleFault(first.tap);
  const sizes = grown.map(({ tap, slope, expected }) => {
    return `The initial attention logits at ${tap} go like width^${(slope ?? 0).toFixed(2)}, expected width^${expected ?? 0}.`;
  });
  const text = [...sizes, consequence({ exponent }, context)].join(' ');
  const taps = grown.map(({ tap }) => tap);
  const cause = 'attention-logits-unscaled';
  const { title } = causeOf(cause);
  return [{ cause, title, parameters: [], taps, fix: { multiplierExponent: -exponent }, text }];
}

/** What the measured slope makes of a model that is right at the widest width; the exponent, where part is inherited. */
function consequence(
  { exponent, measured, epsilon }: Pick<OwnFault, 'exponent' | 'epsilon'> & Partial<Pick<OwnFault, 'measured'>>,
  context: DiagnosisContext,
): string {
  const growth = launchWidth(context) / context.widest;
  if (epsilon !== undefined) {
    const timesSmaller = (e: number) => shareLeft(epsilon, 1) / shareLeft(epsilon, growth, e);
    const { exponent: falling, interval } = epsilon.ratio;
    return extrapolated({ isLarge: false, factor: timesSmaller(falling), ends: interval.map(timesSmaller) }, context);
  }
  const isLarge = exponent * Math.log2(growth) >= 0;
  const factorOf = (e: number) => 2 ** ((isLarge ? e : -e) * Math.log2(growth));
  const { interval = null, expected = null } = measured ?? {};
  const own = (interval ?? []).map((end) => end - (expected ?? 0));
  // An interval tells of what was measured: where part of that is inherited, it is none of the own part.
  const isOwn = own.length === 2 && own.some((end) => nearestHalfInteger(end) === exponent);
  const factor = factorOf(isOwn ? (measured?.slope ?? 0) - (expected ?? 0) : exponent);
  return extrapolated({ isLarge, factor, ends: isOwn ? own.map(factorOf) : [] }, context);
}

/** How many times too large or small something is at the launch width, with the ends of the interval where there are any. */
function extrapolated(
  { isLarge, factor, ends }: { isLarge: boolean; factor: number; ends: readonly number[] },
  context: DiagnosisContext,
): string {
  const [low, high] = ends.map(rounded).toSorted((a, b) => a - b);
  const range = low === high ? '' : ` (${low} to ${high} by the interval)`;
  const much = `${rounded(factor)} times too ${isLarge ? 'large' : 'small'}`;
  return `If it is right at width ${context.widest}, it is ${much} at width ${launchWidth(context)}${range}.`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
