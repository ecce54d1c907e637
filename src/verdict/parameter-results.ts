import type { Analysis, ParameterAnalysis } from '../analysis/analyze.js';
import { nearestHalfInteger } from '../analysis/half-integer.js';
import { resolved } from '../analysis/resolution.js';
import type { Series } from '../analysis/series.js';
import type { RecordHeader } from '../records/run.js';
import { hasEpsilonBeside, type OptimizerFamily } from '../parametrization/optimizer-family.js';
import { roleOf } from '../parametrization/role.js';
import { declarations, type Declared } from './declared.js';
import { expectedInit, expectedUpdate, expectedUpdateSize } from './expectations.js';
import { judgeSlope, type Expected } from './judge-slope.js';
import type { JudgedSlope, ParameterQuantity, ParameterResult } from './result.js';
import { hasGradient, moves, whyUnjudged } from './unjudged.js';
import { updateFamily } from './update-family.js';

/** A parameter with what is asked of it, before it is known how many slopes share the bound on false alarms. */
export interface ExpectedParameter {
  series: ParameterAnalysis;
  role: ParameterResult['role'];
  declared: Declared;
  init: Expected | null;
  isolatedUpdate: Expected | null;
  /** How its update follows its gradient; null where that is not known. */
  family: OptimizerFamily | null;
  /** Whether epsilon stands beside its gradient's size, so that it takes over where the gradient is smaller. */
  hasEpsilon: boolean;
  /** What its update is judged by: its isolated update, or where its place is shared, the update's own size. */
  judgedUpdate: Series;
  /** Why it is not judged at all; null where it is. */
  exempt: string | null;
  /** Whom it shares its own place with: it is then judged by the size of its update alone. */
  coarseWith: readonly string[];
}

/**
 * What theory and the user ask of every parameter.
 *
 * @param optimizer - its class name
 */
export function expectParameters(
  { parameters, inert }: Analysis,
  { expect, optimizer }: { expect: RecordHeader['expect']; optimizer: string },
): ExpectedParameter[] {
  const declaredOf = declarations(expect);
  const inertNames = new Set(inert);
  const roles = parameters.map(({ shape, infinite, layerClass, parameter, way }) => {
    return declaredOf(parameter).role ?? roleOf({ shape, infinite, layerClass, name: parameter, way });
  });
  const gap = readoutGap(parameters, roles);
  const lastInside = roles.findLastIndex((role) => role === 'input' || role === 'hidden');
  return parameters.map((series, i) => {
    const declared = declaredOf(series.parameter);
    const role = roles[i] as ParameterResult['role'];
    const coarseWith = sharers(series, parameters, roles);
    const exempt = declared.isExempt
      ? `declared ${declared.text}`
      : inertNames.has(series.parameter)
        ? 'inert: its gradient is rounding only, so it does not matter to the function'
        : null;
    const isJudged = exempt === null;
    const family = updateFamily(optimizer, series, role);
    return {
      series,
      role,
      declared,
      exempt,
      coarseWith,
      family,
      hasEpsilon: hasEpsilonBeside(optimizer),
      judgedUpdate: judgedUpdate(series, { isCoarse: coarseWith.length > 0, family }),
      init: isJudged && coarseWith.length === 0 ? expectedInit(role, { declared, isTied: series.isTied }) : null,
      isolatedUpdate: !isJudged
        ? null
        : coarseWith.length === 0
          ? expectedUpdate(role, { family, gap, isBeforeWidth: i < lastInside })
          : expectedUpdateSize(role),
    };
  });
}

/**
 * How much smaller than µP's the readouts are at init, as an exponent ≤ 0, to the nearest ½: the largest one's, which sets
 * the first gradient of everything upstream.
 */
function readoutGap(parameters: readonly ParameterAnalysis[], roles: readonly string[]): number {
  const slopes = parameters.flatMap(({ init, isTied }, i) =>
    roles[i] === 'readout' && !isTied && init.fit !== null ? [init.fit.slope] : [],
  );
  return slopes.length === 0 ? 0 : Math.min(0, nearestHalfInteger(Math.max(...slopes) + 1 / 2));
}

const MATRICES: ReadonlySet<string> = new Set(['input', 'hidden', 'readout']);

/**
 * The other matrices that first show at the same tap as a parameter: something untapped lies between them, so what is
 * measured there is not the parameter's own. A parameter of finite shape is at the output anyway.
 */
function sharers(
  { parameter, places: [place] }: ParameterAnalysis,
  parameters: readonly ParameterAnalysis[],
  roles: readonly string[],
): string[] {
  const matrices = parameters.filter((other, i) => MATRICES.has(roles[i] ?? '') && other.places[0] === place);
  const isScalar = roles[parameters.findIndex((other) => other.parameter === parameter)] === 'scalar';
  if (place === undefined || isScalar || matrices.length < 2) return [];
  return matrices.map((other) => other.parameter).filter((name) => name !== parameter);
}

