import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { from, fromCSV } from 'arquero';
import { ZOO } from '../../fixtures/zoo/zoo.js';
import { jobName, jobOf, type Job, type Ladder } from './job.js';
import { isAsExpected, type Judged } from './judged.js';
import type { Score } from './score.js';

/**
 * What every finished check came to, one line each, in a file small enough to be committed: a calibration of many hours goes
 * on from it on any machine, where the records themselves would be hundreds of megabytes.
 */
export interface Ledger {
  get(job: Job): Judged | undefined;
  /** Every check, root by root, in the order of the zoo. */
  all(): Judged[];
  /** Adds a check, or replaces what it came to before. */
  set(judged: Judged): Promise<void>;
}

/** A line of the file; all of it text. */
interface Line {
  ladder: string;
  rate: string;
  root: string;
  specimen: string;
  outcome: string;
  cause: string;
  parameters: string;
  exponents: string;
  control: string;
  commit: string;
  said: string;
}

/**
 * Opens a ledger, empty where there is no such file.
 *
 * Lines of specimens that the zoo no longer has are dropped.
 *
 * @param file - null keeps it in memory alone
 */
export async function openLedger(file: string | null): Promise<Ledger> {
  const entries = new Map<string, Judged>();
  const takeIn = async (): Promise<void> => {
    const found = file !== null && existsSync(file) ? parsed(await readFile(file, 'utf8')) : [];
    for (const entry of found) if (!entries.has(jobName(entry.job))) entries.set(jobName(entry.job), entry);
  };
  await takeIn();
  const order = new Map([...ZOO.keys()].map((id, i) => [id, i]));
  const place = ({ job }: Judged) => order.get(job.specimen.id) ?? 0;
  let writing = Promise.resolve();
  // Root by root, so that what a later day adds stands together.
  const all = (): Judged[] =>
    [...entries.values()].toSorted(
      (a, b) =>
        a.job.ladder.localeCompare(b.job.ladder) ||
        a.job.rate - b.job.rate ||
        a.job.root - b.job.root ||
        place(a) - place(b),
    );
  const write = async (): Promise<void> => {
    if (file === null) return;
    // Another calibration may have written beside this one.
    await takeIn();
    // Whole or not at all: a process that is killed in between leaves no half file.
    const partial = `${file}.${process.pid}`;
    await writeFile(partial, from(all().map(lineOf)).toCSV());
    await rename(partial, file);
  };
  return {
    get: (job) => entries.get(jobName(job)),
    all,
    set: async (judged) => {
      entries.set(jobName(judged.job), judged);
      // One that failed has told whoever waits for it.
      writing = writing.catch(() => {}).then(write);
      await writing;
    },
  };
}

function lineOf(judged: Judged): Line {
  const { job, score, control, commit } = judged;
  return {
    ladder: job.ladder,
    rate: `${job.rate}`,
    root: `${job.root}`,
    specimen: job.specimen.id,
    outcome: score.outcome,
    cause: wordOf(score.isCauseRight),
    parameters: wordOf(score.isParameterRight),
    exponents: wordOf(score.isExponentRight),
    control,
    commit,
    // What is as it must be needs no words, and would make most of the file.
    said: isAsExpected(judged) ? '' : judged.said,
  };
}

function parsed(text: string): Judged[] {
  // No guessing of types: a commit such as 37e9053 is no number.
  const lines = fromCSV(text, { autoType: false }).objects() as Line[];
  return lines.flatMap((line) => {
    const specimen = ZOO.get(line.specimen);
    if (specimen === undefined) return [];
    const job = jobOf(specimen, { root: Number(line.root), rate: Number(line.rate), ladder: line.ladder as Ladder });
    const score = {
      outcome: line.outcome as Score['outcome'],
      isCauseRight: isRight(line.cause),
      isParameterRight: isRight(line.parameters),
      isExponentRight: isRight(line.exponents),
    };
    return [{ job, score, control: line.control as Score['outcome'], said: line.said ?? '', commit: line.commit }];
  });
}

function wordOf(isIt: boolean | null): string {
  if (isIt === null) return '';
  return isIt ? 'right' : 'wrong';
}

function isRight(word: string | null): boolean | null {
  return word === 'right' || word === 'wrong' ? word === 'right' : null;
}
