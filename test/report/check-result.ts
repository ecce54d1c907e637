import type {
  CheckResult,
  JudgedSlope,
  Outcome,
  ParameterQuantity,
  ParameterResult,
  Role,
  TapResult,
} from '../../src/verdict/result.js';

const WIDTHS = [64, 128, 256, 512, 1024];
const SEEDS = [0, 1, 2];

/** Noise without randomness: the same at every call, about ±0.05, different for each width, seed and salt. */
function noise(width: number, seed: number, salt: number): number {
  return 0.05 * Math.sin(width * 1.7 + seed * 12.9 + salt * 4.1);
}

/** A slope as the verdict gives it, over points that do have it. */
export function slopeOf(slope: number, options: Partial<JudgedSlope> & { start?: number } = {}): JudgedSlope {
  const { start = -3, ...rest } = options;
  const expected = rest.expected === undefined ? 0 : rest.expected;
  const off = expected === null ? 0 : Math.abs(slope - expected);
  return {
    slope,
    interval: [slope - 0.04, slope + 0.05],
    topSlope: slope + 0.01,
    curvature: 0.003,
    expected,
    outcome: expected === null ? 'inapplicable' : off > 0.25 ? 'fail' : 'pass',
    reason: off > 0.25 ? `measured ${slope}, expected ${expected}` : null,
    settle: null,
    points: WIDTHS.flatMap((width) =>
      SEEDS.map((seed) => ({
        width,
        seed,
        log2Size: start + slope * Math.log2(width / 64) + noise(width, seed, start),
      })),
    ),
    ...rest,
  };
}

/** A slope of which nothing is known. */
export function noSlope(reason = 'the size is exactly 0 at every width'): JudgedSlope {
  return {
    slope: null,
    interval: null,
    topSlope: null,
    curvature: null,
    expected: null,
    outcome: 'inapplicable',
    reason,
    settle: null,
    points: WIDTHS.flatMap((width) => SEEDS.map((seed) => ({ width, seed, log2Size: null }))),
  };
}

/** All rows a check has for one tap: shown activations and changes, a judged centred change and propagated part. */
export function tapRows(tap: string, slope = 0, options: { parameter?: string; init?: number } = {}): TapResult[] {
  const row = (quantity: TapResult['quantity'], step: number, judged: boolean, of: JudgedSlope): TapResult => ({
    ...of,
    tap,
    step,
    quantity,
    statistic: 'meanAbs',
    parameter: null,
    judged,
  });
  const init = options.init ?? 0;
  const rows: TapResult[] = [];
  for (let step = 0; step <= 4; step += 1) {
    rows.push(row('activation', step, false, slopeOf(init + (slope * step) / 8, { expected: null, start: -1 })));
    if (step > 0) rows.push(row('change', step, false, slopeOf(slope * (1 - step / 12), { expected: null })));
  }
  rows.push(row('centredChange', 1, true, slopeOf(slope + 0.02)));
  if (options.parameter !== undefined) {
    rows.push({ ...row('propagated', 1, true, slopeOf(0.03)), parameter: options.parameter });
  }
  return rows;
}

/** A parameter with all its quantities. */
export function parameter(
  name: string,
  role: Role,
  how: { update?: number; init?: number; expectedInit?: number; outcome?: Outcome } = {},
): ParameterResult {
  const place = name.split('/')[0] ?? name;
  const at = (slope: JudgedSlope, tap: string | null, step: number): ParameterQuantity => ({ ...slope, tap, step });
  const update = at(slopeOf(how.update ?? -0.02), place, 1);
  const init = at(slopeOf(how.init ?? 0, { expected: how.expectedInit ?? 0, start: -0.5 }), place, 0);
  return {
    parameter: name,
    use: null,
    role,
    shape: role === 'vector' ? [64] : [64, 64],
    infinite: role === 'hidden' ? [true, true] : role === 'vector' ? [true] : [role === 'readout', role === 'input'],
    ownPlace: place,
    init,
    isolatedUpdate: update,
    value: at(slopeOf(-0.5, { expected: null }), null, 0),
    update: at(slopeOf(-1, { expected: null, start: -9 }), null, 1),
    gradient: at(slopeOf(-1, { expected: null, start: -12 }), null, 0),
    outcome: how.outcome ?? update.outcome,
    reason: null,
    declared: null,
  };
}

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

