import { describe, expect, it } from 'vitest';
import { tf } from '../../../src/engine/tf.js';
import { computedOn, disagreement } from '../agreement.js';

/** 2^20 terms of about 1e-3, whose float32 values add up to this in double precision. */
const SIZE = 2 ** 20;
const terms = () => Float32Array.from({ length: SIZE }, (_, i) => 1e-3 * (1 + (i % 7) / 10));
const exact = terms().reduce((sum, value) => sum + value, 0);

describe('sums on wasm', () => {
  // Rows of 1024 leave 1024 roundings of at most 2^-24 in each of two sums.
  it.each([[[SIZE]], [[1024, 1024]], [[64, 32, 512]]])(
    'of a million terms, shape %j, are right to 1e-5',
    async (shape) => {
      const { values } = await computedOn('wasm', () => {
        const x = tf.tensor(terms(), shape);
        return [tf.sum(x), tf.mean(x), tf.sum(x, undefined, true).reshape([]), tf.mean(x, undefined, true).reshape([])];
      });
      const expected = [exact, exact / SIZE, exact, exact / SIZE];
      values.forEach(([value], i) => expect(Math.abs(value / expected[i] - 1)).toBeLessThan(1e-5));
    },
  );

  it.each([[[3, 4, 5]], [[5000]], [[4099]], [[2, 4096]], [[0]], [[]]])(
    'of shape %j are those of cpu',
    async (shape) => {
      const x = () => tf.randomNormal(shape);
      expect(await disagreement(() => [tf.sum(x()), tf.mean(x()), tf.sum(x(), undefined, true)])).toBeLessThan(1e-5);
    },
  );

  it('of whole numbers and along one axis are left to wasm', async () => {
    const whole = () => tf.cast(tf.range(0, 8192).reshape([64, 128]), 'int32');
    expect(await disagreement(() => [tf.sum(whole()), tf.sum(whole(), 0), tf.mean(whole().toFloat(), 1)])).toBeLessThan(
      1e-5,
    );
  });
});
