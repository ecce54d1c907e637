import { describe, expect, it } from 'vitest';
import { prescriptionCode } from '../../src/prescription/prescription-code.js';
import type { PrescribedParameter } from '../../src/verdict/prescription.js';

const OPEN = { slope: null, interval: null, expected: null };

/** A parameter with what is prescribed for it. */
function parameter(name: string, rest: Partial<PrescribedParameter>): PrescribedParameter {
  const pair = { before: OPEN, after: OPEN };
  const none = {
    initExponent: 0,
    learningRateExponent: 0,
    gradientExponent: 0,
    multiplierExponent: 0,
    valueExponent: null,
    reason: null,
  };
  return { parameter: name, use: null, role: 'hidden', ...none, init: pair, update: pair, ...rest };
}

const code = (parameters: PrescribedParameter[], rest: Partial<Parameters<typeof prescriptionCode>[0]> = {}) =>
  prescriptionCode({ parameters, logits: [], baseWidth: 64, equals: null, optimizer: 'Adam', ...rest });

/** The factors that the code's two functions give at a multiplier of 4. */
function factorsOf(text: string): { init: unknown; rate: unknown } {
  const functions = text.slice(text.indexOf('const initFactors'), text.indexOf('build:')).replaceAll(': number', '');
  // oxlint-disable-next-line typescript/no-implied-eval, eslint/no-new-func -- the code is what is tested
  return new Function(`${functions}; return { init: initFactors(4), rate: rateFactors(4) };`)() as never;
}

describe('prescriptionCode', () => {
  it('has each parameter’s factors as code, and leaves out what does not change', () => {
    const text = code([
      parameter('in/kernel', { learningRateExponent: 1 }),
      parameter('hid/kernel', { initExponent: -0.5, learningRateExponent: -1 }),
      parameter('out/bias', {}),
    ]);
    expect(factorsOf(text)).toEqual({ init: { 'hid/kernel': 0.5 }, rate: { 'in/kernel': 4, 'hid/kernel': 0.25 } });
  });

  it('keeps any name inside its quotes', () => {
    const name = `it's "a" \\ name\n\u2028'); evil(`;
    const text = code([parameter(name, { initExponent: -1, multiplierExponent: -1, use: name })]);
    expect(factorsOf(text)).toEqual({ init: { [name]: 0.25 }, rate: {} });
    for (const line of text.split(/[\n\u2028]/).filter((each) => each.includes('by m'))) expect(line).toMatch(/^\/\//);
  });

  it('is empty where nothing is prescribed', () => {
    expect(code([parameter('a/kernel', {})])).toBe('');
  });

  it('says in the words of coordcheck/mup what Table 3 is for the optimizer', () => {
    const equals = 'Tensor Programs V, Table 3';
    const rows = [parameter('hid/kernel', { learningRateExponent: -1 })];
    expect(code(rows, { equals })).toContain('mup.adam(model, { learningRate })');
    expect(code(rows, { equals, optimizer: 'SGD' })).toContain('mup.sgd(model, { learningRate })');
    expect(code(rows, { equals, optimizer: 'Adamax' })).toContain('mup.scaled(yourOptimizer(), model)');
    expect(code(rows)).not.toContain('parametrize');
  });

  it('tells multipliers of the forward pass in words', () => {
    const text = code([], { logits: [{ tap: 'block0.logits', multiplierExponent: -0.5 }] });
    expect(text).toContain("//   'block0.logits' by m ** -0.5");
    expect(text).not.toContain('import');
  });
});
