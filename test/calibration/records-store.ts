import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parseRecords } from '../../src/records/records-file.js';
import type { RecordSet } from '../../src/records/record-set.js';
import { jobName, type Job } from './job.js';

/** Compressed records of finished checks: a calibration goes on where it was stopped, and judges again without training. */
export interface RecordsStore {
  has(job: Job): boolean;
  save(job: Job, text: string): Promise<void>;
  read(job: Job): Promise<RecordSet>;
}

/** Opens the store in a folder, which it makes. */
export async function openStore(folder: string): Promise<RecordsStore> {
  await mkdir(folder, { recursive: true });
  const fileOf = (job: Job) => path.join(folder, `${jobName(job)}.records.ndjson.gz`);
  return {
    has: (job) => existsSync(fileOf(job)),
    save: async (job, text) => {
      // Whole or not at all: a process that is killed in between leaves no half file.
      const partial = `${fileOf(job)}.${process.pid}`;
      await writeFile(partial, gzipSync(text));
      await rename(partial, fileOf(job));
    },
    read: async (job) => parseRecords(gunzipSync(await readFile(fileOf(job))).toString(), jobName(job)),
  };
}
