import { describe, expect, it } from 'vitest';
import {
  epsilonEffect,
  followingExponent,
  shareExponentAt,
  shareLeft,
  type EpsilonEffect,
} from '../../src/verdict/epsilon-effect.js';
import { missing, series } from './model.js';

const effect = (exponent: number, { halfWidth = 0.1, atWidest = 1 } = {}): EpsilonEffect => ({
  shareExponent: exponent / 2,
  ratio: { exponent, interval: [exponent - halfWidth, exponent + halfWidth], atWidest },
});

describe('epsilonEffect', () => {
  it('takes both exponents, and the ratio at the widest width', () => {
    const found = epsilonEffect({ epsilonShare: series(-0.4), overEpsilon: series(-1) });
    expect(found?.shareExponent).toBeCloseTo(-0.4, 9);
    expect(found?.ratio.exponent).toBeCloseTo(-1, 9);
    expect(found?.ratio.atWidest).toBeCloseTo(1 / 512, 9);
  });

  it('is unknown where the optimizer shows no epsilon', () => {
    expect(epsilonEffect({ epsilonShare: missing(), overEpsilon: missing() })).toBeNull();
  });
});

describe('followingExponent', () => {
  it('is the gradient’s, to the nearest half', () => {
    expect([-0.45, -0.96, -1.57].map((exponent) => followingExponent(effect(exponent), 8))).toEqual([-0.5, -1, -1.5]);
  });

  it('is 0 where the gradient does not fall, or its interval does not say so', () => {
    expect(followingExponent(effect(1), 8)).toBe(0);
    expect(followingExponent(effect(-0.3, { halfWidth: 0.2 }), 8)).toBe(0);
  });

  it('is 0 where the gradient is still far above epsilon at the launch width', () => {
    // 100 times epsilon at the widest, 2 times in a model 50 times as wide, where a third of the exponent has come.
    const far = effect(-1, { atWidest: 100 });
    expect(followingExponent(far, 8)).toBe(0);
    expect(followingExponent(far, 50)).toBe(-1);
  });
});

describe('shareExponentAt', () => {
  it('is half the gradient’s where epsilon is as large as the gradient of the widest model', () => {
    expect(shareExponentAt(effect(-1), 1)).toBeCloseTo(-1 / 2, 9);
  });

  it('is the local slope of the share: r / (1 + r) with r = g / ε', () => {
    const widest = 256;
    const shareAt = (n: number) => 1 / n / (1 / n + 1e-3);
    const step = 1e-4;
    const local = (Math.log(shareAt(widest * (1 + step))) - Math.log(shareAt(widest))) / Math.log(1 + step);
    expect(shareExponentAt(effect(-1, { atWidest: 1e3 / widest }), 1)).toBeCloseTo(local, 4);
    expect(shareExponentAt(effect(-1, { atWidest: 1e3 / 64 }), widest / 64)).toBeCloseTo(local, 4);
  });
});

describe('shareLeft', () => {
  it('is half where gradient and epsilon are equal, and a ninth where the gradient is 8 times smaller', () => {
    expect(shareLeft(effect(-1), 1)).toBeCloseTo(1 / 2, 9);
    expect(shareLeft(effect(-1), 8)).toBeCloseTo(1 / 9, 9);
  });

  it('goes by another exponent where one is given', () => {
    expect(shareLeft(effect(-1, { atWidest: 3 }), 4, -1 / 2)).toBeCloseTo(1.5 / 2.5, 9);
  });
});
