import { describe, expect, it } from 'vitest';
import { classify, nearestHalfInteger } from '../../src/analysis/half-integer.js';

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

describe('classify', () => {
  it.each([
    ['a narrow interval around 0', { slope: 0.1, interval: [0.05, 0.15], expected: 0 }, 'inside'],
    ['the bounds themselves', { slope: 0, interval: [-0.25, 0.25], expected: 0 }, 'inside'],
    ['an interval around the next class', { slope: 0.5, interval: [0.4, 0.6], expected: 0 }, 'outside'],
    ['an interval below', { slope: -1, interval: [-1.1, -0.9], expected: -0.5 }, 'outside'],
    ['an interval over one bound', { slope: 0.2, interval: [0.1, 0.3], expected: 0 }, 'straddles'],
    ['an interval over both bounds', { slope: 0, interval: [-0.4, 0.4], expected: 0 }, 'straddles'],
    ['an interval that touches the window', { slope: 0.4, interval: [0.25, 0.55], expected: 0 }, 'straddles'],
    ['a narrower window', { slope: 0.1, interval: [0.05, 0.15], expected: 0, tolerance: 0.04 }, 'outside'],
  ] as const)('tells %s', (_what, classified, outcome) => {
    expect(classify(classified)).toBe(outcome);
  });
});
