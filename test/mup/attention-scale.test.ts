import { describe, expect, it } from 'vitest';
import { attentionScale } from '../../src/mup/attention-scale.js';

describe('attentionScale', () => {
  it('is √base / d where head size grows: 1/d in all but the constant', () => {
    expect(attentionScale({ headSize: 64, baseHeadSize: 16 })).toBeCloseTo(4 / 64, 15);
    const ratio =
      attentionScale({ headSize: 256, baseHeadSize: 16 }) / attentionScale({ headSize: 64, baseHeadSize: 16 });
    expect(ratio).toBeCloseTo(1 / 4, 15);
  });

  it('is 1/√d, bit for bit, at base width, where head size is fixed, and in sp', () => {
    for (const headSize of [3, 16, 24, 100]) {
      expect(attentionScale({ headSize, baseHeadSize: headSize })).toBe(1 / Math.sqrt(headSize));
      expect(attentionScale({ headSize })).toBe(1 / Math.sqrt(headSize));
      expect(attentionScale({ headSize, baseHeadSize: 8, parametrization: 'sp' })).toBe(1 / Math.sqrt(headSize));
    }
  });
});
