import { nearestHalfInteger, TOLERANCE } from '../analysis/half-integer.js';
import type { OptimizerFamily } from '../parametrization/optimizer-family.js';
import type { Fault } from './causes.js';
import { followingExponent, type EpsilonEffect } from './epsilon-effect.js';
import { rateDeviation, type MeasuredExponents } from './measured-exponents.js';
import type { JudgedSlope, ParameterResult } from './result.js';

/** A parameter as the diagnosis sees it, in the order of the forward pass. */
export interface DiagnosedParameter {
  result: ParameterResult;
  /** How its update follows its gradient; null where that is not known. */
  family: OptimizerFamily | null;
  /** Exponent of the initial activation that feeds its layer; 0 where that is not known. */
  inputExponent: number;
  /** Exponent of what it alone puts out at first, where its place shows what is added to it, too; null elsewhere. */
  ownOutput: number | null;
  /** Its own multiplier and rate. */
  exponents: MeasuredExponents;
  /** What epsilon does to its updates; null where the optimizer shows none. */
  epsilon: EpsilonEffect | null;
}

/** What is known of the whole check, and bears on every parameter. */
export interface FaultEvidence {
  /** Whether some initial size is wrong: under SGD it may hide a wrong rate elsewhere, or make one up. */
  isGradientOff: boolean;
  /** Whether epsilon takes over the update of some parameter. */
  isEpsilonTakingOver: boolean;
  /** Width of the model to be launched over the widest that was measured; at least 1. */
  growth: number;
}

/** One parameter's own fault, downstream effects taken off. */
export interface OwnFault {
  parameter: ParameterResult;
  fault: Fault;
  /** Own deviation from the expected exponent, to the nearest ½. */
  exponent: number;
  measured: JudgedSlope;
  /** Where the fault is epsilon's. */
  epsilon?: EpsilonEffect;
}

/**
 * The faults of one parameter, apart from what others do to it.
 *
 * At initialization an activation inherits the deviation of the one that feeds it: a weight answers for its own gain
 * alone. An isolated update ΔW·x inherits its input's deviation, and under SGD every gain, multiplier and normalization
 * that its gradient came through; so where it is off, the rate itself is looked at, which is measured apart from all of
 * these (measured-exponents.ts). An isolated update that is off while its rate is right is a symptom.
 *
 * What is left is explained by as few changes to a, b, c and ε as will do. A multiplier n^θ too many shows in the initial
 * output as θ, and in the isolated update as θ, or 2θ where the gradient's size counts: where both are measured, that one
 * change is the fault, not an initial size and a rate beside it. What ε makes of the measured gradient is ε's fault, not
 * the rate's, and taken off before; and since one ε serves all, where it takes over one update it is the fault of every
 * parameter whose update it will have taken over at the launch width, though some of these may hardly show it yet.
 */
export function ownFaults(diagnosed: DiagnosedParameter, evidence: FaultEvidence): OwnFault[] {
  const { result } = diagnosed;
  const gain = gainDeviation(diagnosed);
  const update = ownUpdateDeviation(diagnosed, evidence);
  const ofAll = [...epsilonFaults(diagnosed, update, evidence), ...auditFaults(result)];
  if (isTiedReadout(result) && (gain > 0 || update > 0)) {
    const tied = tiedFault(diagnosed, { gain, update });
    // What its rate as an embedding explains is none of the readout's.
    return [...(tied.exponent === 0 ? [] : [tied]), ...ofAll];
  }
  if (isMultiplier(diagnosed, { gain, update })) return [found(result, 'multiplier', gain), ...ofAll];
  const init = gain === 0 ? [] : [found(result, 'init', gain)];
  const rate = update === 0 ? [] : [found(result, 'rate', update)];
  return [...init, ...rate, ...ofAll];
}

/**
 * A tied readout has its embedding's initial size and rate, so that what is too large there is its multiplier.
 *
 * The update tells it whole, under SGD twice, beside what its rate is off as an embedding's; at init the embedding's
 * constant size makes less of it.
 */
function tiedFault(
  { result, family, exponents }: DiagnosedParameter,
  { gain, update }: { gain: number; update: number },
): OwnFault {
  const rate = rateDeviation({ ...exponents, multiplier: 0 }, { role: 'input', family }) ?? 0;
  const shown = nearestHalfInteger((update - rate) / (family === 'sgd' ? 2 : 1));
  const exponent = update > 0 ? shown : gain;
  return { parameter: result, fault: 'tied-readout-unscaled', exponent, measured: result.init };
}

function found(parameter: ParameterResult, kind: 'init' | 'rate' | 'multiplier', exponent: number): OwnFault {
  const measured = kind === 'rate' ? parameter.isolatedUpdate : parameter.init;
  return { parameter, fault: `${kind}-${exponent > 0 ? 'unscaled' : 'overscaled'}`, exponent, measured };
}

