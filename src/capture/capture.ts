import { readFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import type { ModelDefinition } from '../model/definition.js';
import { CoordCheckError } from '../errors.js';
import type { JournalEntry } from '../records/journal.js';
import { runKey, sortRecords, type RecordSet } from '../records/record-set.js';
import type { RecordHeader } from '../records/run.js';
import type { CaptureRequest } from './config.js';
import type { DescribedModel, Executor } from './executor.js';
import { keepJournal } from './keep-journal.js';
import { workersThatFit } from './memory.js';
import { withExecutor, type ExecutorOptions } from './open-executor.js';
import type { ProgressListener } from './progress.js';
import type { RunOutput } from './run.js';
import type { Places, RunSpec } from './run-spec.js';
import { workOff } from './schedule.js';

/** How runs are made; everything has a default. */
export interface CaptureOptions extends CaptureRequest, ExecutorOptions {
  /** Folder for the journal and the records; none are written without it. */
  out?: string;
  /** Takes finished runs from the journal an interrupted check left in `out`. */
  resume?: boolean;
  /** No run is started after this long. */
  timeBudgetMs?: number;
  /** The command that repeats this check, as the report prints it. */
  command?: string;
  onProgress?: ProgressListener;
}

/** What a capture made: the records, and each run's time, which no record holds. */
export interface Captured {
  records: RecordSet;
  /** Milliseconds by run key. */
  durations: ReadonlyMap<string, number>;
  /** Whether the time budget ended it before all runs were made. */
  isPartial: boolean;
}

/**
 * Trains a model at every width and seed and measures it.
 *
 * Finished runs go to a journal at once, so a killed capture loses at most the running ones; at the end the journal
 * becomes the records file. The same seed gives the same records byte for byte, for any number of workers.
 *
 * @param source - a model file (runs in worker processes) or a definition (runs in this process)
 * @throws CoordCheckError for wrong use or a broken environment; the signal's reason once it fires
 */
export async function capture(source: string | URL | ModelDefinition, options: CaptureOptions = {}): Promise<Captured> {
  return withExecutor(source, options, async (executor) => {
    const described = await executor.describe(requestOf(options));
    const onProgress = options.onProgress ?? (() => {});
    if (described.engine.notice !== null) onProgress({ type: 'warning', message: described.engine.notice });
    const header = headerOf(described, options);
    const journal = await keepJournal(header, options);
    const kept = new Set(journal.entries.map(({ run }) => runKey(run)));
    const missing = described.runs.filter((run) => !kept.has(runKey(run)));
    const runs = await withPlaces(executor, missing, described.runs);
    const lanes = workersThatFit(described.runs, executor.capacity);
    onProgress({
      type: 'plan',
      name: header.name,
      engine: header.config.engine,
      workers: Math.min(lanes, runs.length),
      runs: described.runs.length,
      resumed: kept.size,
    });
    const deadline = performance.now() + (options.timeBudgetMs ?? Number.POSITIVE_INFINITY);
    try {
      await workOff(runs, {
        lanes,
        onProgress,
        before: kept.size,
        signal: options.signal ?? new AbortController().signal,
        isOver: () => performance.now() > deadline,
        make: ({ memoryBytes: _bytes, durationMs: _ms, ...spec }, how) => executor.run(spec, how),
        failed: (run, why) => failedRun(run, why),
        nameOf: ({ width, depth, seed }) => ({ width, depth, seed }),
        timeOf: ({ durationMs }) => durationMs,
        told: ({ run }) => run,
        onFinished: ({ run, rows }, durationMs) => journal.append({ run, rows, durationMs }),
      });
    } finally {
      await journal.close();
    }
    const isPartial = journal.entries.length < described.runs.length;
    const records = recordSet(header, journal.entries);
    await journal.settle(records, isPartial);
    return { records, durations: durationsOf(journal.entries), isPartial };
  });
}

/**
 * Tells runs where to look at each parameter alone: found at the narrowest width, the first seed, for each depth.
 *
 * Always the same runs whatever is still missing, so that a resumed check looks where the interrupted one did. Where
 * the narrowest model fails, each run searches for itself.
 */
async function withPlaces<R extends RunSpec>(executor: Executor, runs: readonly R[], all: readonly R[]): Promise<R[]> {
  if (runs.length === 0 || runs[0]?.measure !== 'all') return [...runs];
  // Of equal keys a Map keeps the last value.
  const narrowest = new Map(
    all.toSorted((a, b) => b.width - a.width || b.seed - a.seed).map((run) => [run.depth, run]),
  );
  const found = await Promise.all(
    [...narrowest].map(async ([depth, run]) => [depth, await placesOf(executor, run)] as const),
  );
  const places = new Map(found);
  return runs.map((run) => ({ ...run, places: places.get(run.depth) ?? null }));
}

/** A model that throws at one width or seed is a fact about that run. */
function failedRun({ width, depth, seed }: RunSpec, error: string): RunOutput {
  const nothing = { learningRates: [], optimizer: '', parameters: [], taps: [], inert: [], notes: [] };
  const run = { width, depth, seed, state: 'failed' as const, error, loss: [], batchHash: '', weightsHash: '' };
  return { run: { ...run, ...nothing }, rows: [] };
}

/** Null where the model throws, which its runs will show. @throws CoordCheckError WORKER_LOST */
async function placesOf(executor: Executor, run: RunSpec): Promise<Places | null> {
  try {
    return await executor.places(run);
  } catch (error) {
    if (error instanceof CoordCheckError && error.code === 'WORKER_LOST') throw error;
    return null;
  }
}

/**
 * Says what a capture would train and measure, without training.
 *
 * @throws CoordCheckError as capture does before its first run
 */
export async function describeCapture(
  source: string | URL | ModelDefinition,
  options: CaptureOptions = {},
): Promise<DescribedModel & { workers: number; header: RecordHeader }> {
  return withExecutor(source, options, async (executor) => {
    const described = await executor.describe(requestOf(options));
    const workers = Math.min(workersThatFit(described.runs, executor.capacity), described.runs.length);
    return { ...described, workers, header: headerOf(described, options) };
  });
}

function requestOf(options: CaptureOptions): CaptureRequest {
  const { widths, depths, seeds, seed, steps, set, taps, control, targetWidth, prescription, measure } = options;
  return { widths, depths, seeds, seed, steps, set, taps, control, targetWidth, prescription, measure };
}

function headerOf(described: DescribedModel, options: CaptureOptions): RecordHeader {
  const { config, engine } = described;
  const { widths, depths, seeds, seed, steps, hyperparameters, prescription, taps, measure } = config;
  return {
    schema: 'coordcheck/records',
    schemaVersion: 1,
    name: nameOf(described, options),
    command: options.command ?? '',
    modelHash: described.modelHash,
    ...(options.targetWidth !== undefined && { targetWidth: options.targetWidth }),
    ...surroundings(engine),
    config: {
      widths,
      depths,
      seeds,
      seed,
      steps,
      engine: engine.name,
      threads: options.threads ?? 1,
      loss: described.loss,
      hyperparameters,
      control: options.control ?? null,
      ...(prescription !== null && { prescription }),
      ...(taps !== null && { taps }),
      ...(measure !== 'all' && { measure }),
    },
    expect: { ...described.expect },
  };
}

/** What numbers depend on besides the model and its settings. */
export function surroundings({
  name,
  version,
}: DescribedModel['engine']): Pick<RecordHeader, 'versions' | 'environment'> {
  return {
    versions: { coordcheck: packageVersion(), node: process.versions.node, [name]: version },
    environment: { platform: platform(), arch: arch(), cpu: cpus()[0]?.model ?? 'unknown' },
  };
}

/** Another model than the file's own must not be taken for it, nor overwrite its reports. */
function nameOf({ name }: DescribedModel, { control, prescription }: CaptureOptions): string {
  const suffixes = [
    control === undefined ? '' : `-control-${control}`,
    prescription === undefined ? '' : '-prescribed',
  ];
  return [name, ...suffixes].join('');
}

/** This package's version. */
export function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function recordSet(header: RecordHeader, entries: readonly JournalEntry[]): RecordSet {
  return sortRecords({ header, runs: entries.map(({ run }) => run), rows: entries.flatMap(({ rows }) => rows) });
}

function durationsOf(entries: readonly JournalEntry[]): Map<string, number> {
  return new Map(entries.map(({ run, durationMs }) => [runKey(run), durationMs]));
}
