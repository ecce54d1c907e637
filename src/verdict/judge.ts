import type { Analysis } from '../analysis/analyze.js';
import { parameterName } from '../parameter-name.js';
import { fromRecorded } from '../records/record.js';
import { runKey } from '../records/record-set.js';
import type { RecordHeader, RunRecord } from '../records/run.js';
import { notesOf } from './notes.js';
import { audited, auditedSlopes } from './audit.js';
import { diagnose } from './diagnose.js';
import { diagnosedParameters } from './diagnosed-parameters.js';
import { frozenResults } from './frozen-results.js';
import { judgeGates } from './gates.js';
import { judgeDepth } from './judge-depth.js';
import { expectParameters, judgeParameters } from './parameter-results.js';
import {
  isOfWidth,
  mendsForwardPass,
  type CheckResult,
  type Diagnosis,
  type ParameterResult,
  type RuleResult,
  type RunResult,
} from './result.js';
import type { JudgedTables } from './rule.js';
import { RULES } from './rules.js';
import { summaryOf, verdictOf } from './summary.js';
import { expectTaps, judgeTaps } from './tap-results.js';
import { hasGradient, moves } from './unjudged.js';

/** What a verdict needs besides the analysis. */
export interface JudgeContext {
  header: RecordHeader;
  /** Milliseconds by run key; empty where records are judged again. */
  durations: ReadonlyMap<string, number>;
}

/**
 * Judges an analysis: every slope against theory, the rules, the self-gates, the likely causes, the verdict.
 *
 * Pure: the same analysis gives the same result.
 */
export function judge(analysis: Analysis, context: JudgeContext): CheckResult {
  const { header, durations } = context;
  const { parameters: trained, taps, diagnosis } = judgeSlopes(analysis, context);
  const parameters = [...trained, ...frozenResults(analysis, header.expect)];
  const runs = analysis.runs.map((run) => runResult(run, durations));
  const rules = applyRules({ parameters, taps, runs, config: header.config });
  const isStill = analysis.parameters.some(hasGradient) && analysis.parameters.every((one) => moves(one) === false);
  const notFinite = analysis.taps.find(({ reason }) => reason === 'non-finite')?.tap ?? null;
  const gates = judgeGates({ header, runs: analysis.runs, isStill, notFinite });
  const depth = judgeDepth(analysis.alongDepth, header.expect);
  const { name, command, versions, environment } = header;
  const body = {
    schema: 'coordcheck/result' as const,
    schemaVersion: 1 as const,
    name,
    verdict: verdictOf({ gates, rules, depth, isDepthAlone: !isOfWidth(header) }),
    command,
    versions,
    environment,
    config: { ...header.config, optimizer: optimizerOf(analysis.runs) },
    gates,
    taps,
    parameters,
    rules,
    diagnosis,
    ...(depth !== null && { depth }),
    notes: notesOf(analysis, { header, parameters }),
    runs,
  };
  return { ...body, summary: summaryOf(body) };
}

/** Judges every slope, and tells causes from symptoms. */
function judgeSlopes(
  analysis: Analysis,
  { header }: JudgeContext,
): Pick<CheckResult, 'parameters' | 'taps' | 'diagnosis'> {
  const optimizer = optimizerOf(analysis.runs);
  const expectedParameters = expectParameters(analysis, { expect: header.expect, optimizer });
  const expectedTaps = expectTaps(analysis, expectedParameters, header.expect);
  const judged = countJudged(expectedParameters, expectedTaps);
  const sized = judgeParameters(expectedParameters, judged);
  const taps = judgeTaps(expectedTaps, judged);
  const sizes = [...sized.flatMap(({ init, isolatedUpdate }) => [init, isolatedUpdate]), ...taps];
  const isFirstStepRight = sizes.every(({ outcome }) => outcome !== 'fail');
  const measured = audited(sized, expectedParameters, { judged, isFirstStepRight });
  const diagnosed = diagnosedParameters(measured, {
    analysis,
    taps,
    expected: expectedParameters,
  });
  const diagnosis = diagnose(diagnosed, {
    isFailing:
      !isFirstStepRight ||
      measured.some((one) => [one.rateDrift, one.decay, one.epsilonShare].some((s) => s?.outcome === 'fail')),
    taps,
    scales: attentionScales(analysis),
    widest: Math.max(...header.config.widths),
    targetWidth: header.targetWidth ?? null,
  });
  const scalings = new Map(diagnosed.map(({ result, exponents }) => [result, exponents]));
  const parameters = measured.map((parameter): ParameterResult => {
    const scaling = scalings.get(parameter);
    return { ...attribute(parameter, diagnosis), ...(scaling !== undefined && { scaling }) };
  });
  return { parameters, taps, diagnosis };
}

function countJudged(parameters: ReturnType<typeof expectParameters>, taps: ReturnType<typeof expectTaps>): number {
  const ofParameters = parameters.flatMap((one) => [
    one.init !== null && one.series.init.fit !== null,
    one.isolatedUpdate !== null && one.judgedUpdate.fit !== null,
    ...auditedSlopes(one),
  ]);
  const ofTaps = taps.map(({ series, expected }) => expected !== null && series.fit !== null);
  return [...ofParameters, ...ofTaps].filter(Boolean).length;
}

/** What attention multiplies q·k by, as an exponent of width, where the sum over them grows. */
function attentionScales({ taps }: Analysis): Map<string, number> {
  return new Map(
    taps.flatMap(({ tap, product }) =>
      product?.isInfinite === true && product.factor.fit !== null ? [[tap, product.factor.fit.slope]] : [],
    ),
  );
}

/** A parameter fails only for a fault of its own; one that shows another's is a symptom, and says whose. */
function attribute(result: ParameterResult, diagnosis: readonly Diagnosis[]): ParameterResult {
  const name = parameterName(result);
  const isCause = diagnosis.some(
    ({ parameters }) => parameters.includes(name) || parameters.includes(result.parameter),
  );
  if (isCause) return { ...result, outcome: 'fail', reason: null };
  if (result.outcome !== 'fail' || result.update.outcome === 'fail') return result;
  const inits = diagnosis.filter(mendsForwardPass);
  const rates = diagnosis.filter(({ fix }) => fix.learningRateExponent !== undefined);
  const causes = [...new Set((inits.length > 0 ? inits : rates).flatMap(({ parameters }) => parameters))];
  if (causes.length === 0) return result;
  return { ...result, outcome: 'pass', reason: `a symptom of ${causes.join(', ')}` };
}

function applyRules(tables: JudgedTables): RuleResult[] {
  return RULES.map(({ id, title, failureTitle, requires, evaluate }) => {
    const asked = Object.fromEntries(requires.map((table) => [table, tables[table]])) as unknown as JudgedTables;
    const finding = evaluate(asked);
    return { rule: id, title: finding.outcome === 'fail' ? failureTitle : title, ...finding };
  });
}

function runResult(run: RunRecord, durations: ReadonlyMap<string, number>): RunResult {
  const { width, depth, seed, state, error } = run;
  const loss = run.loss.map(fromRecorded).map((value) => (Number.isFinite(value) ? value : null));
  return { width, depth, seed, state, loss, durationMs: durations.get(runKey(run)) ?? null, error };
}

function optimizerOf(runs: readonly RunRecord[]): string {
  return runs.find(({ optimizer }) => optimizer !== '')?.optimizer ?? '';
}