/** How much the initial weight itself deviates, to the nearest ½; 0 where its initial activation is as it must be. */
export function gainDeviation({ result, inputExponent, ownOutput }: DiagnosedParameter): number {
  const { init, role } = result;
  if (init.slope === null || init.expected === null) return 0;
  // Its gradient is off by what its multiplier is; at init that shows against −½, though as much as 0 would pass.
  if (isTiedReadout(result)) return isBeyond(init) ? Math.max(0, nearestHalfInteger(init.slope + 1 / 2)) : 0;
  // Where the place shows it alone the judged outcome decides; else what is left of the slope does.
  if (ownOutput === null && nearestHalfInteger(inputExponent) === 0 && !isBeyond(init)) return 0;
  const rest = (ownOutput ?? init.slope) - inputExponent - init.expected;
  const own = Math.abs(rest) < TOLERANCE ? 0 : nearestHalfInteger(rest);
  // A readout smaller than it must be is like a zero one: no fault.
  return role === 'readout' ? Math.max(0, own) : own;
}

/** How much its own learning rate is off, to the nearest ½; 0 where its isolated update is as it must be. */
function ownUpdateDeviation(
  { result, family, inputExponent, exponents, epsilon }: DiagnosedParameter,
  { isGradientOff }: FaultEvidence,
): number {
  const { isolatedUpdate, role } = result;
  const { slope, expected } = isolatedUpdate;
  if (slope === null || expected === null) return 0;
  const isMatrix = role === 'input' || role === 'hidden' || role === 'readout';
  const inherited = isMatrix ? nearestHalfInteger(inputExponent) : 0;
  const isHidden = inherited !== 0 || (family === 'sgd' && isGradientOff);
  if (!isHidden && !isBeyond(isolatedUpdate)) return 0;
  // A tied readout has the rate of its embedding, which is right there: its multiplier shows in the update alone.
  const own = isTiedReadout(result) ? null : rateDeviation(exponents, { role, family });
  const deviation = (own ?? slope - expected - inherited) - shrinking(epsilon);
  return Math.abs(deviation) < TOLERANCE ? 0 : nearestHalfInteger(deviation);
}

/**
 * Whether one multiplier explains both deviations.
 *
 * Under SGD a readout off by ½ at init and 1 in its update is a missing 1/√n as much as it is the readout of standard
 * parametrization: the two are the same training. The latter is what people write.
 */
function isMultiplier(
  { result, family }: DiagnosedParameter,
  { gain, update }: { gain: number; update: number },
): boolean {
  if (gain === 0 || family === null) return false;
  if (family === 'sgd' && result.role === 'readout' && gain === 1 / 2) return false;
  return update === (family === 'sgd' ? 2 * gain : gain);
}

/** Exponent of what epsilon makes of its updates; 0 where that is too little to tell. */
function shrinking(epsilon: EpsilonEffect | null): number {
  return epsilon !== null && epsilon.shareExponent <= -TOLERANCE / 2 ? epsilon.shareExponent : 0;
}

/** Where epsilon alone makes its update deviate, or will: it takes over another's already. */
function epsilonFaults(
  { result, epsilon }: DiagnosedParameter,
  ownDeviation: number,
  { isEpsilonTakingOver, growth }: FaultEvidence,
): OwnFault[] {
  const { isolatedUpdate: measured } = result;
  if (epsilon === null || measured.slope === null || measured.expected === null) return [];
  const isExplained = ownDeviation === 0 && shrinking(epsilon) !== 0 && isBeyond(measured);
  const exponent = isEpsilonTakingOver || isExplained ? followingExponent(epsilon, growth) : 0;
  if (exponent === 0) return [];
  return [{ parameter: result, fault: 'epsilon-unscaled', exponent: -exponent, measured, epsilon }];
}

/** Faults that show in no activation: each is judged by itself, and inherits nothing. */
function auditFaults(parameter: ParameterResult): OwnFault[] {
  const { rateDrift, decay } = parameter;
  const failing = (measured: JudgedSlope | undefined, fault: Fault): OwnFault[] =>
    measured?.outcome === 'fail'
      ? [{ parameter, fault, exponent: nearestHalfInteger(measured.slope ?? 0), measured }]
      : [];
  return [...failing(rateDrift, 'rate-overwritten'), ...failing(decay, 'decay-unscaled')];
}

/** Whether a judged slope is at fault: by the verdict's bound, or by its own 95 % interval. */
function isBeyond({ outcome, interval, expected }: JudgedSlope): boolean {
  if (outcome === 'fail') return true;
  if (outcome !== 'inconclusive' || interval === null || expected === null) return false;
  return interval[0] > expected + TOLERANCE || interval[1] < expected - TOLERANCE;
}

/** A readout that is an embedding, too. */
export function isTiedReadout({ use, role }: ParameterResult): boolean {
  return use !== null && role === 'readout';
}
