import type { Analysis, TapAnalysis } from '../analysis/analyze.js';
import type { Series } from '../analysis/series.js';
import type { RecordHeader } from '../records/run.js';
import { declarations } from './declared.js';
import { expectedActivation, MUST_NOT_GROW, ONE_OVER_SUM } from './expectations.js';
import { judgeSlope, type Expected } from './judge-slope.js';
import type { ExpectedParameter } from './parameter-results.js';
import type { TapResult } from './result.js';

/** A tap's series with what is asked of it; `expected` null for those that are shown only. */
export interface ExpectedTap {
  /** What is judged where it is not the tap's own size; null elsewhere. */
  instead: string | null;
  tap: string;
  quantity: TapResult['quantity'];
  parameter: string | null;
  series: Series;
  isProduct: boolean;
  expected: Expected | null;
  judged: boolean;
}

/**
 * What theory and the user ask of every tap: that x₀, the first centred Δx, and the propagated part do not grow, and
 * that attention logits whose head size grows shrink at init.
 *
 * Inside a parameter's own place only the last tap is judged: in front of a multiplier that is a layer of its own,
 * sizes may grow as they like. Everything else, the user's own training above all, is shown.
 */
export function expectTaps(
  analysis: Analysis,
  parameters: readonly ExpectedParameter[],
  expect: RecordHeader['expect'],
): ExpectedTap[] {
  const declaredOf = declarations(expect);
  const passed = new Set(analysis.parameters.flatMap(({ places }) => places.slice(0, -1)));
  const last = new Set(analysis.parameters.flatMap(({ places }) => places.slice(-1)));
  const isJudged = (tap: string) => !passed.has(tap) || last.has(tap);
  const readouts = new Map(
    parameters
      .filter(({ role, coarseWith }) => role === 'readout' && coarseWith.length === 0)
      .map(({ series }) => [series.ownPlace, series.isTied]),
  );
  const centred = firstSteps(analysis.taps);
  const taps = analysis.taps.map((series): ExpectedTap => {
    const { tap, quantity, step, product } = series;
    const declared = declaredOf(tap);
    const isTied = readouts.get(tap);
    const readout = isTied === undefined ? null : isTied ? 'tied' : 'own';
    const isInfiniteProduct = product?.isInfinite ?? false;
    const at = { tap, quantity, parameter: null, isProduct: isInfiniteProduct };
    if (quantity === 'activation' && step === 0 && isJudged(tap)) {
      const expected = expectedActivation({ declared, readout, isInfiniteProduct });
      if (!isInfiniteProduct || series.reason !== 'exactly-zero' || expected === null)
        return asked(at, series, expected);
      const instead = 'exactly 0 at init: judged by what q·k is multiplied by';
      return { ...asked(at, product!.factor, ONE_OVER_SUM), instead };
    }
    const isFirst = quantity === 'centredChange' && centred.get(tap) === step;
    // Where q aligns with k while sizes are still far from their limit, no exponent tells right from wrong.
    const isOpen = !isJudged(tap) || declared.isExempt || isInfiniteProduct;
    return asked(at, series, isFirst && !isOpen ? MUST_NOT_GROW : null);
  });
  return [...taps, ...propagated(parameters, declaredOf)];
}

function asked(
  at: Pick<ExpectedTap, 'tap' | 'quantity' | 'parameter' | 'isProduct'>,
  series: Series,
  expected: Expected | null,
): ExpectedTap {
  return { ...at, series, expected, judged: expected !== null, instead: null };
}

/** What changes upstream become through an initial weight: only one that sums over the width can amplify them. */
function propagated(
  parameters: readonly ExpectedParameter[],
  declaredOf: ReturnType<typeof declarations>,
): ExpectedTap[] {
  return parameters.flatMap(({ series: { parameter, propagated: series }, role, declared, coarseWith }) => {
    if (series.tap === null || (role !== 'hidden' && role !== 'readout') || coarseWith.length > 0) return [];
    const expected = declared.isExempt || declaredOf(series.tap).isExempt ? null : MUST_NOT_GROW;
    return [asked({ tap: series.tap, quantity: 'propagated', parameter, isProduct: false }, series, expected)];
  });
}

/** The first step at which a tap's centred change has a fit: earlier ones are exactly zero. */
function firstSteps(taps: readonly TapAnalysis[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { tap, quantity, step, fit } of taps) {
    if (quantity !== 'centredChange' || fit === null || step === null) continue;
    first.set(tap, Math.min(step, first.get(tap) ?? step));
  }
  return first;
}

/** Judges the taps that are to be judged, and fits the rest. */
export function judgeTaps(expected: readonly ExpectedTap[], judged: number): TapResult[] {
  return expected.map(
    ({ tap, quantity, parameter, series, expected: exponent, judged: isJudged, isProduct, instead }) => {
      const slope = judgeSlope(series, exponent, judged);
      return {
        ...slope,
        reason: [slope.reason, instead].filter(Boolean).join('; ') || null,
        tap,
        step: series.step ?? 0,
        quantity,
        statistic: series.statistic,
        parameter,
        ...(isProduct && { isProduct }),
        judged: isJudged,
      };
    },
  );
}
