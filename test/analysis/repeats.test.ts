import { describe, expect, it } from 'vitest';
import { withNumberedRepeats } from '../../src/analysis/repeats.js';
import { header, row, run } from '../records/sample.js';

const tapped = (width: number, names: string[]) => run({ width, taps: names.map((name) => ({ name, shape: [4] })) });

describe('withNumberedRepeats', () => {
  const set = {
    header: header(),
    runs: [tapped(64, ['ant', 'logits']), tapped(128, ['ant', 'logits#1', 'logits#2'])],
    rows: [
      row({ width: 64, name: 'logits' }),
      row({ width: 64, name: 'ant' }),
      row({ width: 64, subject: 'parameter', name: 'logits', tap: 'logits', quantity: 'isolatedUpdate' }),
      row({ width: 128, name: 'logits#2' }),
    ],
  };

  it('calls a place that is passed once as runs do that pass it more often', () => {
    const { runs, rows } = withNumberedRepeats(set);
    expect(runs.map(({ taps }) => taps.map(({ name }) => name))).toEqual([
      ['ant', 'logits#1'],
      ['ant', 'logits#1', 'logits#2'],
    ]);
    expect(rows.map(({ name, tap }) => [name, tap])).toEqual([
      ['logits#1', undefined],
      ['ant', undefined],
      // A parameter's name is no tap's.
      ['logits', 'logits#1'],
      ['logits#2', undefined],
    ]);
  });

  it('leaves everything else as it is', () => {
    const plain = { ...set, runs: set.runs.slice(0, 1) };
    expect(withNumberedRepeats(plain)).toBe(plain);
  });
});
