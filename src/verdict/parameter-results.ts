import type { Analysis, ParameterAnalysis } from '../analysis/analyze.js';
import type { Series } from '../analysis/series.js';
import type { RecordHeader } from '../records/run.js';
import { roleOf } from '../parametrization/role.js';
import { declarations, type Declared } from './declared.js';
import { expectedInit, INDEPENDENT } from './expectations.js';
import { judgeSlope, type Expected } from './judge-slope.js';
import type { JudgedSlope, ParameterQuantity, ParameterResult } from './result.js';

/** A parameter with what is asked of it, before it is known how many slopes share the bound on false alarms. */
export interface ExpectedParameter {
  series: ParameterAnalysis;
  role: ParameterResult['role'];
  declared: Declared;
  init: Expected | null;
  isolatedUpdate: Expected | null;
  /** Why it is not judged at all; null where it is. */
  exempt: string | null;
}

/** What theory and the user ask of every parameter. */
export function expectParameters({ parameters, inert }: Analysis, expect: RecordHeader['expect']): ExpectedParameter[] {
  const declaredOf = declarations(expect);
  const inertNames = new Set(inert);
  return parameters.map((series) => {
    const declared = declaredOf(series.parameter);
    const { shape, infinite, layerClass, parameter: name } = series;
    const role = declared.role ?? roleOf({ shape, infinite, layerClass, name });
    const exempt = declared.isExempt
      ? `declared ${declared.text}`
      : inertNames.has(series.parameter)
        ? 'inert: its gradient is rounding only, so it does not matter to the function'
        : null;
    const isJudged = exempt === null;
    return {
      series,
      role,
      declared,
      exempt,
      init: isJudged ? expectedInit(role, declared) : null,
      isolatedUpdate: isJudged ? INDEPENDENT : null,
    };
  });
}

/** Judges every parameter's slopes; the outcome of the whole is the diagnosis's to say. */
export function judgeParameters(expected: readonly ExpectedParameter[], judged: number): ParameterResult[] {
  return expected.map(({ series, role, declared, init, isolatedUpdate, exempt }) => {
    const { parameter, use, shape, infinite, ownPlace } = series;
    const shown = (list: readonly Series[]) => quantity(list.at(-1) ?? null, judgeLast(list, judged));
    const result = {
      parameter,
      use,
      role,
      shape: [...shape],
      infinite: [...infinite],
      ownPlace,
      init: quantity(series.init, judgeSlope(series.init, init, judged)),
      isolatedUpdate: quantity(series.isolatedUpdate, judgeSlope(series.isolatedUpdate, isolatedUpdate, judged)),
      value: shown(series.value),
      update: shown(series.update),
      gradient: shown(series.gradient),
      declared: declared.text,
    };
    if (exempt !== null) return { ...result, outcome: 'inapplicable', reason: exempt };
    return { ...result, ...frozenOrOpen(result, isZero(series.update.at(-1))) };
  });
}

function quantity(series: Series | null, judged: JudgedSlope): ParameterQuantity {
  return { ...judged, tap: series?.tap ?? null, step: series?.step ?? null };
}

function judgeLast(list: readonly Series[], judged: number): JudgedSlope {
  const last = list.at(-1) ?? { tap: null, step: null, statistic: 'rms', points: [], fit: null, reason: 'missing' };
  return judgeSlope(last, null, judged);
}

type Unjudged = Omit<ParameterResult, 'outcome' | 'reason'>;

/** Exactly zero in every run; a size that is not finite has no log either, but another reason. */
function isZero(series: Series | undefined): boolean {
  return series?.reason === 'exactly-zero' && series.points.every(({ log2Size }) => log2Size === null);
}

/** A parameter that has a gradient but whose update is exactly zero in every run is frozen, declared or not. */
function frozenOrOpen(result: Unjudged, isUpdateZero: boolean): Pick<ParameterResult, 'outcome' | 'reason' | 'update'> {
  const { update, gradient, isolatedUpdate, init } = result;
  if (isUpdateZero && gradient.points.some(({ log2Size }) => log2Size !== null)) {
    const reason = 'frozen: it has a gradient, and its update is exactly 0 at every step';
    return { outcome: 'fail', reason, update: { ...update, outcome: 'fail', reason } };
  }
  const both = [isolatedUpdate, init];
  const open = both.find(({ outcome }) => outcome === 'inconclusive');
  if (open !== undefined) return { outcome: 'inconclusive', reason: open.reason, update };
  if (isolatedUpdate.outcome === 'inapplicable') {
    return { outcome: 'inapplicable', reason: isolatedUpdate.reason, update };
  }
  return { outcome: both.some(({ outcome }) => outcome === 'fail') ? 'fail' : 'pass', reason: null, update };
}
