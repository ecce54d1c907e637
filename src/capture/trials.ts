import type { ModelDefinition } from '../model/definition.js';
import { distinctTrials, trialKey, type TrialKey, type TrialRecord, type TrialsHeader } from '../records/trial.js';
import { surroundings } from './capture.js';
import type { CaptureRequest } from './config.js';
import type { DescribedModel, Executor } from './executor.js';
import { keepTrials, type KeptTrials } from './keep-trials.js';
import { workersThatFit } from './memory.js';
import { withExecutor, type ExecutorOptions } from './open-executor.js';
import type { ProgressListener } from './progress.js';
import type { RunFlops } from './run-flops.js';
import type { RunSettings } from './run-settings.js';
import { trialRun } from './run-spec.js';
import { workOff } from './schedule.js';

export type { CaptureRequest } from './config.js';
export { trialsPath } from './keep-trials.js';
export type { RunFlops } from './run-flops.js';
export type { RunSettings, SettledParameter } from './run-settings.js';
export { seedsOf } from './run-spec.js';

/** How trials are made and kept. */
export interface TrialsOptions extends ExecutorOptions {
  /** Folder for the file of trials; none is written without it. */
  out?: string;
  /** Takes the trials of an interrupted or a smaller sweep from the file it left in `out`. */
  resume?: boolean;
  /** No trial is started after this long. */
  timeBudgetMs?: number;
  /** The command that repeats it, as the report prints it. */
  command?: string;
  onProgress?: ProgressListener;
}

/** A model whose trials can be made. */
export interface Trials {
  readonly model: DescribedModel;
  readonly header: TrialsHeader;
  /**
   * Makes the trials that were not made before.
   *
   * @param stage - how progress calls them, where there are several lots
   * @returns those asked for, in the order asked; without those that the time budget left no time for
   * @throws CoordCheckError as a capture; the signal's reason
   */
  make(wanted: readonly TrialKey[], stage?: string): Promise<TrialRecord[]>;
  /** What each step of a trial costs; nothing is trained. */
  flops(trial: TrialKey): Promise<RunFlops>;
  /** What each parameter starts from and is trained with; nothing is trained. */
  settings(trial: TrialKey): Promise<RunSettings>;
  /**
   * Describes other sizes than those of the request, whose memory then counts, too.
   *
   * @throws CoordCheckError DOES_NOT_FIT, BUILD_FAILED
   */
  describe(request: CaptureRequest): Promise<DescribedModel>;
  /** Whether the time budget left trials out. */
  isCutShort(): boolean;
}

/**
 * Opens a model for trials: every finished one goes to a file at once, so a kill loses at most those under way.
 *
 * In the end the file holds the trials sorted by their keys: equal trials give equal bytes, however they were made.
 *
 * @param request - sizes and settings that will be tried, for the description and the estimates of memory
 * @throws CoordCheckError for wrong use or a broken environment; the signal's reason once it fires
 */
export async function withTrials<T>(
  source: string | URL | ModelDefinition,
  { request, ...options }: TrialsOptions & { request: CaptureRequest },
  f: (trials: Trials) => Promise<T>,
): Promise<T> {
  return withExecutor(source, options, async (executor) => {
    const model = await executor.describe({ ...request, measure: 'activations' });
    if (model.engine.notice !== null) options.onProgress?.({ type: 'warning', message: model.engine.notice });
    const header = headerOf(model, options);
    const kept = await keepTrials(header, options);
    const deadline = performance.now() + (options.timeBudgetMs ?? Number.POSITIVE_INFINITY);
    const maker = new TrialMaker(executor, { model, kept, deadline, options });
    try {
      const value = await f({
        model,
        header,
        make: (wanted, stage) => maker.make(wanted, stage),
        flops: (trial) => executor.flops(trialRun(trial)),
        settings: (trial) => executor.settings(trialRun(trial)),
        describe: async (other) => {
          const described = await executor.describe({ ...other, measure: 'activations' });
          maker.sizes.push(...described.runs);
          return described;
        },
        isCutShort: () => maker.isCutShort,
      });
      await kept.settle();
      return value;
    } finally {
      await kept.close();
    }
  });
}

