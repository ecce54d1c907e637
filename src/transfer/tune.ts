import { withTrials, type Trials, type TrialsOptions } from '../capture/trials.js';
import { failure } from '../errors.js';
import type { HyperparameterValue, ModelDefinition } from '../model/definition.js';
import type { Setting, TrialRecord } from '../records/trial.js';
import type { ChosenSetting, TuneResult } from '../verdict/tune-result.js';
import { compare, isDistinguished, type Comparison } from './contenders.js';
import { DEFAULT_STEPS, refuseCount, refuseUntrained } from './counts.js';
import { rungsOf } from './halving.js';
import { ignoredText, probeIgnored } from './ignored.js';
import { search, type Search } from './search.js';
import { samples, spaceOf, type SpaceRequest } from './space.js';
import { refuseUnfit, reachOf, type TargetWidth } from './target-reach.js';
import { targetSettings, type SettledTarget } from './target-settings.js';
import { flopsOf, tuneCost } from './tune-cost.js';
import { tuneNotes } from './tune-notes.js';
import { chosenText } from './tune-summary.js';
import { outOfTime, trialOf, tuningSeeds, type Tuning, type Undecided } from './tuning.js';
import { verify } from './verify.js';

export type { SearchRange, SpaceRequest } from './space.js';

/** How a proxy is tuned, and what for. */
export interface TuneOptions extends TrialsOptions {
  /** The proxy's width; the narrowest of the model's own. */
  width?: number;
  /** The proxy's depth, and the target's; the shallowest of the model's own. */
  depth?: number;
  /** What is searched; the learning rate, four octaves to each side of the model's own. */
  space?: SpaceRequest;
  /** Settings drawn; 32. */
  trials?: number;
  /** Steps of a full training; 300. */
  steps?: number;
  /** `halving` (the default) stops the worse trials early, `random` trains all in full. */
  search?: 'random' | 'halving';
  /** Seeds of the comparison between the best; 3. */
  seeds?: number;
  /** The root seed that samples, weights, batches and draws come from; 0. */
  seed?: number;
  /** Hyperparameters set over the model's defaults. */
  set?: Readonly<Record<string, HyperparameterValue>>;
  /** The width to give settings for; without it there are none. */
  targetWidth?: number;
  /** Steps of the target's training; the proxy's. */
  targetSteps?: number;
  /** Examples in the target's batch; the proxy's. */
  targetBatch?: number;
  /** A width at which a few settings are trained, to tell what the chosen one loses there. */
  verifyWidth?: number;
}

const DEFAULT_TRIALS = 32;
const DEFAULT_SEEDS = 3;
/** How many of the search's best are compared over the seeds. */
const FINALISTS = 3;

/**
 * Tunes a narrow model, and says what to launch a wide one with: µTransfer.
 *
 * A search on one seed, a comparison of its three best (and the model's own setting) over others, and the target's settings
 * for every parameter. Everything depends on the model, the options, the engine and its threads alone, not on the number
 * of workers, nor on how often it was interrupted and resumed.
 *
 * @param source - a model file, whose trials are trained in worker processes, or a definition, in this one
 * @throws CoordCheckError for wrong use or a broken environment; the signal's reason once it fires
 * Source: Yang et al., Tensor Programs V, arXiv:2203.03466 (µTransfer, random search on the proxy).
 */
export async function tune(source: string | URL | ModelDefinition, options: TuneOptions = {}): Promise<TuneResult> {
  refuseCounts(options);
  const { width, depth, seed = 0, set } = options;
  const request = {
    ...(width === undefined ? {} : { widths: [width] }),
    ...(depth === undefined ? {} : { depths: [depth] }),
    ...(set === undefined ? {} : { set }),
    seeds: 1,
    seed,
  };
  return withTrials(source, { ...options, request }, async (trials) => {
    refuseUntrained(options.steps, { where: 'a tuning', scoredOn: trials.header.config.scoredOn });
    return tuned(tuningOf(trials, options), options);
  });
}

/** Seeds of one root are its thousand: the search has the first of them. */
const MOST_SEEDS = 999;

