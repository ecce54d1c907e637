// Our side's models; peer/models.py has the same in PyTorch.
import { mup } from '../../dist/mup/index.js';
import { transformer, tokenBatch } from './transformer.mjs';

/** @typedef {import('../../dist/model/definition.js').ModelDefinition} ModelDefinition */

const MLP_TAPS = ['fc_1', 'fc_2', 'readout'];
const CNN_TAPS = ['conv_1', 'conv_2', 'conv_3', 'readout'];
const TRANSFORMER_TAPS = ['embed', 'norm_1', 'q', 'k', 'v', 'o', 'norm_2', 'up', 'down', 'norm_3', 'readout'];

const OPTIMIZERS = {
  adam: { learningRate: 1e-3, make: mup.adam },
  sgd: { learningRate: 1e-3, make: mup.sgd },
};

/**
 * What a case trains, and the taps that correspond to the modules the peer records.
 *
 * @param {string} name - a key of CASES
 * @param {number} baseWidth - where µP and SP agree
 * @returns {{ definition: ModelDefinition, taps: string[] }}
 */
export function modelOf(name, baseWidth) {
  switch (name) {
    case 'mlp-adam':
      return { definition: definition(mlp, imageBatch([64, 3072]), { baseWidth, optimizer: 'adam' }), taps: MLP_TAPS };
    case 'mlp-sgd':
      return { definition: definition(mlp, imageBatch([64, 3072]), { baseWidth, optimizer: 'sgd' }), taps: MLP_TAPS };
    case 'mlp-batch1-sgd':
      return { definition: definition(mlp, imageBatch([1, 3072]), { baseWidth, optimizer: 'sgd' }), taps: MLP_TAPS };
    case 'transformer-adam':
      return {
        definition: definition(transformer, tokenBatch, { baseWidth, optimizer: 'adam' }),
        taps: TRANSFORMER_TAPS,
      };
    case 'cnn-adam':
      return {
        definition: definition(cnn, imageBatch([32, 32, 32, 3]), { baseWidth, optimizer: 'adam' }),
        taps: CNN_TAPS,
      };
    default:
      throw new Error(`no case is called ${name}`);
  }
}

/** @returns {ModelDefinition} */
function definition(model, batch, { baseWidth, optimizer }) {
  const { learningRate, make } = OPTIMIZERS[optimizer];
  let fixed;
  return {
    name: 'bench',
    hyperparameters: { learningRate },
    build: ({ tf, width, parametrization }) =>
      mup.parametrize((w) => model(tf, w), { width, baseWidth, parametrization }),
    // One batch for the whole check, as the peer's fix_data keeps it.
    batch: ({ tf }) => (fixed ??= batch(tf)),
    loss: 'softmaxCrossEntropy',
    optimizer: ({ model, hyperparameters }) => make(model, hyperparameters),
  };
}

/** PyTorch's own initialization of linear and convolution kernels: uniform on ±1/√fan-in. */
function torchUniform(tf) {
  return tf.initializers.varianceScaling({ scale: 1 / 3, mode: 'fanIn', distribution: 'uniform' });
}

function mlp(tf, width) {
  const common = { useBias: false, kernelInitializer: torchUniform(tf) };
  return tf.sequential({
    layers: [
      tf.layers.dense({ ...common, name: 'fc_1', units: width, activation: 'relu', inputShape: [3072] }),
      tf.layers.dense({ ...common, name: 'fc_2', units: width, activation: 'relu' }),
      tf.layers.dense({ ...common, name: 'readout', units: 10 }),
    ],
  });
}

function cnn(tf, width) {
  const kernelInitializer = torchUniform(tf);
  const conv = { kernelSize: 3, padding: 'same', activation: 'relu', kernelInitializer };
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ ...conv, name: 'conv_1', filters: width, inputShape: [32, 32, 3] }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.conv2d({ ...conv, name: 'conv_2', filters: 2 * width, strides: 2 }),
      tf.layers.conv2d({ ...conv, name: 'conv_3', filters: 2 * width }),
      tf.layers.averagePooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ name: 'readout', units: 10, kernelInitializer }),
    ],
  });
}

function imageBatch(shape) {
  return (tf) => ({
    x: tf.randomNormal(shape),
    y: tf.tidy(() => tf.cast(tf.oneHot(tf.randomUniform([shape[0]], 0, 10, 'int32'), 10), 'float32')),
  });
}
