import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortRecords } from '../../src/records/record-set.js';
import { header, row, run } from './sample.js';

describe('sortRecords', () => {
  const uses = ['table@lookup', 'table@readout'];
  const parameters = [
    {
      name: 'table',
      shape: [8, 64],
      layerClass: null,
      uses: uses.map((name) => ({ name, kind: 'product' as const, summed: [0], input: null })),
    },
    { name: 'a', shape: [64], layerClass: null },
  ];
  const runs = [
    run({ parameters }),
    run({ seed: 1, parameters }),
    run({ depth: 2, parameters }),
    run({ width: 128, parameters }),
  ];
  const rows = [
    row({ step: 0, quantity: 'activation' }),
    row({ step: 1, quantity: 'activation', statistic: 'meanAbs' }),
    row({ step: 1, quantity: 'activation' }),
    row({ step: 1 }),
    row({ name: 'ant', step: 0 }),
    row({ name: 'Unlisted', step: 0 }),
    row({ name: 'unlisted', step: 0 }),
    row({ subject: 'parameter', name: 'table', use: uses[0], tap: 'zebra', quantity: 'isolatedUpdate' }),
    row({ subject: 'parameter', name: 'table', use: uses[0], tap: 'ant', quantity: 'isolatedUpdate' }),
    row({ subject: 'parameter', name: 'table', use: uses[1], tap: 'ant', quantity: 'isolatedUpdate' }),
    row({ subject: 'parameter', name: 'a', quantity: 'value', step: 0 }),
    row({ seed: 1 }),
    row({ depth: 2 }),
    row({ width: 128 }),
  ];

  it('puts names, uses and taps in the order of the run, unlisted ones last by code unit', () => {
    expect(sortRecords({ header: header(), runs, rows: rows.toReversed() }).rows).toEqual(rows);
  });

  it('gives the same order whatever order it starts from', () => {
    const shuffled = fc.tuple(
      fc.shuffledSubarray(runs, { minLength: runs.length }),
      fc.shuffledSubarray(rows, { minLength: rows.length }),
    );
    fc.assert(
      fc.property(shuffled, ([someRuns, someRows]) => {
        const sorted = sortRecords({ header: header(), runs: someRuns, rows: someRows });
        expect(sorted).toEqual({ header: header(), runs, rows });
      }),
    );
  });
});
