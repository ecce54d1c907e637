import {
  pooled,
  pooledSeries,
  type DepthAnalysis,
  type DepthParameter,
  type DepthSeries,
} from '../analysis/analyze.js';
import type { RecordHeader } from '../records/run.js';
import { declarations, type Declared } from './declared.js';
import { branchExponents, expectedInside, formOf, type BlockSlopes, type BranchExponents } from './depth-form.js';
import { depthText, type StreamFinding } from './depth-text.js';
import { INDEPENDENT, MUST_NOT_GROW } from './expectations.js';
import { judgeDepthSlope, type Expected } from './judge-slope.js';
import type { DepthResult, DepthSlope } from './result.js';
import { strongest } from './rule.js';

/**
 * What one block writes into the residual stream must fall as 1/depth, so that all blocks together change the stream by
 * as much at every depth: CompleteP multiplies branches by 1/depth and keeps hidden rates, depth-µP takes depth^-½ from
 * both. It holds for every optimizer.
 */
const WRITTEN: Expected = { exponent: -1, side: 'both' };

/**
 * Judges slopes along depth, one residual stream after the other: the stream must not grow, at init or in its first
 * change, and what every block writes into it must fall as 1/depth. Names the form that branches are scaled in.
 *
 * Parameters outside blocks keep their isolated update; inside branches it falls as far as the form of the branch's
 * multiplier leaves to do. What the user declared frozen or to be ignored is shown only. Null where nothing was measured
 * along depth.
 *
 * Sources: CompleteP, Dey et al., arXiv:2505.01618 (branches by 1/depth); depth-µP, Yang et al., Tensor Programs VI,
 * arXiv:2310.02244 (branches and Adam rates by 1/√depth).
 */
export function judgeDepth(analysis: DepthAnalysis | null, expect: RecordHeader['expect'] = {}): DepthResult | null {
  if (analysis === null) return null;
  const declaredOf = declarations(expect);
  const parameters = analysis.parameters.map((parameter) => fitted(parameter, declaredOf));
  const exponents = analysis.streams.map((_, stage) => stageExponents(parameters, stage));
  const asked = [...askedOfTaps(analysis, declaredOf), ...parameters.flatMap((one) => askedOf(one, exponents))];
  const judged = asked.filter(({ expected, series }) => expected !== null && series.fit !== null).length;
  const slopes = asked.map((one) => ({ stage: one.stage, slope: slopeOf(one, judged) }));
  const findings = findingsOf(analysis.streams, exponents, slopes);
  const streams = findings.filter(({ isStream }) => isStream);
  const forms = new Set(streams.map(({ form }) => form));
  return {
    depths: analysis.depths,
    outcome: strongest(findings.map(({ outcome }) => outcome)),
    form: forms.size === 1 ? (streams[0]?.form ?? null) : null,
    streams: streams.map(({ stream, outcome, form }) => ({ stream, outcome, form })),
    text: depthText(findings),
    slopes: slopes.map(({ slope }) => slope),
  };
}

/** A parameter with its slopes: over those of its blocks that the user has not declared away. */
interface FittedParameter {
  parameter: DepthParameter;
  inside: DepthSeries;
  /** Null of what writes nothing. */
  written: DepthSeries | null;
  initial: DepthSeries;
  declared: string | null;
  /** Why none of it is judged; null where it is. */
  exempt: string | null;
}

function fitted(parameter: DepthParameter, declaredOf: (name: string) => Declared): FittedParameter {
  const { readings } = parameter;
  const left = readings.filter((one) => !declaredOf(one.parameter).isExempt && !one.isInert);
  const declared = readings.map((one) => declaredOf(one.parameter)).find(({ isExempt }) => isExempt)?.text ?? null;
  const exempt = declared === null ? INERT : `declared ${declared}`;
  const counted = left.length === 0 ? readings : left;
  return {
    parameter,
    inside: pooledSeries(counted, 'inside'),
    written: parameter.taps.written === null ? null : pooledSeries(counted, 'written'),
    initial: pooledSeries(counted, 'initial'),
    declared,
    exempt: left.length === 0 && readings.length > 0 ? exempt : null,
  };
}

const INERT = 'inert: its gradient is rounding only, so it does not matter to the function';

/** What the blocks of a stage show of their branches. */
function stageExponents(parameters: readonly FittedParameter[], stage: number): BranchExponents {
  const inBlocks = parameters.filter(
    ({ parameter, exempt }) => parameter.stage === stage && isInBlocks(parameter) && exempt === null,
  );
  return branchExponents(inBlocks.map(blockSlopes));
}

