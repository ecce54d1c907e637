import { analyze } from '../../src/analysis/analyze.js';
import type { RecordSet } from '../../src/records/record-set.js';
import { judge } from '../../src/verdict/judge.js';
import type { CheckResult } from '../../src/verdict/result.js';
import type { Job } from './job.js';
import { rawVerdict } from './raw-control.js';
import { scoreOf, type Score } from './score.js';

/** A check judged and scored. */
export interface Judged {
  job: Job;
  result: CheckResult;
  score: Score;
  /** What raw sizes with a fixed gate would have said; no diagnosis comes with it. */
  control: Score;
}

/** Whether a judged model is a wrong one, about which something can be told. */
export function isWrong({ job }: Judged): boolean {
  return Array.isArray(job.specimen.expected);
}

/** Judges a job's records and scores the verdict. */
export async function judged(job: Job, records: RecordSet): Promise<Judged> {
  const analysis = await analyze(records);
  const result = judge(analysis, { header: records.header, durations: new Map(), targetWidth: null });
  const raw = { verdict: rawVerdict(analysis), diagnosis: [] };
  return { job, result, score: scoreOf(job.specimen, result), control: scoreOf(job.specimen, raw) };
}