/** Judges every parameter's slopes; the outcome of the whole is the diagnosis's to say. */
export function judgeParameters(expected: readonly ExpectedParameter[], judged: number): ParameterResult[] {
  return expected.map((one) => {
    const { series, role, declared, init, exempt, coarseWith } = one;
    const { parameter, use, shape, infinite, ownPlace } = series;
    const update = one.judgedUpdate;
    const shown = (list: readonly Series[]) => quantity(list.at(-1) ?? null, judgeLast(list, judged));
    const result = {
      parameter,
      use,
      role,
      shape: [...shape],
      infinite: [...infinite],
      ownPlace,
      init: quantity(series.init, judgeSlope(series.init, init, judged)),
      isolatedUpdate: quantity(update, judgedOrOpen(one, judged)),
      value: shown(series.value),
      update: shown(series.update),
      gradient: shown(series.gradient),
      declared: declared.text,
    };
    if (exempt !== null) return exempted(result, one);
    const outcome = stillOrOpen(result, series);
    const isBehindSmall = coarseWith.length === 0 && (one.isolatedUpdate?.exponent ?? 0) < 0;
    const remark =
      coarseness(coarseWith) ??
      (isBehindSmall ? BEHIND_SMALL_READOUT : update === series.alignedUpdate ? ALIGNED : null);
    return { ...result, ...outcome, reason: outcome.reason ?? remark };
  });
}

function judgedUpdate(
  { isolatedUpdate, alignedUpdate, update, value: [initial] }: ParameterAnalysis,
  { isCoarse, family }: { isCoarse: boolean; family: OptimizerFamily | null },
): Series {
  if (isCoarse) {
    const own = update.find(({ step }) => step === isolatedUpdate.step);
    return own === undefined ? isolatedUpdate : resolved(own, { update: own, ...(initial && { value: initial }) });
  }
  return family === 'sgd' ? (alignedUpdate ?? isolatedUpdate) : isolatedUpdate;
}

const ALIGNED =
  'its isolated update is taken at the size of the values’ gradient: that of attention logits starts smaller by √d';

const BEHIND_SMALL_READOUT =
  'its first gradient comes through a readout smaller than it has to be, which training makes up for';

function coarseness(others: readonly string[]): string | null {
  if (others.length === 0) return null;
  const names = others.slice(0, 3).join(', ');
  return `coarse: it first shows together with ${names}, so only the size of its update is judged; mark its place with tap()`;
}

/** A judged slope with the place and step it belongs to. */
export function quantity(series: Series | null, judged: JudgedSlope): ParameterQuantity {
  return { ...judged, tap: series?.tap ?? null, step: series?.step ?? null };
}

function judgeLast(list: readonly Series[], judged: number): JudgedSlope {
  const last = list.at(-1) ?? { tap: null, step: null, statistic: 'rms', points: [], fit: null, reason: 'missing' };
  return judgeSlope(last, null, judged);
}

/** What has to be judged and has no slope is open: nothing is known of it. */
function judgedOrOpen(
  { series, isolatedUpdate, judgedUpdate: update }: ExpectedParameter,
  judged: number,
): JudgedSlope {
  const slope = judgeSlope(update, isolatedUpdate, judged);
  // What stays though it has a gradient fails for that alone.
  const isOpen = isolatedUpdate !== null && !isStuck(series);
  const obstacle = isOpen ? whyUnjudged(series, update) : null;
  return obstacle === null ? slope : { ...slope, outcome: 'inconclusive', ...obstacle };
}

/** A parameter that has a gradient, and whose update is exactly zero at every step of every run. */
function isStuck(series: ParameterAnalysis): boolean {
  return moves(series) === false && hasGradient(series);
}

type Unjudged = Omit<ParameterResult, 'outcome' | 'reason'>;

/** What is not to be judged: `frozen` is a statement, and has to hold. */
function exempted(result: Unjudged, { series, declared, exempt }: ExpectedParameter): ParameterResult {
  if (declared.text !== 'frozen') return { ...result, outcome: 'inapplicable', reason: exempt };
  const isMoving = moves(series);
  if (isMoving === true) return { ...result, ...misplaced(result, 'declared frozen, and it moves') };
  const reason = isMoving === null ? `${exempt}; nothing shows whether it moves` : `${exempt}, and it never moves`;
  return { ...result, outcome: 'inapplicable', reason };
}

function misplaced({ update }: Unjudged, reason: string): Pick<ParameterResult, 'outcome' | 'reason' | 'update'> {
  return { outcome: 'fail', reason, update: { ...update, outcome: 'fail', reason } };
}

function stillOrOpen(
  result: Unjudged,
  series: ParameterAnalysis,
): Pick<ParameterResult, 'outcome' | 'reason' | 'update'> {
  const { update, isolatedUpdate, init } = result;
  if (isStuck(series)) return misplaced(result, 'frozen: it has a gradient, and its update is exactly 0 at every step');
  const both = [isolatedUpdate, init];
  const open = both.find(({ outcome }) => outcome === 'inconclusive');
  if (open !== undefined) return { outcome: 'inconclusive', reason: open.reason, update };
  if (isolatedUpdate.outcome === 'inapplicable') {
    return { outcome: 'inapplicable', reason: isolatedUpdate.reason, update };
  }
  return { outcome: both.some(({ outcome }) => outcome === 'fail') ? 'fail' : 'pass', reason: null, update };
}
