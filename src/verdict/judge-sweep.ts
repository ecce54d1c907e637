import type { ParametrizationTable, SweepTable } from '../analysis/sweep-table.js';
import { fromRecorded } from '../records/record.js';
import type { TrialRecord, TrialsHeader } from '../records/trial.js';
import { judgeCategory } from './judge-category.js';
import { judgeDrift, judged, type Judged } from './judge-drift.js';
import { strongest } from './rule.js';
import { judgeSweepGates } from './sweep-gates.js';
import { sweepNotes } from './sweep-notes.js';
import type { HyperparameterSweep, ParametrizationSweep, SweepResult, TrialResult } from './sweep-result.js';
import { sweepSummary, sweepVerdict } from './sweep-summary.js';

/** What a sweep's verdict needs besides its tables. */
export interface SweepContext {
  header: TrialsHeader;
  /** All of them, of every hyperparameter and parametrization. */
  trials: readonly TrialRecord[];
  /** How many were to be made. */
  planned: number;
  config: SweepResult['config'];
  /** Null where it could not be counted. */
  cost: SweepResult['cost'];
  /** Remarks of the runs; the verdict's own are added. */
  notes: readonly string[];
}

/**
 * Judges a sweep: its gates, every drift (see `judgeDrift` for the rule), the verdict, the notes.
 *
 * A hyperparameter's outcome is µP's, the worst of its drifts; "wider is better" and the control are shown, and never
 * counted. Pure: the same tables give the same result.
 *
 * @param tables - one a swept hyperparameter
 */
export function judgeSweep(tables: readonly SweepTable[], context: SweepContext): SweepResult {
  const { header, trials, planned, config, cost, notes } = context;
  const sweeps = tables.map(judgeHyperparameter);
  const gates = judgeSweepGates({ config, cost, planned, trials });
  const verdict = sweepVerdict({ gates, sweeps });
  const { name, command, versions, environment } = header;
  return {
    schema: 'coordcheck/sweep',
    schemaVersion: 1,
    name,
    verdict,
    summary: sweepSummary({ gates, sweeps, verdict }),
    command,
    versions,
    environment,
    config,
    gates,
    sweeps,
    cost,
    notes: [...sweepNotes(sweeps), ...notes],
    trials: trials.map(trialResult),
  };
}

function judgeHyperparameter({ hyperparameter, isNumeric, parametrizations }: SweepTable): HyperparameterSweep {
  const results = parametrizations.map((table) => judgeParametrization(table, { hyperparameter, isNumeric }));
  const mup = results.find(({ parametrization }) => parametrization === 'mup');
  return { hyperparameter, isNumeric, outcome: mup?.outcome ?? 'inapplicable', parametrizations: results };
}

function judgeParametrization(
  { parametrization, curves, series, widerIsBetter, hasEffect }: ParametrizationTable,
  { hyperparameter, isNumeric }: Pick<SweepTable, 'hyperparameter' | 'isNumeric'>,
): ParametrizationSweep {
  const judge = isNumeric ? judgeDrift : judgeCategory;
  const outcomes = series.map((one) => judge(one, hyperparameter));
  const drifts = isNumeric ? series.map(({ drift }, i) => ({ ...drift, ...(outcomes[i] ?? OF_ONE_SIZE) })) : [];
  const ignored = judged(
    'inconclusive',
    `every value of ${hyperparameter} gives the very same scores: the model ignores it`,
    `use hyperparameters.${hyperparameter} in build() or optimizer()`,
  );
  const { outcome, reason, settle } = hasEffect ? worst(outcomes) : ignored;
  return { parametrization, outcome, reason, settle, curves, drifts, widerIsBetter };
}

const OF_ONE_SIZE = judged('inconclusive', 'there is one size: nothing moves along it', 'sweep 3 widths or more');

/** The first of the worst; of none, that there is one size. */
function worst(outcomes: readonly Judged[]): Judged {
  const outcome = strongest(outcomes.map((one) => one.outcome));
  return outcomes.find((one) => one.outcome === outcome) ?? OF_ONE_SIZE;
}

/** More points than this a plot does not show, and a file of a hundred trials need not hold. */
const POINTS_OF_LOSS = 60;

function trialResult({
  parametrization,
  width,
  depth,
  seed,
  setting,
  state,
  error,
  ...trial
}: TrialRecord): TrialResult {
  const score = trial.score === null ? NaN : fromRecorded(trial.score);
  const last = trial.loss.length - 1;
  const count = Math.min(trial.loss.length, POINTS_OF_LOSS);
  // The first and the last step, and as even steps as whole numbers allow between.
  const steps = Array.from({ length: count }, (_, i) => (count === 1 ? 0 : Math.round((i * last) / (count - 1))));
  const loss = steps.map((step) => ({ step, loss: finite(fromRecorded(trial.loss[step] ?? 'NaN')) }));
  return { parametrization, width, depth, seed, setting, state, error, score: finite(score), loss };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
