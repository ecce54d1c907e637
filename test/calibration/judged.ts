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
  score: Score;
  /** What raw sizes with a fixed gate would have said; no diagnosis comes with it. */
  control: Score['outcome'];
  /** What the verdict stands on: the causes named with their cures, or why nothing could be told; empty of a pass. */
  said: string;
  /** The commit whose method it was judged by. */
  commit: string;
}

/** Whether a judged model is a wrong one, about which something can be told. */
export function isWrong({ job }: Pick<Judged, 'job'>): boolean {
  return Array.isArray(job.specimen.expected);
}

/** Whether a check came out exactly as its specimen's description expects. */
export function isAsExpected({ score: { outcome, isExponentRight, isCauseRight } }: Pick<Judged, 'score'>): boolean {
  if (outcome === 'detected') return isCauseRight === true && isExponentRight === true;
  return outcome === 'passed' || outcome === 'unmeasurable';
}

/** Judges a job's records and scores the verdict. */
export async function judged(job: Job, records: RecordSet, commit: string): Promise<Judged> {
  const analysis = await analyze(records);
  const result = judge(analysis, { header: records.header, durations: new Map() });
  const control = scoreOf(job.specimen, { verdict: rawVerdict(analysis), diagnosis: [] }).outcome;
  return { job, score: scoreOf(job.specimen, result), control, said: saidOf(result), commit };
}

function saidOf({ verdict, summary, diagnosis }: CheckResult): string {
  if (verdict === 'pass') return '';
  if (verdict === 'inconclusive') return summary;
  return diagnosis
    .map(({ cause, parameters, taps = [], fix }) => {
      const cure = Object.entries(fix).map(([kind, e]) => `${kind.replace('Exponent', '')} ${e}`);
      return [cause, ...cure, 'at', [...parameters, ...taps].join(', ')].join(' ');
    })
    .join(' | ');
}
