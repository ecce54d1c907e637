import { describe, expect, it } from 'vitest';
import { tf } from '../../../src/engine/tf.js';
import { computedOn, disagreement } from '../agreement.js';

const TRANSPOSITIONS = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;

/** Two operands of the product [rows, inner] · [inner, columns], stored transposed where asked. */
function operands(batchA: number[], batchB: number[], size: [number, number, number], tA: boolean, tB: boolean) {
  const [rows, inner, columns] = size;
  const a = tf.randomNormal([...batchA, ...(tA ? [inner, rows] : [rows, inner])]);
  const b = tf.randomNormal([...batchB, ...(tB ? [columns, inner] : [inner, columns])]);
  return [a, b] as const;
}

describe('batchMatMul', () => {
  // 3·4·5 stays in wasm's own loop; 33·34·35 > 32³ goes pair by pair.
  for (const size of [
    [3, 4, 5],
    [33, 34, 35],
  ] as [number, number, number][]) {
    describe(`of ${size.join('·')}`, () => {
      for (const [tA, tB] of TRANSPOSITIONS) {
        for (const [batchA, batchB] of [
          [[], []],
          [[3], [3]],
          [
            [2, 3],
            [2, 3],
          ],
          [[3], [1]],
          [[1], [3]],
          [[2, 3], [3]],
        ] as number[][][]) {
          const form = `${JSON.stringify(batchA)}${tA ? 'ᵀ' : ''} · ${JSON.stringify(batchB)}${tB ? 'ᵀ' : ''}`;
          it(`agrees with cpu for batches ${form}`, async () => {
            expect(
              await disagreement(() => {
                const [a, b] = operands(batchA, batchB, size, tA, tB);
                return tf.matMul(a, b, tA, tB);
              }),
            ).toBeLessThan(1e-5);
          });
        }
      }

      it('has cpu’s gradients', async () => {
        expect(
          await disagreement(() => {
            const [a, b] = operands([3], [3], size, true, false);
            return tf.grads((a, b) => tf.matMul(a, b, true).square().sum())([a, b]);
          }),
        ).toBeLessThan(1e-5);
      });
    });
  }

  it('gives a hand-derived product of transposed operands', async () => {
    const { values } = await computedOn('wasm', () =>
      tf.matMul(
        tf.tensor2d([
          [1, 3],
          [2, 4],
        ]),
        tf.tensor2d([
          [5, 7],
          [6, 8],
        ]),
        true,
        true,
      ),
    );
    // [[1, 2], [3, 4]] · [[5, 6], [7, 8]]
    expect([...values[0]]).toEqual([19, 22, 43, 50]);
  });

  it('gives zeros where the inner dimension is empty', async () => {
    expect(await disagreement(() => tf.matMul(tf.zeros([2, 0]), tf.zeros([3, 0]), false, true))).toBeLessThan(1e-5);
  });
});

describe('fused', () => {
  for (const activation of ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const) {
    const preluActivationWeights = () =>
      activation === 'prelu' ? { preluActivationWeights: tf.mul(tf.ones([5]), 0.3) } : {};

    const rest = () => ({ activation, leakyreluAlpha: 0.1, ...preluActivationWeights() });

    it(`agrees with cpu for a product with bias and ${activation}`, async () => {
      expect(
        await disagreement(() =>
          tf.fused.matMul({
            a: tf.randomNormal([3, 4]),
            b: tf.randomNormal([5, 4]),
            transposeB: true,
            bias: tf.randomNormal([5]),
            ...rest(),
          }),
        ),
      ).toBeLessThan(1e-5);
    });

    it(`agrees with cpu for convolutions with bias and ${activation}`, async () => {
      expect(
        await disagreement(() => {
          const x = tf.randomNormal([2, 6, 6, 5]) as never;
          const bias = tf.randomNormal([5]) as never;
          return [
            tf.fused.conv2d({
              x,
              filter: tf.randomNormal([3, 3, 5, 5]) as never,
              bias,
              strides: 1,
              pad: 'same',
              ...rest(),
            }),
            tf.fused.depthwiseConv2d({
              x,
              filter: tf.randomNormal([3, 3, 5, 1]) as never,
              bias,
              strides: 1,
              pad: 'same',
              ...rest(),
            }),
          ];
        }),
      ).toBeLessThan(1e-5);
    });
  }
});
