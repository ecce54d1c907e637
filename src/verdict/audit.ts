import type { ParameterAnalysis } from '../analysis/analyze.js';
import type { Series } from '../analysis/series.js';
import type { OptimizerFamily } from '../parametrization/optimizer-family.js';
import { INDEPENDENT } from './expectations.js';
import { judgeSlope } from './judge-slope.js';
import type { ParameterResult } from './result.js';

/** What no activation shows of a parameter: whether its rate keeps its scaling, and what decay takes from it. */
export type Audit = Pick<ParameterResult, 'rateDrift' | 'decay'>;

/** What an audit looks at. */
export interface AuditedParameter {
  series: Pick<ParameterAnalysis, 'rateDrift' | 'decay'>;
  /** How its update follows its gradient; null where that is not known. */
  family: OptimizerFamily | null;
  /** Why it is not judged at all; null where it is. */
  exempt: string | null;
}

/** Which of its slopes an audit judges: they share the bound on false alarms with all others. */
export function auditedSlopes(one: AuditedParameter): boolean[] {
  return one.exempt === null ? [driftOf(one)?.fit != null, one.series.decay.fit !== null] : [];
}

/**
 * Audits a parameter: the effective rate of its last update against that of its first, and the share that decay takes in a
 * step, must both be independent of width. Only what was measured is in the result.
 *
 * The first steps' updates add up a little differently at different widths, so a drift counts only beyond doubt: what lies
 * between two classes is no finding, and never leaves a check open.
 */
export function auditOf(one: AuditedParameter, judged: number): Audit {
  if (one.exempt !== null) return {};
  const drift = driftOf(one);
  const { decay } = one.series;
  return {
    ...(drift?.fit != null && { rateDrift: clearOrPass({ ...at(drift), ...judgeSlope(drift, INDEPENDENT, judged) }) }),
    ...(decay.fit !== null && { decay: { ...at(decay), ...judgeSlope(decay, INDEPENDENT, judged) } }),
  };
}

/** By what its optimizer follows: null where that is not known. */
function driftOf({ family, series: { rateDrift } }: AuditedParameter): Series | null {
  if (family === null) return null;
  return family === 'sgd' ? rateDrift.perGradient : rateDrift.perStep;
}

function at({ tap, step }: Series): Pick<Series, 'tap' | 'step'> {
  return { tap, step };
}

function clearOrPass(judged: NonNullable<Audit['rateDrift']>): NonNullable<Audit['rateDrift']> {
  return judged.outcome === 'inconclusive' ? { ...judged, outcome: 'pass', settle: null } : judged;
}
