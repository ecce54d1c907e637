import type {
  Drift,
  Optimum,
  ParametrizationSweep,
  Regret,
  Setting,
  SweepCurve,
  SweepResult,
  TrialResult,
  WiderIsBetter,
} from '../../verdict/sweep-result.js';
import type { Outcome, Verdict } from '../../verdict/result.js';
import { counted, flopsText, NO_NUMBER, slopeText } from './numbers.js';
import { shownName } from '../../visible.js';
import { runFacts, runLine } from './wording.js';

/** The verdict of a sweep in words. */
export const SWEEP_WORD: Record<Verdict, string> = {
  pass: 'TRANSFERS',
  fail: 'DOES NOT TRANSFER',
  inconclusive: 'INCONCLUSIVE',
};

/** How one hyperparameter came out, in words. */
export const TRANSFER_WORD: Record<Outcome, string> = {
  pass: 'transfers',
  fail: 'does not transfer',
  inconclusive: 'inconclusive',
  inapplicable: 'not judged',
};

/** What a parametrization is called. */
export const PARAMETRIZATION: Record<ParametrizationSweep['parametrization'], string> = {
  mup: 'µP',
  sp: 'SP (control)',
};

/** A value of a hyperparameter, numbers in four significant digits; a plain minus, so that it can be pasted. */
export function valueText(value: number | string | boolean | null): string {
  if (value === null) return NO_NUMBER;
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : shownName(String(value));
}

/** The value of one hyperparameter in a setting; null where it has none. What every object inherits is no setting. */
export function settingValue(setting: Setting, name: string): number | string | boolean | null {
  return Object.hasOwn(setting, name) ? (setting[name] ?? null) : null;
}

/** The optimum as a value: fitted, or beyond the edge of the grid (`≥ 0.0625`). */
export function optimumText({ state, best, log2Value }: Optimum): string {
  if (state === 'censored-low') return `≤ ${valueText(best)}`;
  if (state === 'censored-high') return `≥ ${valueText(best)}`;
  if (state === 'undetermined') return NO_NUMBER;
  return log2Value === null ? valueText(best) : fittedText(2 ** log2Value);
}

/** A fitted value in three significant digits: an interval allows no more. */
function fittedText(value: number): string {
  return value >= 1e-4 && value < 1000 ? value.toPrecision(3) : String(Number(value.toPrecision(3)));
}

/** The same as log2: `−7.72`, `≥ −4.00`. */
export function log2OptimumText({ state, best, log2Value }: Optimum): string {
  const edge = { 'censored-low': '≤ ', 'censored-high': '≥ ', found: '', undetermined: '' }[state];
  if (edge === '') return slopeText(log2Value);
  return typeof best === 'number' && best > 0 ? edge + slopeText(Math.log2(best)) : NO_NUMBER;
}

/** What must be known of an optimum: why there is none, or that divergence bounds it; null where nothing must. */
export function optimumRemark({ state, reason, isAtStabilityEdge }: Optimum): string | null {
  const word = { found: null, 'censored-low': 'censored', 'censored-high': 'censored', undetermined: 'undetermined' };
  if (word[state] !== null) return [word[state], reason].filter((text) => text !== null).join(': ');
  return isAtStabilityEdge ? 'at the edge of stability: a value beside the best did not finish' : reason;
}

/** The remarks on optima: a sentence for each, with all the sizes that share it. */
export function optimumRemarks(curves: readonly SweepCurve[]): { isOpen: boolean; text: string }[] {
  const sizes = new Map<string, SweepCurve[]>();
  for (const curve of curves) {
    const remark = optimumRemark(curve.optimum);
    if (remark !== null) sizes.set(remark, [...(sizes.get(remark) ?? []), curve]);
  }
  return Array.from(sizes, ([remark, alike]) => ({
    isOpen: alike.some(({ optimum }) => optimum.state !== 'found'),
    text: `${alike.map(sizeName).join('; ')}: ${remark}`,
  }));
}

