import { describe, expect, it } from 'vitest';
import { listWithin } from '../../../src/report/markdown/list.js';

const items = (count: number) => Array.from({ length: count }, (_, i) => `item ${i}`);

describe('listWithin', () => {
  it('shows all items where they fit', () => {
    expect(listWithin({ items: items(2), bullet: '- ' }, 1000)).toBe('- item 0\n- item 1');
    expect(listWithin({ items: items(2), bullet: '' }, 1000)).toBe('item 0\n\nitem 1');
  });

  it('counts those that do not fit, and those beyond twenty', () => {
    expect(listWithin({ items: items(9), bullet: '- ' }, 36)).toBe('- item 0\n- item 1\n- … and 7 more');
    expect(listWithin({ items: items(25), bullet: '- ' }, 1000)).toMatch(/^- item 19\n- … and 5 more$/m);
  });

  it('never exceeds the room', () => {
    for (let room = 0; room < 400; room += 1) {
      for (const bullet of ['- ', ''] as const) {
        expect(listWithin({ items: items(25), bullet }, room).length).toBeLessThanOrEqual(room);
      }
    }
  });

  it('is empty where nothing fits or there is nothing', () => {
    expect(listWithin({ items: items(3), bullet: '- ' }, 10)).toBe('');
    expect(listWithin({ items: [], bullet: '- ' }, 1000)).toBe('');
  });
});
