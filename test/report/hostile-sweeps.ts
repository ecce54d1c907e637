import type { SweepResult } from '../../src/verdict/sweep-result.js';
import { NASTY_NAMES } from './hostile-results.js';
import { censoredSweep, sweepResult } from './sweep-result.js';

/** A sweep in which every untrusted text is nasty. */
export function nastySweep(): SweepResult {
  const result = censoredSweep();
  const evil = NASTY_NAMES.join(' ');
  const [sweep] = result.sweeps;
  const [mup] = sweep?.parametrizations ?? [];
  if (sweep === undefined || mup === undefined) throw new Error('expected a sweep');
  const curves = mup.curves.map((curve) => ({ ...curve, optimum: { ...curve.optimum, reason: evil } }));
  const words = mup.curves.map((curve) => ({
    ...curve,
    points: NASTY_NAMES.map((value) => ({ value, seed: 0, score: 1 })),
    optimum: { ...curve.optimum, state: 'found' as const, best: NASTY_NAMES[0] ?? '', loss: 1, reason: null },
  }));
  const drifts = mup.drifts.map((drift) => ({ ...drift, reason: evil, settle: evil }));
  const judged = { ...mup, reason: evil, settle: evil };
  return {
    ...result,
    name: NASTY_NAMES[0] ?? '',
    summary: evil,
    command: `coordcheck sweep '${NASTY_NAMES[0]}' --set "a b"`,
    versions: { '<b>': '<i>' },
    environment: { __proto__x: evil },
    config: { ...result.config, optimizer: evil, loss: evil, engine: evil, hyperparameters: { [evil]: evil } },
    gates: NASTY_NAMES.map((name) => ({ gate: name, title: name, outcome: 'fail', reason: evil, settle: evil })),
    sweeps: NASTY_NAMES.map((hyperparameter, i) => ({
      ...sweep,
      hyperparameter,
      isNumeric: i % 2 === 0,
      parametrizations: [{ ...judged, drifts: i % 2 === 0 ? drifts : [], curves: i % 2 === 0 ? curves : words }],
    })),
    cost: result.cost && { ...result.cost, assumptions: NASTY_NAMES },
    notes: NASTY_NAMES,
    trials: result.trials.map((trial, i) => ({
      ...trial,
      state: 'failed',
      error: evil,
      setting: { [NASTY_NAMES[i % NASTY_NAMES.length] ?? '']: evil },
    })),
  };
}

/** A sweep of which nothing finished. */
export function emptySweep(): SweepResult {
  const result = sweepResult([]);
  return {
    ...result,
    verdict: 'inconclusive',
    summary: 'No trial finished.',
    command: '',
    versions: {},
    environment: {},
    config: { ...result.config, widths: [], seeds: [], steps: 0, hyperparameters: {} },
    gates: [],
    sweeps: [{ hyperparameter: 'learningRate', isNumeric: true, outcome: 'inapplicable', parametrizations: [] }],
    cost: null,
    notes: [],
    trials: [],
  };
}
