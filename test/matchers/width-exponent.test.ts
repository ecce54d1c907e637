import { describe, expect, it } from 'vitest';
import { toHaveWidthExponent, type WidthExponentOptions } from '../../src/matchers/matchers.js';
import '../../src/matchers/vitest.js';
import type { CheckResult, JudgedSlope } from '../../src/verdict/result.js';
import { failingResult, passingResult } from '../report/check-result.js';
import { noSlope } from '../report/measurements.js';
import { message } from './message.js';

type Interval = JudgedSlope['interval'];

/** A check in which the isolated update of dense_2/kernel has slope 0.53 and the given interval. */
function withInterval(interval: Interval, settle: string | null = null): CheckResult {
  const result = failingResult();
  const parameters = result.parameters.map((row) =>
    row.parameter === 'dense_2/kernel'
      ? { ...row, isolatedUpdate: { ...row.isolatedUpdate, slope: 0.53, interval, settle } }
      : row,
  );
  return { ...result, parameters };
}

describe('toHaveWidthExponent', () => {
  const result: CheckResult = failingResult();

  it('reads a tap’s change and a parameter’s isolated update unless told otherwise', () => {
    expect(passingResult()).toHaveWidthExponent('dense_2', 0);
    expect(result).toHaveWidthExponent('dense_2/kernel', 1);
    expect(result).not.toHaveWidthExponent('dense_2/kernel', 0);
  });

  it('reads the quantity and step it is asked for', () => {
    expect(result).toHaveWidthExponent('readout/kernel', -0.5, { quantity: 'init' });
    expect(result).toHaveWidthExponent('dense_2', 0, { quantity: 'activation', step: 0 });
  });

  it('takes its tolerance from `within`', () => {
    expect(result).toHaveWidthExponent('dense_2/kernel', 0.9, { within: 0.15 });
    expect(result).not.toHaveWidthExponent('dense_2/kernel', 0.9, { within: 0.03 });
  });

  it.each([[[-0.25, 0.25]], [[-0.1, 0.2]]] as [Interval][])(
    'holds where the whole interval %j is within',
    (interval) => {
      expect(withInterval(interval)).toHaveWidthExponent('dense_2/kernel', 0);
      expect(() => expect(withInterval(interval)).not.toHaveWidthExponent('dense_2/kernel', 0)).toThrow(
        'not to go as width^0 within 0.25, but it goes as width^0.53',
      );
    },
  );

  it.each([[[0.26, 0.8]], [[-0.8, -0.26]]] as [Interval][])(
    'has its negation hold where the whole interval %j is beyond',
    (interval) => {
      expect(withInterval(interval)).not.toHaveWidthExponent('dense_2/kernel', 0);
      expect(() => expect(withInterval(interval)).toHaveWidthExponent('dense_2/kernel', 0)).toThrow(
        'to go as width^0 within 0.25, but it goes as width^0.53',
      );
    },
  );

  it.each([[[-1.57, 2.64]], [[-0.69, 0.2]], [[0.2, 0.49]], [null]] as [Interval][])(
    'holds neither way where the interval %j tells nothing',
    (interval) => {
      const open = 'to go as width^0 within 0.25, but that is inconclusive: it goes as width^0.53';
      expect(() => expect(withInterval(interval)).toHaveWidthExponent('dense_2/kernel', 0)).toThrow(open);
      expect(() => expect(withInterval(interval)).not.toHaveWidthExponent('dense_2/kernel', 0)).toThrow(`not ${open}`);
    },
  );

  it('says what would settle an interval that lies partly within', () => {
    const open = (settle: string | null) =>
      message(() => expect(withInterval([0.2, 0.86], settle)).toHaveWidthExponent('dense_2/kernel', 0));
    expect(open('add 4 seeds')).toContain(
      '(95 % interval 0.2 to 0.86)\n  the interval lies partly within 0.25 of 0; to settle it: add 4 seeds\n',
    );
    expect(open(null)).toContain('to settle it: add seeds or wider widths\n');
    const none = message(() => expect(withInterval(null)).toHaveWidthExponent('dense_2/kernel', 0));
    expect(none).toContain('it goes as width^0.53 (no 95 % interval)\n  a slope without an interval may be noise; to');
  });

  it('holds neither way where a gate is open, whatever the slope looks like', () => {
    const gates = result.gates.map((gate) =>
      gate.gate === 'shapes-change'
        ? { ...gate, outcome: 'inconclusive' as const, reason: 'the width changes nothing', settle: 'use `width`' }
        : gate,
    );
    const text = message(() => expect({ ...result, gates }).toHaveWidthExponent('dense_2/kernel', 1));
    expect(text).toContain('to go as width^1 within 0.25, but that is inconclusive: it goes as width^0.98');
    expect(text).toContain('\n  Parameter shapes change with width: the width changes nothing; use `width`\n');
    expect(() => expect({ ...result, gates }).not.toHaveWidthExponent('dense_2/kernel', 0)).toThrow(
      'not to go as width^0 within 0.25, but that is inconclusive',
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, null, '0'])(
    'refuses the exponent %j both ways',
    (wrong) => {
      const text = 'expected the exponent to be a finite number, got ';
      expect(() => expect(result).toHaveWidthExponent('dense_2/kernel', wrong as number)).toThrow(text);
      expect(() => expect(result).not.toHaveWidthExponent('dense_2/kernel', wrong as number)).toThrow(text);
    },
  );

  it.each([
    [{ within: Number.NaN }, 'expected `within` to be a number above 0, got NaN'],
    [{ within: -0.1 }, 'expected `within` to be a number above 0, got -0.1'],
    [{ within: 0 }, 'expected `within` to be a number above 0, got 0'],
    [{ within: Number.POSITIVE_INFINITY }, 'expected `within` to be a number above 0, got Infinity'],
    [{ within: '1' }, 'expected `within` to be a number above 0, got "1"'],
    [{ whithin: 1 }, 'expected options by their names, got "whithin"'],
    [0.25, 'expected an object of options, got 0.25'],
    [null, 'expected an object of options, got null'],
  ])('refuses the options %j both ways', (wrong, text) => {
    const options = wrong as WidthExponentOptions;
    expect(() => expect(result).toHaveWidthExponent('dense_2/kernel', 1, options)).toThrow(text);
    expect(() => expect(result).not.toHaveWidthExponent('dense_2/kernel', 0, options)).toThrow(text);
  });

  it('spells out what would act on the terminal, in messages and in refusals', () => {
    const hostile = { ...result, name: 'mlp\u202e', command: 'coordcheck \u001b[2J' };
    expect(message(() => expect(hostile).toHaveWidthExponent('dense_2/kernel', 0))).toContain(
      '\nrepeat: coordcheck \\x1b[2J',
    );
    const text = message(() => expect(hostile).toHaveWidthExponent('no\u202etap', 0));
    expect(text).toBe('expected a tap or parameter with a change, got "no\\u202etap", in the result of mlp\\u202e');
  });

  it('tells what was measured, what was expected, and how to repeat it', () => {
    const text = message(() => expect(result).toHaveWidthExponent('dense_2/kernel', 0));
    expect(text).toContain('expected isolatedUpdate of dense_2/kernel at step 1 to go as width^0 within 0.25');
    expect(text).toContain('but it goes as width^0.98 (95 % interval 0.94 to 1.03)');
    expect(text).toContain(`repeat: ${result.command}`);
  });

  it.each([
    ['no_such_tap', {}],
    ['dense_2', { step: 99 }],
    ['dense_2/kernel', { quantity: 'change' as const }],
    ['dense_2', { quantity: 'init' as const }],
  ])('fails both ways where nothing was measured: %s %j', (subject, options) => {
    expect(() => expect(result).toHaveWidthExponent(subject, 0, options)).toThrow('expected a tap or parameter with');
    expect(() => expect(result).not.toHaveWidthExponent(subject, 0, options)).toThrow('expected a tap or parameter');
  });

  it('fails both ways where no slope could be fitted', () => {
    const taps = result.taps.map((row) => ({ ...row, ...noSlope('diverged') }));
    expect(() => expect({ ...result, taps }).toHaveWidthExponent('dense_2', 0)).toThrow('none (diverged)');
    expect(() => expect({ ...result, taps }).not.toHaveWidthExponent('dense_2', 0)).toThrow('none (diverged)');
  });

  it('gives the numbers to the runner for its diff', () => {
    const { pass, actual, expected } = toHaveWidthExponent(result, 'dense_2/kernel', 0);
    expect({ pass, expected }).toEqual({ pass: false, expected: 0 });
    expect(actual).toBeCloseTo(0.98);
  });

  it('can stand inside an asymmetric match', () => {
    expect({ result }).toEqual({ result: expect.toHaveWidthExponent('dense_2/kernel', 1) });
  });
});