function refuseCounts({ trials, steps, seeds, targetSteps, targetBatch }: TuneOptions): void {
  for (const [name, count] of Object.entries({ trials, steps, seeds, targetSteps, targetBatch })) {
    refuseCount(count, { name, where: 'a tuning', ...(name === 'seeds' && { most: MOST_SEEDS }) });
  }
}

function tuningOf(trials: Trials, options: TuneOptions): Tuning {
  const { widths, depths, hyperparameters } = trials.model.config;
  const [width] = widths as [number];
  for (const name of ['targetWidth', 'verifyWidth'] as const) {
    const wide = options[name];
    if (wide === undefined || wide >= width) continue;
    const what = name === 'targetWidth' ? '--target-width' : '--verify-width';
    throw failure('TARGET_TOO_NARROW', { what, width: wide, proxy: width });
  }
  return {
    trials,
    width,
    depth: depths?.[0] ?? null,
    steps: options.steps ?? DEFAULT_STEPS,
    hyperparameters,
    space: spaceOf(options.space, hyperparameters),
    ...tuningSeeds(options.seed ?? 0, options.seeds ?? DEFAULT_SEEDS),
  };
}

/** What the stages of a tuning have found so far. */
interface Stages {
  ignored: string[];
  search: Search | null;
  comparison: Comparison | null;
  chosen: ChosenSetting | null;
  made: TrialRecord[];
  undecided: Undecided | null;
}

async function tuned(tuning: Tuning, options: TuneOptions): Promise<TuneResult> {
  const { targetWidth, verifyWidth } = options;
  // All that a width may be at fault for, before anything is trained.
  if (verifyWidth !== undefined) await refuseUnfit(tuning, verifyWidth);
  const target = targetWidth === undefined ? null : await reachOf(tuning, targetWidth);
  if (target !== null) await targetSettings(tuning, target, {});
  const { isScheduled } = (await tuning.trials.settings(trialOf(tuning, {}))).optimizer;
  const stages = await choose(tuning, options);
  const base = resultOf(tuning, options, stages);
  const { chosen, made, search: found, comparison } = stages;
  if (chosen === null || found === null || comparison === null) return base;
  const settled = target === null ? null : await settledTarget(tuning, target, chosen.values);
  const verified =
    verifyWidth === undefined ? null : await verify(tuning, verifyWidth, { chosen, best: found.finalists });
  const batchSize = (await flopsOf(tuning, trialOf(tuning, chosen.values)))?.batchSize;
  const { targetSteps, targetBatch } = options;
  const setting = chosen.values;
  const plan = target && { ...target, setting, steps: targetSteps, batch: targetBatch, verifiedAt: verifyWidth };
  const isHalved = found.rungs.length > 1;
  const known = settled?.settled ?? null;
  const findings = { chosen, contenders: comparison.contenders, trials: found.trials, target: known, isHalved };
  const notes = tuneNotes(tuning, { ...findings, isScheduled, batchSize, targetSteps, targetBatch });
  const cost = plan === null ? null : await tuneCost(tuning, made, plan);
  // Above, a worker that an interruption has ended is like a model that fails.
  options.signal?.throwIfAborted();
  return {
    ...base,
    target: known?.settings ?? null,
    targetNotes: known?.notes ?? [],
    verification: verified?.verification ?? null,
    cost,
    notes: [...base.notes, ...(settled?.problems ?? []), ...notes],
  };
}

/** The target's settings; where the chosen setting has none, why, for the tuning itself is done. */
async function settledTarget(
  tuning: Tuning,
  target: TargetWidth,
  values: Setting,
): Promise<{ settled: SettledTarget | null; problems: string[] }> {
  try {
    return { settled: await targetSettings(tuning, target, values), problems: [] };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const why = `There are no settings for width ${target.width}: with the chosen setting, ${what}.`;
    return { settled: null, problems: [why] };
  }
}

