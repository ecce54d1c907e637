import type { CheckResult, Outcome, ParameterResult, RuleResult, RunResult, TapResult } from './result.js';

/** The tables a rule may ask for. */
export interface JudgedTables {
  parameters: readonly ParameterResult[];
  taps: readonly TapResult[];
  runs: readonly RunResult[];
  config: Pick<CheckResult['config'], 'steps'>;
}

/** What a rule's evaluation says; the catalogue adds its id and title. */
export type RuleFinding = Pick<RuleResult, 'outcome' | 'where' | 'measured' | 'expected' | 'reason'>;

/** One statement about a model in µP: data, and one pure function of the tables it asks for. */
export interface Rule<K extends keyof JudgedTables = keyof JudgedTables> {
  /** A noun with its failing adjective; the file's name. */
  id: string;
  /** What holds where the rule passes. */
  title: string;
  /** What does not, where it fails. */
  failureTitle: string;
  /** Where the statement comes from. */
  source: string;
  /** For `coordcheck explain`: what it measures, why it matters, what to do. */
  explanation: string;
  /** The tables it gets, and only these. */
  requires: readonly K[];
  evaluate(tables: Pick<JudgedTables, K>): RuleFinding;
}

/** A judged slope with the place it belongs to. */
export interface Judgement {
  tap: string | null;
  parameter: string | null;
  slope: number | null;
  expected: number | null;
  outcome: Outcome;
  reason: string | null;
}

const STRENGTH: Record<Outcome, number> = { inapplicable: 0, pass: 1, inconclusive: 2, fail: 3 };

/** The strongest of some outcomes; inapplicable where there are none. */
export function strongest(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce((a, b) => (STRENGTH[b] > STRENGTH[a] ? b : a), 'inapplicable');
}

/** Sums up judged slopes: the strongest outcome, the places that have it, and the worst measured exponent there. */
export function findingOf(judgements: readonly Judgement[]): RuleFinding {
  const outcome = strongest(judgements.map((j) => j.outcome));
  const worst = judgements.filter((j) => j.outcome === outcome).toSorted((a, b) => deviation(b) - deviation(a));
  const isFault = outcome === 'fail' || outcome === 'inconclusive';
  const names = (key: 'tap' | 'parameter') =>
    isFault ? [...new Set(worst.map((j) => j[key]).filter((name) => name !== null))] : [];
  return {
    outcome,
    where: { taps: names('tap'), parameters: names('parameter') },
    measured: worst[0]?.slope ?? null,
    expected: worst[0]?.expected ?? null,
    reason: isFault ? (worst[0]?.reason ?? null) : null,
  };
}

/** Sums up what an audit says of one quantity, of the parameters where it was measured. */
export function auditFindingOf(
  parameters: readonly ParameterResult[],
  audited: 'rateDrift' | 'decay' | 'epsilonShare',
): RuleFinding {
  return findingOf(
    parameters.flatMap(({ parameter, [audited]: one }) =>
      one === undefined ? [] : [{ ...one, tap: null, parameter }],
    ),
  );
}

function deviation({ slope, expected }: Judgement): number {
  return Math.abs((slope ?? 0) - (expected ?? 0));
}
