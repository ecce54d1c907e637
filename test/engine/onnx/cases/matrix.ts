import { tf } from '../../../../src/engine/tf.js';
import { manyUnhealthy, whole, type Cases, type KernelCases } from './kernel-cases.js';

const BATCHES: [number[], number[]][] = [
  [[], []],
  [[3], [3]],
  [
    [2, 3],
    [2, 3],
  ],
  [[3], [1]],
  [[1], [3]],
  [[1], [1]],
  [[2, 3], [3]],
  [[], [3]],
  [[3], []],
];

/** Two operands of the product [3, 4] · [4, 5], stored transposed where asked. */
function operands(batches: [number[], number[]], transposeA: boolean, transposeB: boolean) {
  const [batchA, batchB] = batches;
  const a = tf.randomNormal([...batchA, ...(transposeA ? [4, 3] : [3, 4])]);
  const b = tf.randomNormal([...batchB, ...(transposeB ? [5, 4] : [4, 5])]);
  return [a, b] as const;
}

const products: Cases = Object.fromEntries(
  BATCHES.flatMap((batches) =>
    [false, true].flatMap((tA) =>
      [false, true].map((tB) => [
        `batches [${batches[0].join()}]${tA ? 'ᵀ' : ''} and [${batches[1].join()}]${tB ? 'ᵀ' : ''}`,
        () => tf.matMul(...operands(batches, tA, tB), tA, tB),
      ]),
    ),
  ),
);

const ACTIVATIONS = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const;

/** What a fused activation takes besides its name, for 5 outputs. */
export const activation = (name: (typeof ACTIVATIONS)[number]) => ({
  activation: name,
  leakyreluAlpha: 0.1,
  ...(name === 'prelu' && { preluActivationWeights: tf.tensor1d([0.1, 0.2, 0.3, 0.4, -1]) }),
});

/** The fused activations, each as the case of a product or convolution. */
export function activations(compute: (rest: ReturnType<typeof activation>) => ReturnType<Cases[string]>): Cases {
  return Object.fromEntries(ACTIVATIONS.map((name) => [`bias and ${name}`, () => compute(activation(name))]));
}

/** Products of matrices. */
export const matrixCases: KernelCases = {
  BatchMatMul: {
    ...products,
    vectors: () => tf.dot(tf.randomNormal([6]), tf.randomNormal([6])),
    'larger matrices': () => tf.matMul(tf.randomNormal([70, 65]), tf.randomNormal([33, 65]), false, true),
    'NaN and the infinities': () => tf.matMul(manyUnhealthy().reshape([9, 5]), tf.randomNormal([5, 3])),
    'infinity times 0': () => tf.matMul(tf.tensor2d([[Infinity, 1]]), tf.tensor2d([[0], [1]])),
  },
  _FusedMatMul: {
    ...activations((rest) =>
      tf.fused.matMul({ a: tf.randomNormal([3, 4]), b: tf.randomNormal([4, 5]), bias: tf.randomNormal([5]), ...rest }),
    ),
    'transposed operands without bias': () =>
      tf.fused.matMul({
        a: tf.randomNormal([4, 3]),
        b: tf.randomNormal([5, 4]),
        transposeA: true,
        transposeB: true,
        activation: 'relu',
      }),
    batches: () =>
      tf.fused.matMul({ a: tf.randomNormal([2, 3, 4]), b: tf.randomNormal([2, 4, 5]), bias: tf.randomNormal([5]) }),
    'NaN under relu': () =>
      tf.fused.matMul({ a: tf.tensor2d([[NaN, 1]]), b: tf.randomNormal([2, 5]), activation: 'relu' }),
  },
};

/** Products ONNX Runtime does not compute as TF.js does. */
export const declinedProducts: KernelCases = {
  BatchMatMul: {
    'no values': () => [tf.matMul(tf.zeros([0, 4]), tf.zeros([4, 5])), tf.matMul(tf.zeros([3, 0]), tf.zeros([0, 5]))],
    'whole numbers': () => tf.matMul(whole([3, 4], -2, 2), whole([4, 5], 0, 3)),
  },
  _FusedMatMul: {
    'no values': () => tf.fused.matMul({ a: tf.zeros([3, 0]), b: tf.zeros([0, 5]), bias: tf.ones([5]) }),
  },
};
