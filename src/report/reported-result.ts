import type { CheckResult } from '../verdict/result.js';
import type { SweepResult } from '../verdict/sweep-result.js';

/** The kinds of results that reports are made from, by the schema that each of them names. */
export interface ResultKinds {
  'coordcheck/result': CheckResult;
  'coordcheck/sweep': SweepResult;
}

/** The result of a check or a sweep. */
export type ReportedResult = ResultKinds[keyof ResultKinds];
