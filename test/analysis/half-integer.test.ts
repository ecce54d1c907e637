import { describe, expect, it } from 'vitest';
import { nearestHalfInteger } from '../../src/analysis/half-integer.js';

describe('nearestHalfInteger', () => {
  it.each([
    [0.24, 0],
    [0.26, 0.5],
    [-0.26, -0.5],
    [0.25, 0.5],
    [-0.25, 0],
    [1.05, 1],
    [-0.1, 0],
  ])('of %d is %d', (slope, expected) => {
    expect(nearestHalfInteger(slope)).toBe(expected);
  });
});
