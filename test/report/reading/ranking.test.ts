import { describe, expect, it } from 'vitest';
import { deviation, failingFirst, tapReadings, worstOutcome } from '../../../src/report/reading/ranking.js';
import { failingResult } from '../check-result.js';

describe('worstOutcome', () => {
  it('ranks inapplicable < pass < inconclusive < fail', () => {
    expect(worstOutcome([])).toBe('inapplicable');
    expect(worstOutcome(['pass', 'inapplicable'])).toBe('pass');
    expect(worstOutcome(['inconclusive', 'pass'])).toBe('inconclusive');
    expect(worstOutcome(['pass', 'fail', 'inconclusive'])).toBe('fail');
  });
});

describe('failingFirst', () => {
  it('keeps the order within one outcome', () => {
    const rows = (['pass', 'fail', 'inconclusive', 'pass', 'fail'] as const).map((outcome, i) => ({ outcome, i }));
    expect(failingFirst(rows).map((row) => row.i)).toEqual([1, 4, 2, 0, 3]);
  });
});

describe('deviation', () => {
  it('counts from 0 where nothing is expected', () => {
    expect(deviation({ slope: -0.25, expected: -0.5 })).toBe(0.25);
    expect(deviation({ slope: 0.25, expected: null })).toBe(0.25);
    expect(deviation({ slope: null, expected: 0 })).toBeNull();
  });
});

describe('tapReadings', () => {
  it('keeps the order of the forward pass and leads with the worst judged row', () => {
    const readings = tapReadings(failingResult());
    expect(readings.map((reading) => [reading.tap, reading.outcome])).toEqual([
      ['dense_1', 'pass'],
      ['dense_2', 'fail'],
      ['dense_3', 'fail'],
      ['readout', 'fail'],
    ]);
    expect(readings[1]?.rows[0]).toMatchObject({ quantity: 'centredChange', outcome: 'fail' });
    expect(readings[1]?.rows).toHaveLength(11);
  });
});