/** Searches, compares, and settles on one setting; or on why there is none. */
async function choose(tuning: Tuning, options: TuneOptions): Promise<Stages> {
  const stages: Stages = { ignored: [], search: null, comparison: null, chosen: null, made: [], undecided: null };
  const probe = await probeIgnored(tuning);
  stages.made.push(...probe.made);
  stages.ignored = probe.ignored.map(ignoredText);
  if (!probe.isComplete) return { ...stages, undecided: outOfTime('it was known which hyperparameters matter') };
  if (probe.ignored.length === tuning.space.length) return { ...stages, undecided: allIgnored(stages.ignored) };

  const { trials = DEFAULT_TRIALS, search: kind = 'halving', seed = 0 } = options;
  const drawn = samples(tuning.space, trials, seed);
  const rungs = rungsOf({ trials: drawn.length, steps: tuning.steps, search: kind, finalists: FINALISTS });
  stages.search = await search(tuning, drawn, rungs);
  stages.made.push(...stages.search.made);
  const { undecided, finalists } = stages.search;
  if (undecided !== null) return { ...stages, undecided };

  const candidates = [...finalists.slice(0, FINALISTS), { index: null, values: {} }];
  stages.comparison = await compare(tuning, candidates, { stage: `comparison over ${tuning.seeds.length} seeds` });
  stages.made.push(...stages.comparison.made);
  if (!stages.comparison.isComplete)
    return { ...stages, undecided: outOfTime('the best were compared over all seeds') };
  const chosen = chosenOf(tuning, stages.comparison);
  return chosen === null ? { ...stages, undecided: NONE_HOLDS } : { ...stages, chosen };
}

const NONE_HOLDS: Undecided = {
  reason: 'None of the best settings of the search finished with every seed of the comparison.',
  settle: 'Give a space with lower learning rates, or more --trials.',
};

function allIgnored(ignored: readonly string[]): Undecided {
  return { reason: ignored.join(' '), settle: 'Use `hyperparameters` in build or optimizer of the model file.' };
}

function chosenOf({ hyperparameters }: Tuning, { contenders }: Comparison): ChosenSetting | null {
  const searched = contenders.filter(({ index }) => index !== null);
  const [best, ...others] = searched;
  if (best === undefined || best.index === null || best.score === null) return null;
  const { index, values, score } = best;
  const isDistinguishedFromNext = isDistinguished(best, others);
  return {
    index,
    values,
    hyperparameters: { ...hyperparameters, ...values },
    score,
    isDistinguished: isDistinguishedFromNext,
  };
}

/** The score of the model's own setting, where it is better than all of the search by more than the seeds scatter. */
function betterOwn(comparison: Comparison | null): number | null {
  const [best, ...others] = comparison?.contenders ?? [];
  return best?.index === null && isDistinguished(best, others) === true ? (best.score?.mean ?? null) : null;
}

function resultOf(tuning: Tuning, options: TuneOptions, stages: Stages): TuneResult {
  const { model, header } = tuning.trials;
  const { chosen, undecided, comparison, ignored } = stages;
  const { command, versions, environment } = header;
  return {
    schema: 'coordcheck/tune',
    schemaVersion: 1,
    name: model.name,
    outcome: chosen === null ? 'undecided' : 'tuned',
    summary: chosen === null ? (undecided?.reason ?? '') : chosenText(tuning, chosen, betterOwn(comparison)),
    reason: undecided?.reason ?? null,
    settle: undecided?.settle ?? null,
    command,
    versions,
    environment,
    config: configOf(tuning, options),
    space: [...tuning.space],
    rungs: stages.search?.rungs ?? [],
    trials: stages.search?.trials ?? [],
    contenders: comparison?.contenders ?? [],
    chosen,
    target: null,
    targetNotes: [],
    verification: null,
    cost: null,
    // Where all are ignored that is the reason itself.
    notes: ignored.length === tuning.space.length ? [] : ignored,
  };
}

function configOf(tuning: Tuning, options: TuneOptions): TuneResult['config'] {
  const { width, depth, steps, searchSeed, seeds, hyperparameters } = tuning;
  const { model, header } = tuning.trials;
  const { engine, threads, loss, scoredOn } = header.config;
  const { trials = DEFAULT_TRIALS, search: kind = 'halving', seed = 0 } = options;
  const { targetWidth = null, targetSteps = null, targetBatch = null, verifyWidth = null } = options;
  const proxy = { width, depth, steps, trials, search: kind, seed, searchSeed, seeds: [...seeds] };
  const target = { targetWidth, targetSteps, targetBatch, verifyWidth };
  const training = { engine, threads, optimizer: model.optimizer, loss, scoredOn };
  return { ...proxy, ...target, ...training, hyperparameters: { ...hyperparameters } };
}
