import type { CheckResult, ParameterResult } from '../../src/verdict/result.js';
import { noise, parameter, SEEDS, tapRows, WIDTHS } from './measurements.js';

/** A µP multilayer perceptron that passes. */
export function passingResult(): CheckResult {
  const names = [
    parameter('dense_1/kernel', 'input'),
    parameter('dense_1/bias', 'vector', { update: 0.01 }),
    parameter('dense_2/kernel', 'hidden', { update: -0.04 }),
    parameter('dense_2/bias', 'vector', { update: 0.03 }),
    parameter('dense_3/kernel', 'hidden', { update: -0.03 }),
    parameter('dense_3/bias', 'vector', { update: -0.01 }),
    parameter('readout/kernel', 'readout', { update: -0.06, init: -0.49, expectedInit: -0.5 }),
  ];
  return {
    schema: 'coordcheck/result',
    schemaVersion: 1,
    name: 'mnist-mlp',
    verdict: 'pass',
    summary: 'All 7 parameters update at a scale that does not depend on width.',
    command: 'coordcheck model.ts --widths 64,128,256,512,1024 --seeds 3 --seed 0 --steps 4 --engine wasm',
    versions: { coordcheck: '0.1.0', node: '22.11.0', '@tensorflow/tfjs-core': '4.22.0' },
    environment: { platform: 'linux', arch: 'x64', cpus: 8, cpu: 'AMD EPYC 7B13' },
    config: {
      widths: WIDTHS,
      depths: null,
      seeds: SEEDS,
      seed: 0,
      steps: 4,
      engine: 'wasm',
      threads: 1,
      optimizer: 'adam',
      loss: 'softmaxCrossEntropy',
      hyperparameters: { learningRate: 0.001, outputMultiplier: 1 },
      control: null,
    },
    gates: gates(),
    taps: [
      ...tapRows('dense_1', -0.01),
      ...tapRows('dense_2', -0.03, { parameter: 'dense_2/kernel' }),
      ...tapRows('dense_3', -0.04, { parameter: 'dense_3/kernel' }),
      ...tapRows('readout', -0.07, { parameter: 'readout/kernel', init: -0.49 }),
    ],
    parameters: names,
    rules: rules(),
    diagnosis: [],
    notes: ['readout/bias is inert: its gradient is below 1e-5 of its layer’s, so it is listed and never judged.'],
    runs: WIDTHS.flatMap((width) =>
      SEEDS.map((seed) => ({
        width,
        depth: null,
        seed,
        state: 'finished' as const,
        loss: [0, 1, 2, 3, 4].map((step) => 2.303 - step * (0.11 + Math.log2(width) / 120) + noise(width, seed, 9) / 3),
        durationMs: 180 + width * 1.9 + seed * 13,
        error: null,
      })),
    ),
  };
}

function gates(): CheckResult['gates'] {
  return [
    ['shapes-change', 'Parameter shapes change with width'],
    ['same-batches', 'All widths saw the same batches'],
    ['taps-fire-once', 'Each tap fires once a call'],
    ['enough-widths', 'At least 3 widths over 8×'],
    ['rates-positive', 'No learning rate is 0'],
    ['all-finite', 'Every number is finite'],
  ].map(([gate = '', title = '']) => ({ gate, title, outcome: 'pass', reason: null, settle: null }));
}

function rules(): CheckResult['rules'] {
  return [
    ['growing-coordinate', 'Activations keep their size at init', 0.02],
    ['unscaled-update', 'Isolated updates keep their size', -0.06],
    ['growing-change', 'Changes keep their size', -0.05],
    ['propagated-growth', 'Propagated changes keep their size', 0.03],
  ].map(([rule, title, measured]) => ({
    rule: String(rule),
    title: String(title),
    outcome: 'pass',
    where: { taps: [], parameters: [] },
    measured: Number(measured),
    expected: 0,
    reason: null,
  }));
}

/** The same model with the learning rate of dense_2/kernel unscaled: one cause, one downstream symptom. */
export function failingResult(): CheckResult {
  const result = passingResult();
  const because = 'its isolated update grows as width^0.98: the learning rate is not divided by width';
  const cause = parameter('dense_2/kernel', 'hidden', { update: 0.98, outcome: 'fail' });
  const symptom = parameter('dense_3/kernel', 'hidden', { update: 0.12, outcome: 'pass' });
  const parameters = result.parameters.map((row) => {
    if (row.parameter === 'dense_2/kernel') return { ...cause, reason: because };
    if (row.parameter === 'dense_3/kernel') return { ...symptom, reason: 'downstream of dense_2/kernel' };
    return row;
  });
  return {
    ...result,
    verdict: 'fail',
    summary: 'The update of dense_2/kernel grows with width (exponent +0.98, expected 0).',
    taps: [
      ...tapRows('dense_1', -0.01),
      ...tapRows('dense_2', 0.95, { parameter: 'dense_2/kernel' }),
      ...tapRows('dense_3', 0.91, { parameter: 'dense_3/kernel' }),
      ...tapRows('readout', 0.44, { parameter: 'readout/kernel', init: -0.49 }),
    ],
    parameters,
    rules: result.rules.map((rule) =>
      rule.rule === 'unscaled-update'
        ? {
            ...rule,
            outcome: 'fail',
            where: { taps: ['dense_2'], parameters: ['dense_2/kernel'] },
            measured: 0.98,
            reason: because,
          }
        : rule,
    ),
    diagnosis: [
      {
        cause: 'hidden-rate-unscaled',
        title: 'The learning rate of a hidden matrix is not scaled with width',
        parameters: ['dense_2/kernel'],
        fix: { learningRateExponent: -1 },
        text: 'Under Adam every coordinate moves by the learning rate; width inputs add up, so the layer’s output moves width times as far. Everything downstream only inherits it.',
      },
    ],
  };
}

/** A check that could not tell: too few seeds, intervals that straddle two classes, a diverged run. */
export function inconclusiveResult(): CheckResult {
  const result = passingResult();
  const wide = parameter('readout/kernel', 'readout', { update: 0.24, init: -0.49, expectedInit: -0.5 });
  const straddling: ParameterResult = {
    ...wide,
    outcome: 'inconclusive',
    reason: 'the interval [−0.21, +0.69] straddles 0 and ½',
    isolatedUpdate: {
      ...wide.isolatedUpdate,
      interval: [-0.21, 0.69],
      outcome: 'inconclusive',
      reason: 'the interval [−0.21, +0.69] straddles 0 and ½',
      settle: 'add 2 widths or 3 seeds',
    },
  };
  return {
    ...result,
    verdict: 'inconclusive',
    summary: 'One interval straddles two exponents; add 2 widths or 3 seeds.',
    gates: result.gates.map((gate) =>
      gate.gate === 'enough-widths'
        ? { ...gate, outcome: 'inconclusive', reason: 'the widths span 4×', settle: 'add widths up to 512' }
        : gate,
    ),
    parameters: result.parameters.map((row) => (row.parameter === 'readout/kernel' ? straddling : row)),
    runs: result.runs.map((run, i) =>
      i === 14
        ? { ...run, state: 'diverged', loss: [2.3, 5.1, null, null, null], error: 'loss is NaN at step 2' }
        : run,
    ),
  };
}
