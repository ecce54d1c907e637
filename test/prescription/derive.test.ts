import { describe, expect, it } from 'vitest';
import { ABC, type Abc, type ParametrizationName } from '../../src/parametrization/abc.js';
import type { OptimizerFamily } from '../../src/parametrization/optimizer-family.js';
import { derive } from '../../src/prescription/derive.js';
import type { Prescription } from '../../src/verdict/prescription.js';
import type { CheckResult } from '../../src/verdict/result.js';
import { judged, mlp } from '../verdict/model.js';

const ROLES = {
  'input/kernel': 'input',
  'input/bias': 'vector',
  'hidden-1/kernel': 'hidden',
  'hidden-1/bias': 'vector',
  'hidden-2/kernel': 'hidden',
  'hidden-2/bias': 'vector',
  'readout/kernel': 'readout',
  'readout/bias': 'scalar',
} as const;

/** How a start differs from its parametrization, by parameter. */
type Changes = Record<string, Partial<Abc>>;

/** Checks an MLP whose sizes follow the calculus, with a prescription applied to its exponents. */
function measured(
  start: { name: ParametrizationName; family: OptimizerFamily; changes?: Changes; optimizer?: string },
  prescription: Prescription | null,
): CheckResult {
  const { name, family, changes = {}, optimizer } = start;
  const doses = Object.entries(prescription?.parameters ?? {}).map(([parameter, dose]) => {
    const row = { ...ABC[name][ROLES[parameter as keyof typeof ROLES]], ...changes[parameter] };
    const c = { ...row.c, [family]: row.c[family] - dose.learningRateExponent };
    return [parameter, { ...changes[parameter], b: row.b - dose.initExponent, c }] as const;
  });
  const analysis = mlp(name, family, { ...changes, ...Object.fromEntries(doses) });
  const runs = analysis.runs.map((run) => (optimizer === undefined ? run : { ...run, optimizer }));
  return judged({ ...analysis, runs });
}

/** The exponents prescribed, those of 0 left out: of the initial value and of the rate. */
const dosesOf = ({ parameters }: Prescription) =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, { initExponent, learningRateExponent }]) => [
      name,
      [initExponent, learningRateExponent],
    ]),
  );

/** Table 3 over SP: another 1/√n for the readout's initial value, and its rates. */
const TABLE_3 = {
  sgd: {
    'readout/kernel': [-0.5, -1],
    'input/kernel': [0, 1],
    'input/bias': [0, 1],
    'hidden-1/bias': [0, 1],
    'hidden-2/bias': [0, 1],
  },
  sign: { 'readout/kernel': [-0.5, -1], 'hidden-1/kernel': [0, -1], 'hidden-2/kernel': [0, -1] },
} as const;

