import { describe, expect, it } from 'vitest';
import { commonName, kindOf } from '../../src/analysis/depth-names.js';

describe('kindOf', () => {
  it('forgets the numbers of a name', () => {
    expect(kindOf('block12.up/kernel')).toBe(kindOf('block3.up/kernel'));
    expect(kindOf('block3.up/kernel')).not.toBe(kindOf('block3.down/kernel'));
  });
});

describe('commonName', () => {
  it('keeps the numbers that all names have', () => {
    expect(commonName(['stage1.block0.up', 'stage1.block12.up'])).toBe('stage1.block*.up');
    expect(commonName(['block3'])).toBe('block3');
  });
});
