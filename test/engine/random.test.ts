import { describe, expect, it } from 'vitest';
import { sfc32, uniform, withSeededRandom } from '../../src/engine/random.js';

const three = () => [Math.random(), Math.random(), Math.random()];

const fail = () => {
  throw new Error('inside');
};

describe('sfc32', () => {
  // Reference: the same algorithm in Python's unbounded integers, masked to 32 bits, seeded through hashlib.
  it.each([
    ['0', [2781919447, 1352329280, 466492451, 3510272030, 381272439]],
    ['1', [1980691863, 874780676, 822843476, 2186466004, 792566493]],
    ['run/64/3', [2441639409, 52121447, 1573514974, 1555878990, 3909617949]],
  ])('draws the reference words of seed %s', (seed, words) => {
    const next = sfc32(seed);
    expect(words.map(() => next())).toEqual(words);
  });

  it('takes a number and its decimal text as the same seed', () => {
    expect(sfc32(7)()).toBe(sfc32('7')());
  });
});

describe('uniform', () => {
  it('joins two words to the reference 53-bit fraction', () => {
    expect(uniform('0')()).toBe(0.6477160924290396);
    expect(uniform('run/64/3')()).toBe(0.5684884713004191);
  });

  it('has the mean and variance of the uniform distribution', () => {
    const next = uniform('moments');
    const draws = Array.from({ length: 100_000 }, next);
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    // Four standard errors: sqrt(1/12 / 1e5) and sqrt((1/80 - 1/144) / 1e5).
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(4 * 9.1e-4);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * 2.4e-4);
  });
});

describe('withSeededRandom', () => {
  it('gives the same draws for the same seed and others for another', () => {
    expect(withSeededRandom('a', three)).toEqual(withSeededRandom('a', three));
    expect(withSeededRandom('a', three)).not.toEqual(withSeededRandom('b', three));
  });

  it('puts the former generator back after a return, a throw, a resolution and a rejection', async () => {
    const former = Math.random;
    withSeededRandom(1, three);
    expect(Math.random).toBe(former);
    expect(() => withSeededRandom(1, fail)).toThrow('inside');
    expect(Math.random).toBe(former);
    await withSeededRandom(1, async () => {
      await Promise.resolve();
      expect(Math.random).not.toBe(former);
    });
    expect(Math.random).toBe(former);
    await expect(withSeededRandom(1, async () => fail())).rejects.toThrow('inside');
    expect(Math.random).toBe(former);
  });

  it('continues the outer draws after a nested call', () => {
    const plain = withSeededRandom('outer', three);
    const nested = withSeededRandom('outer', () => {
      const first = Math.random();
      withSeededRandom('inner', three);
      return [first, Math.random(), Math.random()];
    });
    expect(nested).toEqual(plain);
  });
});