/** Names that try to leave the place they are written in. */
export const NASTY_NAMES = [
  '</script><img src=x onerror=alert(1)>',
  'a|b`c``d',
  '\u001b[31mred\u001b[0m\u0007',
  '@everyone #1 [x](javascript:alert(1)) <!-- -->',
  '密な層\u202ereversed\u2066',
  '" onload="alert(1)',
  "'; DROP TABLE taps; --",
  'two\nlines\r\tand a tab',
  '__proto__',
  'constructor',
  '👩‍👩‍👧‍👦/kernel',
  `${'x'.repeat(300)}/kernel`,
];

/** A failing result in which every untrusted text is nasty. */
export function nastyResult(): CheckResult {
  const result = failingResult();
  const evil = NASTY_NAMES.join(' ');
  return {
    ...result,
    name: NASTY_NAMES[0] ?? '',
    summary: evil,
    command: `coordcheck '${NASTY_NAMES[0]}' --taps "a b"`,
    versions: { '<b>': '<i>' },
    environment: { __proto__x: evil },
    notes: NASTY_NAMES,
    taps: NASTY_NAMES.flatMap((name) => tapRows(name, 0.6, { parameter: name })),
    parameters: NASTY_NAMES.map((name) => ({
      ...parameter(name, 'hidden', { update: 1 }),
      reason: evil,
      declared: evil,
    })),
    gates: NASTY_NAMES.map((name) => ({ gate: name, title: name, outcome: 'fail', reason: evil, settle: evil })),
    rules: NASTY_NAMES.map((name) => ({
      rule: name,
      title: name,
      outcome: 'fail',
      where: { taps: [name], parameters: [name] },
      measured: 1,
      expected: 0,
      reason: evil,
    })),
    diagnosis: [{ cause: evil, title: evil, parameters: NASTY_NAMES, fix: { initExponent: -0.73 }, text: evil }],
    runs: result.runs.map((run) => ({ ...run, state: 'failed', error: evil })),
  };
}

/** A transformer-sized result: `count` taps and as many parameters, of which a few fail. */
export function longResult(count = 200): CheckResult {
  const result = failingResult();
  const name = (i: number) => `block_${String(Math.floor(i / 10)).padStart(2, '0')}/attention_${i % 10}`;
  const indices = Array.from({ length: count }, (_, i) => i);
  const slope = (i: number) => (i % 67 === 33 ? 0.97 : 0.05 * Math.sin(i));
  return {
    ...result,
    taps: indices.flatMap((i) => tapRows(name(i), slope(i), { parameter: `${name(i)}/kernel` })),
    parameters: indices.map((i) => parameter(`${name(i)}/kernel`, 'hidden', { update: slope(i) })),
  };
}

/** A result in which everything that may be null or empty is. */
export function emptyResult(): CheckResult {
  const result = passingResult();
  const nothing: ParameterQuantity = { ...noSlope(), tap: null, step: null };
  return {
    ...result,
    verdict: 'inconclusive',
    summary: 'No run finished.',
    command: '',
    versions: {},
    environment: {},
    config: { ...result.config, widths: [], seeds: [], steps: 0, hyperparameters: {} },
    gates: [],
    taps: [
      {
        ...noSlope(),
        tap: 'dense_1',
        step: 0,
        quantity: 'activation',
        statistic: 'rms',
        parameter: null,
        judged: false,
      },
      {
        ...noSlope(),
        tap: 'dense_1',
        step: 1,
        quantity: 'centredChange',
        statistic: 'rms',
        parameter: null,
        judged: true,
      },
    ],
    parameters: [
      {
        ...parameter('dense_1/kernel', 'scalar', { outcome: 'inapplicable' }),
        shape: [],
        infinite: [],
        ownPlace: null,
        init: nothing,
        isolatedUpdate: { ...nothing, points: [] },
        value: nothing,
        update: nothing,
        gradient: nothing,
      },
    ],
    rules: [],
    diagnosis: [],
    notes: [],
    runs: [{ width: 64, depth: null, seed: 0, state: 'failed', loss: [], durationMs: null, error: null }],
  };
}