/** What is lost, in per cent of the loss at a size's own best value. */
export function regretText(regret: Regret | null): string {
  return regret === null ? NO_NUMBER : `${slopeText(100 * regret.share, 1)} %`;
}

/** Its interval, in per cent. */
export function regretInterval(regret: Regret | null): string {
  const [low, high] = regret?.interval ?? [];
  return low === undefined || high === undefined
    ? NO_NUMBER
    : `[${slopeText(100 * low, 1)}, ${slopeText(100 * high, 1)}]`;
}

/** Doublings of the value within 2 % of the best loss. */
export function robustnessText({ robustnessOctaves }: SweepCurve): string {
  return robustnessOctaves === null ? NO_NUMBER : robustnessOctaves.toFixed(1);
}

/** A size of the model: `width 64`, `width 64, depth 4`. */
export function sizeName({ width, depth }: Pick<SweepCurve, 'width' | 'depth'>): string {
  return depth === null ? `width ${width}` : `width ${width}, depth ${depth}`;
}

/** Whether a model's depth was given. */
export function hasDepth(sizes: readonly { depth: number | null }[]): boolean {
  return sizes.some(({ depth }) => depth !== null);
}

/** What a drift is along: `width`, `width at depth 4`. */
export function driftName({ along, at }: Drift): string {
  return at === null ? along : `${along} at ${along === 'width' ? 'depth' : 'width'} ${at}`;
}

/** What the optimum is multiplied by at every doubling: `×0.75`. */
export function factorText({ perDoubling }: Drift): string {
  return perDoubling === null ? NO_NUMBER : `×${(2 ** perDoubling).toFixed(2)}`;
}

/** Whether wider models were better, in one sentence; null where nothing could be compared. */
export function widerText({ pairs, better, worse }: WiderIsBetter): string | null {
  if (pairs === 0) return null;
  const same = pairs - better - worse;
  const open = same === 0 ? '' : `; in ${same} the seeds scatter more than that`;
  return `Of ${counted(pairs, 'pair')} of neighbouring widths at one setting, the wider has lower loss in ${better}, higher in ${worse}${open}.`;
}

/** How the trials ended: `216 trials: 204 finished, 12 diverged`. */
export function trialCounts(trials: readonly TrialResult[]): string {
  const counts = (['finished', 'diverged', 'failed'] as const).flatMap((state) => {
    const count = trials.filter((trial) => trial.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  return [counted(trials.length, 'trial'), ...(counts.length === 0 ? [] : [counts.join(', ')])].join(': ');
}

/** The total cost: `216 trials, 46.1 × 10¹² FLOPs`. */
export function costText({ trials, flops }: NonNullable<SweepResult['cost']>): string {
  return `${counted(trials, 'trial')}, ${flopsText(flops)} FLOPs`;
}

/** The hyperparameters that a sweep sets, in the order it has them. */
export function sweptNames({ sweeps }: SweepResult): string[] {
  return [...new Set(sweeps.map(({ hyperparameter }) => hyperparameter))];
}

/** What was run, in one line. */
export function sweepRunLine(result: SweepResult): string {
  return `${runLine(result)} · scored on ${result.config.scoredOn} loss`;
}

/** The same as terms and facts. */
export function sweepFacts({ config, trials }: SweepResult): [term: string, fact: string][] {
  return [...runFacts(config), ['Scored on', `${config.scoredOn} loss`], ['Trials', String(trials.length)]];
}

/** How the columns of optima are to be read. */
export const OPTIMA_LEGEND =
  'Optimum: where the curve fitted to the loss over log2 of the value is lowest, with the 95 % interval of its log2. ' +
  'Regret: loss at the smallest size’s optimum above that at its own; one below 0 is noise. Robust: doublings of the value within 2 % of the ' +
  'best loss. Drift: how log2 of the optimum moves when the size doubles.';

/** What a sweep that transfers does not prove. */
export const SWEEP_LIMITS =
  'Transfer was seen over these sizes, this many steps and this data. An optimum also moves with batch size, number of ' +
  'tokens and learning-rate schedule: keep those of the target. Dropout, weight decay and other regularisers do not ' +
  'transfer.';
