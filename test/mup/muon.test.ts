import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type LayersModel } from '../../src/engine/tf.js';
import { muon } from '../../src/mup/muon.js';
import { adam } from '../../src/mup/optimizers.js';
import { namedParameters } from '../../src/mup/parameters.js';
import { OrthogonalMomentum } from '../../src/mup/orthogonal-momentum.js';
import { parametrize } from '../../src/mup/parametrize.js';
import {
  BASE,
  bottleneck,
  build,
  largestGap,
  loss,
  multipliers,
  train,
  variableName,
  variableOf,
} from './small-mlp.js';
import { identityGap, orthogonalFactor, product, transposed, type Matrix } from './orthogonal-reference.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const ADAM = { learningRate: 0.01 };

/**
 * Five quintic steps take every singular value above 1/500 of the norm to 0.6818 … 1.2024 (the extremes of p⁵ there), on
 * the same singular vectors: the exact factor's transpose times the update has those for eigenvalues.
 */
const LEFT_OVER = 1 - 0.6818 + 1e-4;

/** What one step at rate 1 takes off a hidden kernel whose gradient is given. */
function firstUpdate(model: LayersModel, parameter: string, gradient: Float32Array): Float32Array {
  const variable = variableOf(model, parameter);
  const before = variable.dataSync().slice() as Float32Array;
  const optimizer = muon(model, { learningRate: 1, adam: ADAM });
  optimizer.applyGradients([{ name: variable.name, tensor: tf.tensor(gradient, variable.shape) }]);
  return (variable.dataSync() as Float32Array).map((w, i) => (before[i] ?? Number.NaN) - w);
}

/** Noise of spectral norm below 4 beside a shifted identity times 6: no singular value is below 1/100 of the norm. */
const drawn = (fanIn: number, fanOut: number) =>
  withSeededRandom('gradient', () =>
    Float32Array.from({ length: fanIn * fanOut }, (_, i) => {
      const [row, column] = [Math.floor(i / fanOut), i % fanOut];
      return Math.random() - 0.5 + (row % fanOut === (column + 1) % fanOut ? 6 : 0);
    }),
  );
const rows = (values: ArrayLike<number>, columns: number): Matrix =>
  Array.from({ length: values.length / columns }, (_, i) => Array.from(values).slice(i * columns, (i + 1) * columns));