interface MakerOptions {
  model: DescribedModel;
  kept: KeptTrials;
  deadline: number;
  options: TrialsOptions;
}

/** What an optimizer refuses is its setting's fault: the others are tried all the same. */
const OF_A_SETTING = ['OPTIMIZER_FAILED', 'SETTING_INVALID'] as const;

class TrialMaker {
  readonly #executor: Executor;
  readonly #how: MakerOptions;
  isCutShort = false;
  /** Sizes whose needs are known. */
  readonly sizes: DescribedModel['runs'];

  constructor(executor: Executor, how: MakerOptions) {
    this.#executor = executor;
    this.#how = how;
    this.sizes = [...how.model.runs];
  }

  async make(wanted: readonly TrialKey[], stage?: string): Promise<TrialRecord[]> {
    const { model, kept, options, deadline } = this.#how;
    const onProgress = options.onProgress ?? (() => {});
    // Two candidates of one setting are one training.
    const missing = distinctTrials(wanted).filter((trial) => !kept.trials.has(trialKey(trial)));
    const widths = new Set(missing.map(({ width }) => width));
    const own = this.sizes.filter(({ width }) => widths.has(width));
    const lanes = workersThatFit(own.length === 0 ? this.sizes : own, this.#executor.capacity);
    const workers = Math.min(lanes, missing.length);
    const before = wanted.length - missing.length;
    const { name, engine } = model;
    const plan = { name, engine: engine.name, workers, runs: wanted.length, resumed: before };
    onProgress({ type: 'plan', ...plan, ...(stage !== undefined && { stage }) });
    const timeOf = timesOf(this.sizes);
    await workOff(
      missing.toSorted((a, b) => timeOf(b) - timeOf(a)),
      {
        lanes,
        onProgress,
        before,
        signal: options.signal ?? new AbortController().signal,
        isOver: () => performance.now() > deadline,
        make: (trial, how) => this.#executor.train(trial, how),
        facts: OF_A_SETTING,
        failed: (trial, error): TrialRecord => ({ ...trial, state: 'failed', error, loss: [], score: null }),
        nameOf: nameOf(wanted),
        timeOf,
        told: (trial) => trial,
        onFinished: (trial) => kept.append(trial),
      },
    );
    const made = wanted.flatMap((trial) => kept.trials.get(trialKey(trial)) ?? []);
    this.isCutShort ||= made.length < wanted.length;
    return made;
  }
}

/** What trials are called: by the hyperparameters that differ among them, besides width and seed. */
function nameOf(trials: readonly TrialKey[]) {
  const valuesOf = (name: string) => new Set(trials.map(({ setting }) => setting[name]));
  const differing = Object.keys(trials[0]?.setting ?? {}).filter((name) => valuesOf(name).size > 1);
  const isControlled = new Set(trials.map(({ parametrization }) => parametrization)).size > 1;
  return ({ width, depth, seed, setting, parametrization }: TrialKey) => {
    const values = differing.map((name) => `${name} ${shown(setting[name])}`);
    const what = [...(isControlled ? [parametrization] : []), ...values].join(', ');
    return { width, depth, seed, ...(what !== '' && { what }) };
  };
}

function shown(value: unknown): string {
  // The model's own text, printed on a terminal.
  return typeof value === 'number' ? String(Number(value.toPrecision(3))) : String(value).replaceAll(/\p{C}/gu, '·');
}

/** Estimated time of a trial: that of its width's runs, by its steps. */
function timesOf(runs: DescribedModel['runs']): (trial: TrialKey) => number {
  const passes = new Map(runs.map(({ width, depth, durationMs }) => [`${width} ${depth}`, durationMs]));
  const longest = Math.max(1, ...passes.values());
  return ({ width, depth, steps }) => (passes.get(`${width} ${depth}`) ?? longest) * steps;
}

function headerOf(model: DescribedModel, { command = '', threads = 1 }: TrialsOptions): TrialsHeader {
  const { name, modelHash, engine, loss, scoredOn } = model;
  return {
    schema: 'coordcheck/trials',
    schemaVersion: 1,
    name,
    command,
    modelHash,
    ...surroundings(engine),
    config: { engine: engine.name, threads, loss, scoredOn },
  };
}
