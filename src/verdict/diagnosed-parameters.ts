import type { Analysis, ParameterAnalysis } from '../analysis/analyze.js';
import { epsilonEffect } from './epsilon-effect.js';
import { measuredExponents, slopeAt } from './measured-exponents.js';
import { isTiedReadout, type DiagnosedParameter } from './own-faults.js';
import type { ExpectedParameter } from './parameter-results.js';
import type { ParameterResult, TapResult } from './result.js';

/** What is known of parameters beside their results. */
interface Known {
  analysis: Analysis;
  taps: readonly TapResult[];
  /** What was asked of each, in the order of the parameters. */
  expected: readonly ExpectedParameter[];
}

/** Parameters as the diagnosis sees them, in the order of the forward pass. */
export function diagnosedParameters(parameters: readonly ParameterResult[], known: Known): DiagnosedParameter[] {
  const { analysis, expected } = known;
  const order = analysis.runs.find(({ taps }) => taps.length > 0)?.taps.map(({ name }) => name) ?? [];
  const diagnosed = parameters.flatMap((result, i): DiagnosedParameter[] => {
    const asked = expected[i];
    if (asked === undefined) return [];
    const { series, family, hasEpsilon } = asked;
    const inputExponent = inputExponentOf(result, series, { ...known, order });
    const epsilon = hasEpsilon ? epsilonEffect(series) : null;
    // Of what cannot be told, as where it starts at zero, nothing is claimed.
    const ownOutput = isAdded(result, series) ? (addedOutput(series) ?? result.init.expected) : null;
    const output = ownOutput ?? series.init.fit?.slope;
    const exponents = measuredExponents(series, { role: result.role, family, inputExponent, output });
    return [{ result, family, inputExponent, ownOutput, epsilon, exponents }];
  });
  // A tied readout stands beside its embedding, but acts at the end.
  const end = (one: DiagnosedParameter) => (isTiedReadout(one.result) ? order.indexOf(one.result.ownPlace ?? '') : -1);
  return diagnosed.toSorted((p, q) => end(p) - end(q));
}

/**
 * Exponent of the initial activation that feeds a parameter: of the tap that shows what it is applied to, or, where that
 * was not seen, of the one before its own place; 0 where neither is known.
 *
 * A table is applied to no activation: its rows are picked by an index, or added place by place.
 */
function inputExponentOf(
  result: ParameterResult,
  series: ParameterAnalysis,
  { taps, order }: Pick<Known, 'taps'> & { order: readonly string[] },
): number {
  const { input, places, way } = series;
  if (way?.kind === 'lookup' || isAdded(result, series)) return 0;
  // The size of an update alone, judged where the place is shared, has no input.
  const first = result.isolatedUpdate.tap === null ? undefined : places[0];
  const before = first === undefined ? undefined : (input ?? order[order.indexOf(first) - 1]);
  const fed = taps.find(({ tap, quantity, step }) => tap === before && quantity === 'activation' && step === 0);
  return (before === undefined ? null : fed?.slope) ?? 0;
}

/**
 * Whether a parameter is a table that is added to what another one puts out, as positions are.
 *
 * It is known by its rows, which a gain does not have; a gain of its own for each position would be taken for one.
 */
function isAdded({ role }: ParameterResult, { way, shape, infinite }: ParameterAnalysis): boolean {
  return way?.kind === 'elementwise' && role === 'input' && shape.some((size, axis) => size > 1 && !infinite[axis]);
}

/**
 * Exponent of what an added table puts out at first: of its own value, and of what the forward pass multiplies it by, which
 * its isolated update shows against the update of the variable itself; both up to a norm, which divides by the sum. Null
 * where one of them has no slope.
 */
function addedOutput({ value, update, isolatedUpdate }: ParameterAnalysis): number | null {
  const { step, fit } = isolatedUpdate;
  const [size, moved] = [slopeAt(value, 0), step === null ? undefined : slopeAt(update, step)];
  return fit === null || moved === undefined || size === undefined ? null : size + fit.slope - moved;
}
