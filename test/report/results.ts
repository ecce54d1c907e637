import type { CheckResult } from '../../src/verdict/result.js';
import { failingResult, inconclusiveResult, passingResult } from './check-result.js';
import { emptyResult, longResult, nastyResult } from './hostile-results.js';

/** Every kind of result a report must hold, by name. */
export const RESULTS: [string, () => CheckResult][] = [
  ['passing', passingResult],
  ['failing', failingResult],
  ['inconclusive', inconclusiveResult],
  ['hostile', nastyResult],
  ['long', longResult],
  ['empty', emptyResult],
];
