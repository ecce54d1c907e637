import { describe, expect, it } from 'vitest';
import { growingPropagation } from '../../../src/verdict/rules/growing-propagation.js';
import { slopeOf, tapRows } from '../../report/measurements.js';

const TAPS = tapRows('readout', 0, { parameter: 'readout/kernel' });

describe('growingPropagation', () => {
  it('fails where an initial weight amplifies what reaches it, and names it', () => {
    const taps = TAPS.map((row) => (row.quantity === 'propagated' ? { ...row, ...slopeOf(0.5) } : row));
    expect(growingPropagation.evaluate({ taps })).toEqual({
      outcome: 'fail',
      where: { taps: ['readout'], parameters: ['readout/kernel'] },
      measured: 0.5,
      expected: 0,
      reason: 'measured 0.5, expected 0',
    });
  });

  it('passes where none does', () => {
    expect(growingPropagation.evaluate({ taps: TAPS })).toMatchObject({ outcome: 'pass', measured: 0.03 });
  });

  it('leaves changes that grow without it to growing-coordinate', () => {
    const taps = tapRows('readout', 1, { parameter: 'readout/kernel' });
    expect(growingPropagation.evaluate({ taps }).outcome).toBe('pass');
  });

  it('leaves out a part that is shown only', () => {
    const shown = TAPS.map((row) => ({ ...row, ...slopeOf(0.5), judged: false }));
    expect(growingPropagation.evaluate({ taps: shown }).outcome).toBe('inapplicable');
  });

  it('does not apply where nothing was propagated', () => {
    expect(growingPropagation.evaluate({ taps: tapRows('dense') }).outcome).toBe('inapplicable');
  });
});
