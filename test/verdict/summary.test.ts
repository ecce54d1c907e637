import { describe, expect, it } from 'vitest';
import type { CheckResult, GateResult, Outcome, RuleResult } from '../../src/verdict/result.js';
import { summaryOf, verdictOf } from '../../src/verdict/summary.js';
import { parameter, slopeOf, tapRows } from '../report/measurements.js';
import { analysisOf, judged, mlp, parameterSeries, series } from './model.js';

const gate = (name: string, outcome: Outcome): GateResult => ({
  gate: name,
  title: name,
  outcome,
  reason: outcome === 'pass' ? null : `${name} is open`,
  settle: outcome === 'pass' ? null : `settle ${name}`,
});

const rule = (name: string, outcome: Outcome, fields: Partial<RuleResult> = {}): RuleResult => ({
  rule: name,
  title: `Title of ${name}`,
  outcome,
  where: { taps: [], parameters: [] },
  measured: null,
  expected: null,
  reason: null,
  ...fields,
});

const OPEN_GATE = gate('enough-seeds', 'inconclusive');
const NOT_FINITE = gate('finite', 'inconclusive');
const PASSED = [gate('enough-seeds', 'pass'), gate('finite', 'pass')];
const FAILING = rule('unscaled-update', 'fail');

describe('verdictOf', () => {
  it('passes where every gate passes and no rule speaks against it', () => {
    const rules = [rule('unscaled-update', 'pass'), rule('frozen-parameter', 'inapplicable')];
    expect(verdictOf({ gates: PASSED, rules })).toBe('pass');
  });

  it('fails where a rule fails, even beside one that straddles', () => {
    expect(verdictOf({ gates: PASSED, rules: [rule('unscaled-init', 'inconclusive'), FAILING] })).toBe('fail');
  });

  it('is inconclusive where a rule straddles', () => {
    const rules = [rule('unscaled-init', 'inconclusive'), rule('unscaled-update', 'pass')];
    expect(verdictOf({ gates: PASSED, rules })).toBe('inconclusive');
  });

  it('is inconclusive where a gate is open, though all rules pass', () => {
    expect(verdictOf({ gates: [OPEN_GATE], rules: [rule('unscaled-update', 'pass')] })).toBe('inconclusive');
    expect(verdictOf({ gates: [NOT_FINITE], rules: [rule('unscaled-update', 'pass')] })).toBe('inconclusive');
  });

  it('lets an open gate beat a failing rule', () => {
    expect(verdictOf({ gates: [OPEN_GATE], rules: [FAILING] })).toBe('inconclusive');
    expect(verdictOf({ gates: [NOT_FINITE, OPEN_GATE], rules: [FAILING] })).toBe('inconclusive');
  });

  it('fails with failing slopes where values became non-finite later', () => {
    expect(verdictOf({ gates: [NOT_FINITE], rules: [FAILING] })).toBe('fail');
  });

  it('fails a value that is not finite at step 0 whatever the gates say', () => {
    const rules = [rule('non-finite-value', 'fail'), rule('unscaled-update', 'inapplicable')];
    expect(verdictOf({ gates: [OPEN_GATE, NOT_FINITE], rules })).toBe('fail');
  });

  it('proves nothing where no isolated update was judged, whatever else passes', () => {
    const rules = [rule('unscaled-update', 'inapplicable'), rule('unscaled-init', 'pass')];
    expect(verdictOf({ gates: PASSED, rules })).toBe('inconclusive');
    expect(verdictOf({ gates: PASSED, rules: [] })).toBe('inconclusive');
  });
});

describe('judge, of a check in which no slope is judged', () => {
  it('is inconclusive where every parameter is declared away', () => {
    const result = judged(mlp('mup-table3', 'sign'), { '**': 'ignore' });
    expect(result.parameters.every(({ outcome }) => outcome === 'inapplicable')).toBe(true);
    expect(result.verdict).toBe('inconclusive');
    expect(result.summary).toBe(
      'Nothing is proven: no isolated update could be judged. To settle it: record more steps, or exempt less in `expect`.',
    );
  });

  it('is inconclusive where no parameter’s update has a slope', () => {
    const still = { ...parameterSeries('dense/kernel', 'hidden', { update: null }), gradient: [series(null)] };
    expect(judged(analysisOf({ parameters: [still], taps: [] })).verdict).toBe('inconclusive');
  });

  it('is inconclusive where there are no parameters at all', () => {
    expect(judged(analysisOf({ parameters: [], taps: [] })).verdict).toBe('inconclusive');
  });
});

/** A result of which the summary needs no more than this. */
function result(fields: Partial<CheckResult>): CheckResult {
  return { ...judged(mlp('mup-table3', 'sign')), gates: PASSED, rules: [], ...fields };
}

describe('summaryOf', () => {
  it('counts the parameters a pass stands on', () => {
    // Four kernels, three hidden biases and the readout's.
    expect(judged(mlp('mup-table3', 'sign')).summary).toMatch(/^All 8 judged parameters .* in µP/);
  });

  it('names the parameters at fault and what to multiply', () => {
    expect(judged(mlp('sp', 'sign')).summary).toBe(
      'Not in µP. At fault: readout/kernel (initial size × width^-0.5); ' +
        'hidden-1/kernel, hidden-2/kernel (learning rate × width^-1); readout/kernel (learning rate × width^-1).',
    );
  });

  it('counts what it does not list', () => {
    const named = { cause: 'c', title: 't', parameters: ['a', 'b', 'c', 'd', 'e'], fix: { initExponent: 1 }, text: '' };
    expect(summaryOf(result({ verdict: 'fail', diagnosis: [named] }))).toContain('a, b, c and 2 more (initial size');
  });

  it('names the failing rule where there is no diagnosis', () => {
    const failing = rule('growing-coordinate', 'fail', {
      where: { taps: ['scale'], parameters: [] },
      reason: 'it grows',
    });
    expect(summaryOf(result({ verdict: 'fail', rules: [failing] }))).toBe(
      'Not in µP: title of growing-coordinate at scale (it grows).',
    );
  });

  it('says which gate is open, and what would settle it', () => {
    expect(summaryOf(result({ verdict: 'inconclusive', gates: [...PASSED, OPEN_GATE] }))).toBe(
      'Nothing is proven: enough-seeds is open. To settle it: settle enough-seeds.',
    );
  });

  it('says which slope straddles, where no gate is open', () => {
    const straddling = { outcome: 'inconclusive', reason: 'the interval straddles', settle: 'add 2 seeds' } as const;
    const open = parameter('dense/kernel', 'hidden');
    const isolatedUpdate = { ...open.isolatedUpdate, ...slopeOf(0.25, straddling) };
    expect(summaryOf(result({ verdict: 'inconclusive', parameters: [{ ...open, isolatedUpdate }] }))).toBe(
      'Nothing is proven: of the isolated update of dense/kernel the interval straddles. To settle it: add 2 seeds.',
    );
    const taps = tapRows('scale').map((row) => (row.judged ? { ...row, ...straddling } : row));
    expect(summaryOf(result({ verdict: 'inconclusive', parameters: [], taps }))).toContain(
      'of the first change at scale',
    );
  });
});
