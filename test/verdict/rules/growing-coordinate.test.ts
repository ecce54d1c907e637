import { describe, expect, it } from 'vitest';
import { growingCoordinate } from '../../../src/verdict/rules/growing-coordinate.js';
import { tapRows } from '../../report/measurements.js';

describe('growingCoordinate', () => {
  it('fails where a first change grows, and names each tap once', () => {
    const taps = [...tapRows('scale', 1), ...tapRows('scale', 1), ...tapRows('dense', 0)];
    expect(growingCoordinate.evaluate({ taps })).toMatchObject({
      outcome: 'fail',
      where: { taps: ['scale'], parameters: [] },
      measured: 1.02,
      expected: 0,
    });
  });

  it('passes where none does', () => {
    expect(growingCoordinate.evaluate({ taps: tapRows('dense', 0) })).toMatchObject({
      outcome: 'pass',
      where: { taps: [], parameters: [] },
    });
  });

  it('leaves rows that are shown only, and propagated parts, to others', () => {
    const taps = tapRows('dense', 0, { parameter: 'dense/kernel' }).map((row) =>
      row.judged && row.quantity !== 'propagated' ? row : { ...row, outcome: 'fail' as const },
    );
    expect(growingCoordinate.evaluate({ taps }).outcome).toBe('pass');
  });
});
