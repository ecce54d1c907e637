import type { SweepResult } from '../../src/verdict/sweep-result.js';
import { emptySweep, nastySweep } from './hostile-sweeps.js';
import {
  categoricalSweep,
  censoredSweep,
  depthSweep,
  driftingSweep,
  edgeSweep,
  transferringSweep,
} from './sweep-result.js';

/** Every kind of sweep a report must hold, by name. */
export const SWEEPS: [string, () => SweepResult][] = [
  ['transferring', transferringSweep],
  ['drifting', driftingSweep],
  ['censored', censoredSweep],
  ['at an edge', edgeSweep],
  ['of depths', depthSweep],
  ['of words', categoricalSweep],
  ['hostile', nastySweep],
  ['empty', emptySweep],
];
