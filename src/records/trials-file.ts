import { z } from 'zod';
import { formatLine } from './line.js';
import { openLines, readLines, type Lines } from './lines-file.js';
import { recordedNumber, setting } from './schema.js';
import { sortedEntries, trialKey, type TrialRecord, type TrialsHeader } from './trial.js';
import { writeAtomically } from './write-atomically.js';

/** A file of trials open for appending. */
export interface TrialsFile {
  /** Adds one finished trial and returns once its line is on disk. */
  append(trial: TrialRecord): Promise<void>;
  close(): Promise<void>;
}

const headerSchema: z.ZodType<TrialsHeader> = z.strictObject({
  schema: z.literal('coordcheck/trials'),
  schemaVersion: z.literal(1),
  name: z.string(),
  command: z.string(),
  modelHash: z.string(),
  versions: z.record(z.string(), z.string()),
  environment: z.record(z.string(), z.union([z.string(), z.number()])),
  config: z.strictObject({
    engine: z.string(),
    threads: z.int().positive(),
    loss: z.string(),
    scoredOn: z.enum(['validation', 'training']),
  }),
});

const trialSchema: z.ZodType<TrialRecord> = z.strictObject({
  parametrization: z.enum(['mup', 'sp']),
  width: z.int().positive(),
  depth: z.int().positive().nullable(),
  seed: z.int(),
  steps: z.int().nonnegative(),
  setting: z.record(z.string(), setting),
  state: z.enum(['finished', 'diverged', 'failed']),
  error: z.string().nullable(),
  loss: z.array(recordedNumber),
  score: recordedNumber.nullable(),
});

/**
 * Starts a file of trials, replacing any at `path`.
 *
 * @param kept - trials to carry over
 * @throws CoordCheckError OUTPUT_UNWRITABLE
 */
export async function openTrials(
  path: string,
  header: TrialsHeader,
  kept: readonly TrialRecord[] = [],
): Promise<TrialsFile> {
  const file = await openLines(path, [formatLine(header), ...kept.map(formatTrial)]);
  return { append: (trial) => file.append(formatTrial(trial)), close: () => file.close() };
}

/**
 * Writes trials to a file, whole or not at all, sorted by their keys.
 *
 * @throws CoordCheckError OUTPUT_UNWRITABLE
 */
export async function writeTrials(path: string, header: TrialsHeader, trials: readonly TrialRecord[]): Promise<void> {
  const keyed = trials.map((trial) => ({ trial, key: trialKey(trial) }));
  const sorted = keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const lines = [formatLine(header), ...sorted.map(({ trial }) => formatTrial(trial))];
  await writeAtomically(path, `${lines.join('\n')}\n`);
}

/**
 * Reads a file of trials, also one that a killed process left behind.
 *
 * @returns header and trials in completion order; the last line is dropped where it was torn
 * @throws CoordCheckError RECORDS_UNREADABLE; RECORDS_INVALID where any other line is at fault
 */
export async function readTrials(path: string): Promise<Lines<TrialsHeader, TrialRecord>> {
  return readLines(path, { header: headerSchema, entry: trialSchema });
}

function formatTrial(trial: TrialRecord): string {
  const { parametrization, width, depth, seed, steps, setting: values, state, error, loss, score } = trial;
  const sorted = Object.fromEntries(sortedEntries(values));
  return formatLine({ parametrization, width, depth, seed, steps, setting: sorted, state, error, score, loss });
}
