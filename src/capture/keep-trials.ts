import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../errors.js';
import { headerDifference } from '../records/journal.js';
import { openTrials, readTrials, writeTrials } from '../records/trials-file.js';
import { trialKey, type TrialRecord, type TrialsHeader } from '../records/trial.js';
import { fileName, refuseUnwritable } from './keep-journal.js';
import { lateFile } from './late-file.js';
import type { ProgressListener } from './progress.js';

/** Finished trials, kept in memory and, with an output folder, on disk as they come in. */
export interface KeptTrials {
  readonly trials: ReadonlyMap<string, TrialRecord>;
  append(trial: TrialRecord): Promise<void>;
  /** Writes the file anew, sorted. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the file of a model's trials, or takes up the one an earlier command left.
 *
 * @throws CoordCheckError OUTPUT_UNWRITABLE, JOURNAL_DIFFERS, RECORDS_INVALID
 */
export async function keepTrials(
  header: TrialsHeader,
  { out, resume = false, onProgress }: { out?: string; resume?: boolean; onProgress?: ProgressListener },
): Promise<KeptTrials> {
  const trials = new Map<string, TrialRecord>();
  const keep = (trial: TrialRecord): void => void trials.set(trialKey(trial), trial);
  if (out === undefined) {
    return { trials, append: async (trial) => keep(trial), settle: async () => {}, close: async () => {} };
  }
  refuseUnwritable(out);
  const path = trialsPath(out, header.name);
  if (resume && existsSync(path)) for (const trial of await takeUp(path, header)) keep(trial);
  const { opened, close } = lateFile({ path, what: 'trials', resume, onProgress }, () =>
    openTrials(path, header, [...trials.values()]),
  );
  return {
    trials,
    append: async (trial) => {
      const open = await opened();
      keep(trial);
      await open.append(trial);
    },
    settle: async () => {
      await close();
      if (trials.size > 0) await writeTrials(path, header, [...trials.values()]);
    },
    close,
  };
}

async function takeUp(path: string, header: TrialsHeader): Promise<TrialRecord[]> {
  const { header: before, entries } = await readTrials(path);
  const difference = headerDifference(before, header);
  if (difference !== null) throw failure('JOURNAL_DIFFERS', { path, what: difference });
  // One that failed may have failed for a reason that is gone: it is made again.
  return entries.filter(({ state }) => state !== 'failed');
}

/** Where the trials of a model of this name are kept. */
export function trialsPath(out: string, name: string): string {
  return join(out, `${fileName(name)}.trials.ndjson`);
}
