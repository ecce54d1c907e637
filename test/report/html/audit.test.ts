import { describe, expect, it } from 'vitest';
import { auditTable } from '../../../src/report/html/audit.js';
import { failingResult } from '../check-result.js';
import { parameter, slopeOf } from '../measurements.js';

const scaling = { multiplier: 0, rate: -0.98 };

function text(parameters: ReturnType<typeof parameter>[]): string {
  const table = auditTable({ ...failingResult(), parameters });
  return table === false ? '' : table.text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

describe('auditTable', () => {
  it('shows what was measured, and leaves out columns of nothing', () => {
    const shown = text([{ ...parameter('dense/kernel', 'hidden'), scaling }]);
    expect(shown).toContain('dense/ kernel');
    expect(shown).toContain('−0.98');
    expect(shown).toContain('Rate');
    expect(shown).not.toContain('Decay');
  });

  it('says what was expected where a judged column fails', () => {
    const decay = { ...slopeOf(-1, { outcome: 'fail' }), tap: null, step: 1 };
    const shown = text([{ ...parameter('dense/kernel', 'hidden'), scaling, decay }]);
    expect(shown).toMatch(/Decay, share a step.*−1\.00 expected 0/);
  });

  it('is not there where only initial sizes are known', () => {
    expect(text([parameter('dense/kernel', 'hidden')])).toBe('');
  });

  it('writes hostile names as text', () => {
    const table = auditTable({ ...failingResult(), parameters: [{ ...parameter('<b>x/kernel', 'hidden'), scaling }] });
    expect(table && table.text).not.toContain('<b>x');
  });
});
