import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { renderPrescription } from '../../../src/report/render.js';
import type { PrescriptionResult } from '../../../src/verdict/prescription.js';
import { parameter, result } from '../prescriptions.js';

const lines = async (of: PrescriptionResult, columns = 120) =>
  (await renderPrescription(of, 'terminal', { columns })).trimEnd().split('\n');

describe('renderPrescription', () => {
  it('has a row a parameter: its factors, and slopes before and after', async () => {
    const row = (await lines(result())).find((line) => line.includes('readout/kernel'));
    expect(row?.trim().split(/ {2,}/)).toEqual([
      'readout/kernel',
      'readout',
      'w^−½',
      'w^−1',
      '−0.04',
      '−0.54',
      '+1.01',
      '[+0.96, +1.06]',
      '+0.01',
      '[−0.04, +0.06]',
    ]);
  });

  it('has a column for gradients only where one is prescribed', async () => {
    const titles = async (exponent: number) =>
      (await lines(result({ parameters: [parameter({ gradientExponent: exponent })] }))).find((line) =>
        line.includes('95 % interval'),
      );
    expect(await titles(0)).not.toContain('gradient');
    expect(await titles(1)).toContain('gradient');
  });

  it('says why something was left alone, what to multiply in the forward pass, and how it was measured', async () => {
    const text = (
      await lines(
        result({
          parameters: [parameter(), parameter({ parameter: 'b/bias', reason: 'inert: rounding only' })],
          logits: [{ tap: 'block0.logits', multiplierExponent: -0.5 }],
          rounds: ['as it is', 'with 1 multiplier scaled'].map((what, i) => ({
            what,
            prescription: { baseWidth: 64, parameters: {}, multipliers: {} },
            verdict: i === 0 ? 'fail' : 'pass',
            summary: '',
          })),
        }),
      )
    ).join('\n');
    expect(text).toContain('b/bias: inert: rounding only');
    expect(text).toContain('block0.logits: w^−½');
    expect(text).toContain('1. FAIL as it is');
    expect(text).toContain('2. PASS with 1 multiplier scaled');
  });

  it('counts parameters with nothing to change where there are many', async () => {
    const others = Array.from({ length: 30 }, (_, i) =>
      parameter({ parameter: `p${i}`, initExponent: 0, learningRateExponent: 0 }),
    );
    const text = (await lines(result({ parameters: [parameter(), ...others] }))).join('\n');
    expect(text).toContain('30 other parameters: nothing to change.');
    expect(text).not.toContain('p17');
  });

  it.each([40, 60, 80])('keeps within %d columns', async (columns) => {
    const wide = result({
      parameters: [parameter({ parameter: 'block0.attention.query/kernel', reason: 'x'.repeat(90) })],
    });
    for (const line of await lines(wide, columns)) expect(stringWidth(line), line).toBeLessThanOrEqual(columns);
  });

  it('spells out control characters of names, in code too', async () => {
    const name = 'a\u001B[31m\u202Eb';
    const text = await renderPrescription(
      result({ name, parameters: [parameter({ parameter: name })], code: name }),
      'terminal',
    );
    for (const character of ['\u001B', '\u202E']) expect(text).not.toContain(character);
  });
});
