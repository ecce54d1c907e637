import { describe, expect, it } from 'vitest';
import { table, type Column } from '../../../src/report/terminal/table.js';

const plain = (text: string) => text;
const paint = (text: string) => `<${text}>`;
const COLUMNS: Column[] = [
  { title: 'name', shrinkTo: 6 },
  { title: 'role', drop: 1 },
  { title: 'slope', align: 'right' },
];
const rows = (...cells: string[][]) => cells.map((row) => row.map((text) => ({ text })));

describe('table', () => {
  it('aligns columns by what they show, wide characters counted as two', () => {
    const lines = table(COLUMNS, rows(['密な層', 'hidden', '0'], ['b', 'x', '+1']), { columns: 40, title: plain });
    expect(lines).toEqual(['name    role    slope', '密な層  hidden      0', 'b       x          +1']);
  });

  it('drops a column before it overflows', () => {
    const lines = table(COLUMNS, rows(['abcdef', 'hidden', '0']), { columns: 14, title: plain });
    expect(lines).toEqual(['name    slope', 'abcdef      0']);
  });

  it('wraps what may be wrapped', () => {
    const lines = table(COLUMNS, rows(['abcdefghij', 'h', '0']), { columns: 19, title: plain });
    expect(lines).toEqual(['name    role  slope', 'abcdef  h         0', 'ghij']);
  });

  it('breaks titles before numbers, and words last, where the screen is narrower than it asks for', () => {
    const columns: Column[] = [
      { title: 'name', shrinkTo: 16 },
      { title: 'finished', align: 'right' },
      { title: 'outcome' },
    ];
    const cells = rows(['block_1/attention', '+0.98', '? inconclusive']);
    expect(table(columns, cells, { columns: 29, title: plain })).toEqual([
      'name    finishe  outcome',
      '              d',
      'block_    +0.98  ?',
      '1/atte           inconclusive',
      'ntion',
    ]);
    for (let screen = 12; screen < 50; screen += 1) {
      for (const line of table(columns, cells, { columns: screen, title: plain })) {
        expect(line.length).toBeLessThanOrEqual(screen);
      }
    }
  });

  it('colours cells and never the empty lines beside a wrapped one', () => {
    const cells = [[{ text: 'abcdefgh' }, { text: 'h' }, { text: '0', paint }]];
    const lines = table(COLUMNS, cells, { columns: 19, title: plain });
    expect(lines.slice(1)).toEqual(['abcdef  h         <0>', 'gh']);
  });
});