describe('muon', () => {
  it('moves a hidden matrix by the orthogonal factor of its gradient', () => {
    const model = build(32);
    const gradient = drawn(32, 32);
    const update = rows(firstUpdate(model, 'dense_2/kernel', gradient), 32);
    const exact = orthogonalFactor(rows(gradient, 32));
    expect(identityGap(product(transposed(exact), exact))).toBeLessThan(1e-9);
    expect(identityGap(product(transposed(exact), update))).toBeLessThan(LEFT_OVER);
  });

  it.each([
    ['without', false, 1],
    ['with', true, -1],
  ] as const)('orthogonalises momentum, %s Nesterov’s look-ahead', (_, nesterov, sign) => {
    const kernel = variableOf(build(32), 'dense_2/kernel');
    const layoutOf = () => ({ axes: [0, 1], factor: 1 });
    const optimizer = new OrthogonalMomentum(1, { momentum: 0.5, nesterov, newtonSchulzSteps: 5, layoutOf });
    const gradient = tf.tensor(drawn(32, 32), [32, 32]);
    const [first, second] = [1, -0.3].map((factor) => {
      const before = [...kernel.dataSync()];
      optimizer.applyGradients([{ name: kernel.name, tensor: tf.mul(gradient, factor) }]);
      return [...kernel.dataSync()].map((w, i) => w - (before[i] ?? Number.NaN));
    });
    // In units of g: momentum 0.5, then 0.5 · 0.5 − 0.5 · 0.3 = 0.1; looking ahead, 0.5 · 0.1 − 0.5 · 0.3 = −0.1.
    const expected = first?.map((v) => sign * v) ?? [];
    expect(largestGap(second ?? [], expected)).toBeLessThan(1e-5);
    expect(Math.hypot(...expected)).toBeGreaterThan(3);
  });

  it('scales by √(fan-out/fan-in), and counts a convolution’s kernel as [kh·kw·in, out]', () => {
    const cnn = (w: number) =>
      tf.sequential({
        layers: [
          tf.layers.conv2d({ filters: w, kernelSize: 1, inputShape: [6, 6, 1] }),
          tf.layers.conv2d({ filters: 2 * w, kernelSize: 3 }),
          tf.layers.globalAveragePooling2d({}),
          tf.layers.dense({ units: 3 }),
        ],
      });
    const model = parametrize(cnn, { width: 8, baseWidth: BASE });
    const gradient = drawn(9 * 8, 16);
    const update = rows(firstUpdate(model, 'conv2d_2/kernel', gradient), 16);
    expect(update).toHaveLength(72);
    const exact = orthogonalFactor(rows(gradient, 16));
    const scaled = update.map((row) => row.map((v) => v / Math.sqrt(16 / 72)));
    expect(identityGap(product(transposed(exact), scaled))).toBeLessThan(LEFT_OVER);
  });

  it('counts a transposed convolution’s kernel [kh, kw, out, in] as [kh·kw·in, out] too', () => {
    const decoder = (w: number) =>
      tf.sequential({
        layers: [
          tf.layers.conv2dTranspose({ filters: w, kernelSize: 1, inputShape: [4, 4, 1] }),
          tf.layers.conv2dTranspose({ filters: 2 * w, kernelSize: 2 }),
          tf.layers.globalAveragePooling2d({}),
          tf.layers.dense({ units: 3 }),
        ],
      });
    const model = parametrize(decoder, { width: 8, baseWidth: BASE });
    const matrix = drawn(4 * 8, 16);
    const swapped = (values: Float32Array, shape: [number, number, number, number]) =>
      tf.transpose(tf.tensor(values, shape), [0, 1, 3, 2]).dataSync() as Float32Array;
    const update = firstUpdate(model, 'conv2d_transpose_2/kernel', swapped(matrix, [2, 2, 8, 16]));
    const scaled = rows(swapped(update, [2, 2, 16, 8]), 16).map((row) => row.map((v) => v / Math.sqrt(16 / 32)));
    const exact = orthogonalFactor(rows(matrix, 16));
    expect(identityGap(product(transposed(exact), scaled))).toBeLessThan(LEFT_OVER);
  });

  it('leaves everything but hidden matrices to Adam in µP', () => {
    const model = build(32);
    const reference = build(32);
    const gradients = tf.variableGrads(() => loss(model)).grads;
    const optimizer = muon(model, { learningRate: 0.02, adam: ADAM });
    expect(multipliers(model, optimizer)).toEqual([0.5, 0.5, 1, 0.5 / 8, 0.5]);
    optimizer.applyGradients(gradients);
    adam(reference, ADAM).minimize(() => loss(reference));
    const weights = (of: LayersModel) => namedParameters(of).map(({ variable }) => [...variable.dataSync()]);
    const [ours, theirs] = [weights(model), weights(reference)];
    for (const i of [0, 1, 3, 4, 5]) expect(ours[i]).toEqual(theirs[i]);
    expect(ours[2]).not.toEqual(theirs[2]);
  });

  it('takes √(fan-out/fan-in) at this width, also where the sides of a matrix grow differently', () => {
    const model = parametrize(bottleneck, { width: 32, baseWidth: BASE });
    const optimizer = muon(model, { learningRate: 0.1, adam: ADAM });
    const name = variableName(model, 'dense_2/kernel');
    expect(optimizer.effectiveLearningRate(name)).toBeCloseTo(0.1 * Math.sqrt(1 / 2), 12);
    const gradient = drawn(32, 16);
    const exact = orthogonalFactor(rows(gradient, 16));
    const update = rows(firstUpdate(model, 'dense_2/kernel', gradient), 16);
    const scaled = update.map((row) => row.map((v) => v / Math.sqrt(16 / 32)));
    expect(identityGap(product(transposed(exact), scaled))).toBeLessThan(LEFT_OVER);
  });

  it('is the same training at base width as in sp, bit for bit', () => {
    const train4 = (parametrization: 'mup' | 'sp') => {
      const model = build(BASE, parametrization);
      return train(model, muon(model, { learningRate: 0.02, weightDecay: 0.1, adam: ADAM }));
    };
    expect(train4('mup')).toEqual(train4('sp'));
  });

  it('trains the matrices that are named, wherever they are, and refuses a name that there is not', () => {
    const model = build(32, 'sp');
    const options = { learningRate: 0.02, adam: ADAM };
    expect(multipliers(model, muon(model, { ...options, hidden: ['dense_1/kernel', 'dense_2/kernel'] }))).toEqual([
      1, 0.5, 1, 0.5, 0.5,
    ]);
    expect(() => muon(model, { ...options, hidden: ['dense_9/*'] })).toThrow(/dense_9/);
  });

  it('lets Adam’s rate follow its own, and shows both decays', () => {
    const model = build(32);
    const optimizer = muon(model, { learningRate: 0.02, weightDecay: 0.1, adam: { ...ADAM, weightDecay: 0.2 } });
    optimizer.learningRate = 0.01;
    const [hidden, bias] = [variableName(model, 'dense_2/kernel'), variableName(model, 'dense_1/bias')];
    expect([hidden, bias].map((name) => optimizer.effectiveLearningRate(name))).toEqual([0.01, 0.005]);
    expect([hidden, bias].map((name) => optimizer.effectiveWeightDecay(name))).toEqual([0.1, 0.2]);
  });

  it('keeps a matrix without gradient where it is, and frees its momentum', () => {
    const model = build(8);
    const before = tf.memory().numTensors;
    const optimizer = muon(model, { learningRate: 0.02, adam: ADAM });
    const kernel = variableOf(model, 'dense_2/kernel');
    const start = [...kernel.dataSync()];
    tf.tidy(() => optimizer.applyGradients([{ name: kernel.name, tensor: tf.zerosLike(kernel) }]));
    expect([...kernel.dataSync()]).toEqual(start);
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
