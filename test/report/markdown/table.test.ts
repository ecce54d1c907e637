import { describe, expect, it } from 'vitest';
import { tableWithin } from '../../../src/report/markdown/table.js';

const TABLE = {
  titles: ['a', 'b'],
  align: 'lr',
  rows: [
    ['x', '1'],
    ['y', '2'],
    ['z', '3'],
  ],
};

describe('tableWithin', () => {
  it('writes all rows where there is room', () => {
    expect(tableWithin(TABLE, 1000)).toBe('| a | b |\n| :-- | --: |\n| x | 1 |\n| y | 2 |\n| z | 3 |');
  });

  it('counts the rows it leaves out and stays within its room', () => {
    const text = tableWithin(TABLE, 75);
    expect(text).toBe('| a | b |\n| :-- | --: |\n| x | 1 |\n\n… and 2 more of 3, left out here.');
    expect(text.length).toBeLessThanOrEqual(75);
  });

  it('is empty where not one row fits', () => {
    expect(tableWithin(TABLE, 20)).toBe('');
    expect(tableWithin({ ...TABLE, rows: [] }, 1000)).toBe('');
  });
});