function isInBlocks({ place }: DepthParameter): boolean {
  return place === 'block' || place === 'shared';
}

function blockSlopes({ parameter, inside, written, initial }: FittedParameter): BlockSlopes {
  return {
    isShared: parameter.place === 'shared',
    inside: inside.fit?.slope ?? null,
    written: written?.fit?.slope ?? null,
    initial: initial.fit?.slope ?? null,
    isSeenInside: parameter.taps.written !== parameter.taps.inside,
  };
}

interface Asked {
  series: DepthSeries;
  tap: string;
  step: number;
  stage: number | null;
  quantity: DepthSlope['quantity'];
  parameter: string | null;
  expected: Expected | null;
  declared: string | null;
  exempt: string | null;
}

/** Taps that the user declared away count as little as parameters do; what is shown of several may be declared as such. */
function askedOfTaps({ taps }: DepthAnalysis, declaredOf: (name: string) => Declared): Asked[] {
  return taps.map(({ tap, stage, step, quantity, readings }): Asked => {
    const all = declaredOf(tap);
    const left = all.isExempt ? [] : readings.filter(({ name }) => !declaredOf(name).isExempt);
    const isExempt = left.length === 0 && readings.length > 0;
    const first = [all, ...readings.map(({ name }) => declaredOf(name))].find((one) => one.isExempt);
    const declared = first?.text ?? null;
    const series = pooled(isExempt ? readings : left);
    const exempt = isExempt ? `declared ${declared}` : null;
    return { series, tap, step, stage, quantity, parameter: null, expected: MUST_NOT_GROW, declared, exempt };
  });
}

function askedOf(fittedOne: FittedParameter, exponents: readonly BranchExponents[]): Asked[] {
  const { parameter, inside, written, declared, exempt } = fittedOne;
  const { taps, step, stage, place } = parameter;
  const branch = exponents[stage ?? -1];
  const inBranch = branch === undefined ? null : expectedInside(branch, blockSlopes(fittedOne));
  // What is in front of blocks may be in the first of them.
  const expected = isInBlocks(parameter) ? inBranch : place === 'outside' ? INDEPENDENT : null;
  const common = {
    step,
    stage: isInBlocks(parameter) ? stage : null,
    parameter: parameter.parameter,
    declared,
    exempt,
  };
  const own: Asked = { ...common, series: inside, tap: taps.inside, quantity: 'inside', expected };
  if (written === null || taps.written === null) return [own];
  const out: Asked = { ...common, series: written, tap: taps.written, quantity: 'written', expected: WRITTEN };
  return taps.written === taps.inside ? [out] : [own, out];
}

function slopeOf(
  { series, tap, step, quantity, parameter, expected, declared, exempt }: Asked,
  judged: number,
): DepthSlope {
  const slope = judgeDepthSlope(series, exempt === null ? expected : null, judged);
  const partly = declared === null ? [] : [`declared ${declared} in part: the rest is judged`];
  const reason = exempt ?? ([slope.reason ?? [], partly].flat().join('; ') || null);
  return { ...slope, reason, tap, step, quantity, parameter, declared, points: series.points };
}

/** What was found stream by stream; where there is one at most, everything is told of it. */
function findingsOf(
  streams: readonly (string | null)[],
  exponents: readonly BranchExponents[],
  slopes: readonly { stage: number | null; slope: DepthSlope }[],
): StreamFinding[] {
  const isOne = streams.length <= 1;
  const ofStage = (stage: number | null) =>
    slopes.filter((one) => isOne || one.stage === stage).map(({ slope }) => slope);
  const found = (isOne ? [streams[0] ?? null] : streams).map((stream, stage): StreamFinding => {
    const own = ofStage(stage);
    const branch = exponents[stage] ?? branchExponents([]);
    const outcome = strongest(own.map((slope) => slope.outcome));
    // A pass stands on what blocks are seen to write.
    const isOpen = outcome === 'pass' && branch.written === null;
    return {
      stream,
      isStream: true,
      outcome: isOpen ? 'inconclusive' : outcome,
      form: formOf(branch),
      exponents: branch,
      slopes: own,
    };
  });
  const rest = isOne ? [] : ofStage(null);
  const outcome = strongest(rest.map((slope) => slope.outcome));
  return [
    ...found,
    { stream: null, isStream: false, outcome, form: null, exponents: branchExponents([]), slopes: rest },
  ];
}
