import type { DepthAnalysis, DepthParameter, DepthSeries } from '../analysis/analyze.js';
import { nearestHalfInteger } from '../analysis/half-integer.js';
import { MUST_NOT_GROW } from './expectations.js';
import { judgeSlope, type Expected } from './judge-slope.js';
import type { DepthForm, DepthResult, DepthSlope, Outcome } from './result.js';
import { strongest } from './rule.js';

/**
 * What one block writes into the residual stream must fall as 1/depth, so that all blocks together change the stream by
 * as much at every depth: CompleteP multiplies branches by 1/depth and keeps hidden rates, depth-µP takes depth^-½ from
 * both. It holds for every optimizer.
 */
const WRITTEN: Expected = { exponent: -1, side: 'both' };

/** Forms by the exponents of the branch's multiplier and of the update inside the branch. */
const FORMS: readonly { form: DepthForm; multiplier: number; inside: number }[] = [
  { form: 'CompleteP', multiplier: -1, inside: 0 },
  { form: 'depth-µP', multiplier: -1 / 2, inside: -1 / 2 },
  { form: 'unscaled', multiplier: 0, inside: 0 },
];

/**
 * Judges slopes along depth: the residual stream must not grow, at init or in its first change, and what every block
 * writes into it must fall as 1/depth. Names the form that branches are scaled in.
 *
 * Parameters outside blocks keep their isolated update; inside branches it falls as far as the form of the branch's
 * multiplier leaves to do. Null where nothing was measured along depth.
 *
 * Sources: CompleteP, Dey et al., arXiv:2505.01618 (branches by 1/depth); depth-µP, Yang et al., Tensor Programs VI,
 * arXiv:2310.02244 (branches and Adam rates by 1/√depth).
 */
export function judgeDepth(analysis: DepthAnalysis | null): DepthResult | null {
  if (analysis === null) return null;
  const exponents = exponentsOf(analysis.parameters);
  const asked = askedOf(analysis, exponents);
  const judged = asked.filter(({ expected, series }) => expected !== null && series.fit !== null).length;
  const slopes = asked.map((one) => slopeOf(one, judged));
  const outcome = strongest(slopes.map((slope) => slope.outcome));
  const isSeen = analysis.parameters.some(({ written }) => written !== null);
  const form = formOf(exponents);
  return {
    depths: analysis.depths,
    outcome: outcome === 'pass' && !isSeen ? 'inconclusive' : outcome,
    form,
    text: isSeen || outcome === 'fail' ? textOf(outcome, { form, exponents, slopes }) : UNSEEN,
    slopes,
  };
}

const UNSEEN =
  'Nothing shows what a block writes into a residual stream: tap the stream after every block, as block0, block1, …, and ' +
  'what each branch adds to it.';

/** Exponents of depth of a branch: what it is multiplied by, and the update inside it and after the multiplier. */
interface BranchExponents {
  multiplier: number | null;
  inside: number | null;
  written: number | null;
}

function exponentsOf(parameters: readonly DepthParameter[]): BranchExponents {
  const writers = parameters.filter(({ written }) => written !== null);
  const inner = parameters.filter(({ isRepeated, written, inside }) => isRepeated && written?.tap !== inside.tap);
  const inside = mean(inner.flatMap((p) => p.inside.fit?.slope ?? []));
  const written = mean(writers.flatMap((p) => p.written?.fit?.slope ?? []));
  return { inside, written, multiplier: inside === null || written === null ? null : written - inside };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function formOf({ multiplier, inside }: BranchExponents): DepthForm | null {
  if (multiplier === null || inside === null) return null;
  const [m, u] = [nearestHalfInteger(multiplier), nearestHalfInteger(inside)];
  return FORMS.find((known) => known.multiplier === m && known.inside === u)?.form ?? 'other';
}

interface Asked {
  series: DepthSeries;
  quantity: DepthSlope['quantity'];
  parameter: string | null;
  expected: Expected | null;
}

function askedOf({ taps, parameters }: DepthAnalysis, { multiplier }: BranchExponents): Asked[] {
  // What a known multiplier leaves to do; with another one it is what is written that tells.
  const known = FORMS.find(
    (form) => form.form !== 'unscaled' && form.multiplier === nearestHalfInteger(multiplier ?? 0),
  );
  const inBranch: Expected | null = known === undefined ? null : { exponent: known.inside, side: 'both' };
  const ofTaps = taps.map((series) => ({
    series,
    quantity: series.quantity,
    parameter: null,
    expected: MUST_NOT_GROW,
  }));
  const ofParameters = parameters.flatMap(({ parameter, isRepeated, inside, written }): Asked[] => {
    const expected = isRepeated ? inBranch : { exponent: 0, side: 'both' as const };
    const own = { series: inside, quantity: 'inside' as const, parameter, expected };
    const out = written && { series: written, quantity: 'written' as const, parameter, expected: WRITTEN };
    if (out === null) return [own];
    return written?.tap === inside.tap ? [out] : [own, out];
  });
  return [...ofTaps, ...ofParameters];
}

function slopeOf({ series, quantity, parameter, expected }: Asked, judged: number): DepthSlope {
  const { tap, step, points, fit, reason } = series;
  // A slope is judged alike whatever it is of: depths stand where widths do.
  const asWidths = points.map(({ depth, seed, log2Size }) => ({ width: depth, seed, log2Size }));
  const of = { tap, step, statistic: 'meanAbs' as const, points: asWidths, fit, reason };
  const slope = judgeSlope(of, expected, judged);
  return {
    ...slope,
    settle: slope.settle?.replace('wider widths', 'deeper depths') ?? null,
    tap,
    step,
    quantity,
    parameter,
    points,
  };
}

function textOf(
  outcome: Outcome,
  { form, exponents, slopes }: { form: DepthForm | null; exponents: BranchExponents; slopes: readonly DepthSlope[] },
): string {
  const { written } = exponents;
  if (outcome === 'pass')
    return `Residual branches are scaled with depth${form === null ? '' : ` in the form of ${form}`}.`;
  if (outcome !== 'fail') {
    const open = slopes.find((slope) => slope.outcome === 'inconclusive');
    return `Along depth nothing is proven: ${open?.reason ?? 'no slope could be judged'}.`;
  }
  if (form === 'unscaled') {
    return (
      'Residual branches are not scaled with depth: what a block writes into the stream goes like ' +
      `${power(written)}, expected ${power(-1)}. Multiply every branch by 1/depth and keep hidden rates (CompleteP), or ` +
      'multiply branches and hidden rates by 1/√depth (depth-µP).'
    );
  }
  const off = written === null ? 0 : nearestHalfInteger(written + 1);
  if (off !== 0) {
    return (
      `What a block writes into the residual stream goes like ${power(written)}, expected ${power(-1)}: multiply its ` +
      `branch, or the rates inside it, by ${power(-off)}.`
    );
  }
  const worst = slopes.find((slope) => slope.outcome === 'fail');
  const what = worst?.parameter ?? worst?.tap ?? '';
  return `Along depth ${what} goes like ${power(worst?.slope ?? null)}, expected ${power(worst?.expected ?? 0)}.`;
}

function power(exponent: number | null): string {
  return `depth^${Number((exponent ?? 0).toFixed(2)) + 0}`;
}