describe('derive', () => {
  it.each([
    ['sign', -1],
    ['sgd', -2],
  ] as const)('mends a missing readout multiplier by initial value and rate, under %s', async (family, rate) => {
    const start = { name: 'mup-table8', family, changes: { 'readout/kernel': { a: 0 } } } as const;
    const { last, prescription } = await derive(async (given) => measured(start, given));
    expect(last.verdict).toBe('pass');
    expect(dosesOf(prescription)).toEqual({ 'readout/kernel': [-1, rate] });
  });

  it.each(['sgd', 'sign'] as const)(
    'recovers Table 3 from SP where updates follow %s, in three measurements',
    async (family) => {
      const start = { name: 'sp', family } as const;
      const { prescription, last, rounds } = await derive(async (p) => measured(start, p));
      expect(dosesOf(prescription)).toEqual(TABLE_3[family]);
      expect(rounds.map(({ verdict }) => verdict)).toEqual(['fail', 'fail', 'pass']);
      expect(last.verdict).toBe('pass');
    },
  );

  it.each(['sgd', 'sign'] as const)(
    'does so for an optimizer of which nothing is known, though it follows %s',
    async (family) => {
      const start = { name: 'sp', family, optimizer: 'Mystery' } as const;
      const { prescription, last } = await derive(async (p) => measured(start, p));
      expect(dosesOf(prescription)).toEqual(TABLE_3[family]);
      expect(last.verdict).toBe('pass');
    },
  );

  it('prescribes initial values before any rate', async () => {
    const { rounds } = await derive(async (p) => measured({ name: 'sp', family: 'sgd' }, p));
    expect(rounds.map(({ what }) => what)).toEqual([
      'as it is',
      'with 1 initial value scaled',
      'with 1 initial value, 5 learning rates scaled',
    ]);
    expect(dosesOf(rounds[1].prescription)).toEqual({ 'readout/kernel': [-0.5, 0] });
  });

  it('names each hidden weight of a fixed std once, though its size compounds through the layers', async () => {
    const fixed = { 'hidden-1/kernel': { b: 0 }, 'hidden-2/kernel': { b: 0 } };
    const start = { name: 'mup-table3', family: 'sgd', changes: fixed } as const;
    const { prescription, last } = await derive(async (p) => measured(start, p));
    expect(dosesOf(prescription)).toEqual({ 'hidden-1/kernel': [-0.5, 0], 'hidden-2/kernel': [-0.5, 0] });
    expect(last.verdict).toBe('pass');
  });

  it.each(['mup-table3', 'mup-table8', 'mup-table9'] as const)('prescribes nothing for %s', async (name) => {
    const { prescription, rounds, first, last } = await derive(async (p) => measured({ name, family: 'sign' }, p));
    expect(prescription).toEqual({ baseWidth: 64, parameters: {}, multipliers: {} });
    expect(rounds).toHaveLength(1);
    expect(last).toBe(first);
  });

  it('settles a noisy initial output of the readout before any rate, and tells by the changes it passes on', async () => {
    const noisy = (result: CheckResult): CheckResult => ({
      ...result,
      diagnosis: result.diagnosis.filter(({ fix }) => fix.initExponent === undefined),
      parameters: result.parameters.map((row) =>
        row.parameter === 'readout/kernel' ? { ...row, init: { ...row.init, outcome: 'inconclusive' } } : row,
      ),
    });
    const { rounds } = await derive(async (p) => noisy(measured({ name: 'sp', family: 'sgd' }, p)));
    expect(dosesOf(rounds[1].prescription)).toEqual({ 'readout/kernel': [-0.5, 0] });
    expect(dosesOf(rounds[2].prescription)).toEqual(TABLE_3.sgd);
  });

  it('lowers a readout that amplifies changes upstream, where its initial output tells nothing', async () => {
    const result = measured({ name: 'mup-table3', family: 'sign', changes: { 'readout/kernel': { b: 0.5 } } }, null);
    const silent: CheckResult = {
      ...result,
      diagnosis: [],
      parameters: result.parameters.map((row) => ({ ...row, init: { ...row.init, outcome: 'inapplicable' } })),
    };
    const { rounds } = await derive(async () => silent);
    expect(dosesOf(rounds[1].prescription)).toEqual({ 'readout/kernel': [-0.5, 0] });
  });

  it('is not held up by causes that no initial value and no rate mends', async () => {
    const others = [
      { cause: 'decay-unscaled', fix: { weightDecayExponent: 1 } },
      { cause: 'rate-overwritten', fix: { learningRateExponent: -1 } },
      { cause: 'unknown', fix: {} },
    ].map((cause) => ({ title: '', text: '', parameters: ['hidden-1/bias'], ...cause }));
    const beside = (result: CheckResult): CheckResult => ({ ...result, diagnosis: [...others, ...result.diagnosis] });
    const { rounds } = await derive(async (p) => beside(measured({ name: 'sp', family: 'sign' }, p)));
    expect(rounds.map(({ prescription }) => dosesOf(prescription))).toContainEqual(TABLE_3.sign);
  });

  it('stops where the measurement does not follow: the same faults again and again', async () => {
    const { rounds, last } = await derive(async () => measured({ name: 'sp', family: 'sign' }, null));
    expect(last.verdict).toBe('fail');
    expect(rounds.length).toBeLessThanOrEqual(6);
  });

  it('prescribes nothing where a gate says that nothing was measured properly', async () => {
    const result = measured({ name: 'sp', family: 'sign' }, null);
    const gates = [
      { gate: 'same-batch', title: '', outcome: 'inconclusive', reason: 'they differ', settle: null } as const,
    ];
    const { prescription, rounds } = await derive(async () => ({
      ...result,
      gates: [...gates],
      verdict: 'inconclusive',
    }));
    expect(dosesOf(prescription)).toEqual({});
    expect(rounds).toHaveLength(1);
  });
});
