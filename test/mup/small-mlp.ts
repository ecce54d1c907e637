import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type LayersModel, type Optimizer, type Scalar, type Variable } from '../../src/engine/tf.js';
import type { MupOptimizer } from '../../src/mup/optimizers.js';
import { namedParameters } from '../../src/mup/parameters.js';
import { parametrize } from '../../src/mup/parametrize.js';

/** Where the small MLP agrees with its SP counterpart. */
export const BASE = 4;

/** The two builds in which a µP optimizer must be the plain one, bit for bit. */
export const PLAIN = [
  ['at base width', BASE, 'mup'],
  ['in sp', 32, 'sp'],
] as const;

/** A 5-w-w-3 ReLU MLP with biases, in SP. */
export const mlp = (width: number): LayersModel =>
  tf.sequential({
    layers: [
      tf.layers.dense({ units: width, inputShape: [5], activation: 'relu' }),
      tf.layers.dense({ units: width, activation: 'relu' }),
      tf.layers.dense({ units: 3 }),
    ],
  });

/** A 5-w-v-3 MLP whose second layer grows half as fast as the first: v is w up to twice the base width, w / 2 beyond. */
export const bottleneck = (w: number): LayersModel =>
  tf.sequential({
    layers: [
      tf.layers.dense({ units: w, inputShape: [5] }),
      tf.layers.dense({ units: w <= 2 * BASE ? w : w / 2 }),
      tf.layers.dense({ units: 3 }),
    ],
  });

/** The MLP at a width, with the same weights whenever asked. */
export const build = (width: number, parametrization: 'mup' | 'sp' = 'mup'): LayersModel =>
  withSeededRandom('weights', () => parametrize(mlp, { width, baseWidth: BASE, parametrization }));

/** Cross-entropy on a fixed batch of six. */
export function loss(model: LayersModel): Scalar {
  const x = tf.linspace(-1, 1, 30).reshape([6, 5]);
  const y = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'), 3);
  return tf.losses.softmaxCrossEntropy(y, model.apply(x) as never);
}

/** Trains on the fixed batch; the weights afterwards. */
export function train(model: LayersModel, optimizer: Optimizer, steps = 4): number[] {
  for (let step = 0; step < steps; step += 1) optimizer.minimize(() => loss(model));
  return values(model);
}

/** Effective over base rate: input kernel and bias, hidden kernel, readout kernel and bias. */
export function multipliers(model: LayersModel, optimizer: MupOptimizer): number[] {
  const roles = ['dense_1/kernel', 'dense_1/bias', 'dense_2/kernel', 'dense_3/kernel', 'dense_3/bias'];
  return roles.map((role) => optimizer.effectiveLearningRate(variableName(model, role)) / optimizer.learningRate);
}

/** The variable of a parameter. */
export const variableOf = (model: LayersModel, parameter: string): Variable =>
  namedParameters(model).find(({ name }) => name === parameter)!.variable;

/** The name under which a parameter's gradient arrives. */
export const variableName = (model: LayersModel, parameter: string): string => variableOf(model, parameter).name;

/** All weights in one list. */
export const values = (model: LayersModel): number[] => model.getWeights().flatMap((w) => [...w.dataSync()]);

/** The largest difference between two lists. */
export const largestGap = (a: number[], b: number[]): number =>
  Math.max(...a.map((v, i) => Math.abs(v - (b[i] ?? Number.NaN))));
