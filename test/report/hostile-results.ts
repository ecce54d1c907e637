import type { CheckResult, ParameterQuantity } from '../../src/verdict/result.js';
import { failingResult, passingResult } from './check-result.js';
import { noSlope, parameter, tapRows } from './measurements.js';

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
  const indices = Array.from({ length: count }, (_, i) => i);
  return {
    ...result,
    taps: indices.flatMap((i) => tapRows(longName(i), longSlope(i), { parameter: `${longName(i)}/kernel` })),
    parameters: indices.map((i) => parameter(`${longName(i)}/kernel`, 'hidden', { update: longSlope(i) })),
  };
}

function longName(i: number): string {
  return `block_${String(Math.floor(i / 10)).padStart(2, '0')}/attention_${i % 10}`;
}

function longSlope(i: number): number {
  return i % 67 === 33 ? 0.97 : 0.05 * Math.sin(i);
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
