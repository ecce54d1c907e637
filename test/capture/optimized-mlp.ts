import { tf, type LayersModel, type NamedTensorMap } from '../../src/engine/tf.js';
import { defineModel } from '../../src/model/definition.js';
import { mup, type ModelLike } from '../../src/mup/index.js';
import type { OptimizerFamily } from '../../src/parametrization/optimizer-family.js';
import type { Role } from '../../src/parametrization/role.js';

/** Input dimension, outputs and batch: enough of each that sizes have little sampling error. */
const [INPUTS, OUTPUTS, BATCH, BASE_WIDTH] = [64, 64, 64, 32];

/** The parameters of the test model with their roles. */
export const ROLES = {
  'dense_1/kernel': 'input',
  'dense_1/bias': 'vector',
  'dense_2/kernel': 'hidden',
  'dense_2/bias': 'vector',
  'dense_3/kernel': 'readout',
  'dense_3/bias': 'scalar',
} as const satisfies Record<string, Role>;

type Made = InstanceType<typeof tf.Optimizer>;

/** One line of the table of optimizers. */
export interface OptimizerCase {
  name: string;
  className: string;
  /** Of an optimizer whose class nobody knows. */
  family?: OptimizerFamily;
  /** Multiplies the loss, and so every gradient; 1 unless given. */
  lossScale?: number;
  make(model: ModelLike): Made;
}

/** A user's own optimizer, of a class nobody knows: plain gradient descent. */
class OwnDescent extends tf.Optimizer {
  learningRate = 0.05;

  override applyGradients(gradients: NamedTensorMap): void {
    for (const [name, gradient] of Object.entries(gradients)) {
      const variable = tf.engine().registeredVariables[name];
      tf.tidy(() => variable?.assign(tf.sub(variable, tf.mul(gradient, this.learningRate))));
    }
  }

  override getClassName(): string {
    return 'OwnDescent';
  }

  override getConfig() {
    return {};
  }
}

/** Rates at base width, small enough that an update is far from the weight's own size. */
const [SGD, SIGN, ADAGRAD] = [{ learningRate: 0.05 }, { learningRate: 1e-3 }, { learningRate: 0.02 }];

export const OPTIMIZERS: OptimizerCase[] = [
  { name: 'SGD', className: 'SGD', make: (model) => mup.sgd(model, SGD) },
  { name: 'momentum', className: 'Momentum', make: (model) => mup.sgd(model, { ...SGD, momentum: 0.9 }) },
  {
    name: 'Nesterov',
    className: 'Momentum',
    make: (model) => mup.sgd(model, { ...SGD, momentum: 0.9, nesterov: true }),
  },
  { name: 'Adam', className: 'Adam', make: (model) => mup.adam(model, SIGN) },
  { name: 'AdamW', className: 'AdamW', make: (model) => mup.adamW(model, SIGN) },
  {
    name: 'AdamW, independent decay',
    className: 'AdamW',
    make: (model) => mup.adamW(model, { ...SIGN, weightDecay: 1e-5, independentWeightDecay: true }),
  },
  {
    name: 'RMSProp, small gradients',
    className: 'RMSProp',
    lossScale: 1e-3,
    make: (model) => mup.rmsprop(model, SIGN),
  },
  { name: 'RMSProp, large gradients', className: 'RMSProp', lossScale: 1e3, make: (model) => mup.rmsprop(model, SIGN) },
  { name: 'Adagrad, small gradients', className: 'Adagrad', make: (model) => mup.adagrad(model, ADAGRAD) },
  { name: 'Adagrad, large gradients', className: 'Adagrad', lossScale: 1e5, make: (model) => mup.adagrad(model, SIGN) },
  { name: 'Lion', className: 'Lion', make: (model) => mup.lion(model, SIGN) },
  { name: 'Muon', className: 'Muon', make: (model) => mup.muon(model, { learningRate: 0.02, adam: SIGN }) },
  { name: 'scaled Adamax', className: 'Adamax', make: (model) => mup.scaled(tf.train.adamax(1e-3), model) },
  {
    name: 'a scaled optimizer of the user’s own',
    className: 'OwnDescent',
    family: 'sgd',
    make: (model) => mup.scaled(new OwnDescent(), model, { family: 'sgd' }),
  },
];

/** A ReLU MLP with biases, as a user writes it, in µP by its base shapes or in SP as the negative control. */
export function optimizedMlp({ name, lossScale = 1, make }: OptimizerCase) {
  const kernelInitializer = 'heNormal' as const;
  return defineModel({
    name,
    build: ({ width, parametrization }): LayersModel =>
      mup.parametrize(
        (w) =>
          tf.sequential({
            layers: [
              tf.layers.dense({ units: w, activation: 'relu', kernelInitializer, inputShape: [INPUTS] }),
              tf.layers.dense({ units: w, activation: 'relu', kernelInitializer }),
              tf.layers.dense({ units: OUTPUTS, kernelInitializer }),
            ],
          }),
        { width, baseWidth: BASE_WIDTH, parametrization },
      ),
    batch: ({ seed, step }) => ({
      x: tf.randomNormal([BATCH, INPUTS], 0, 1, 'float32', 1 + seed * 100 + step),
      y: tf.oneHot(tf.randomUniform([BATCH], 0, OUTPUTS, 'int32', 7 + seed * 100 + step), OUTPUTS),
    }),
    loss: (labels, outputs) => tf.mul(tf.losses.softmaxCrossEntropy(labels as never, outputs as never), lossScale),
    optimizer: ({ model }) => make(model as ModelLike),
  });
}
