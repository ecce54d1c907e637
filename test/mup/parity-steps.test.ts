import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type LayersModel, type Tensor } from '../../src/engine/tf.js';
import { adam, sgd } from '../../src/mup/optimizers.js';
import { namedParameters, type ModelLike } from '../../src/mup/parameters.js';
import { setBaseShapes } from '../../src/mup/set-base-shapes.js';
import { mlp, peer, tfjsName, type PeerTraining } from './mup-package.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const BASE = 32;
const SCALE = 8192;

/** The optimizers that the package's trainings were made with, and how far ours may be from them, in relative terms. */
const OPTIMIZERS = {
  'sgd lr 0.1': { make: (model: ModelLike) => sgd(model, { learningRate: 0.1 }), tolerance: 1e-5 },
  // Adam divides by √v: where a gradient is near 0, a rounding turns an update's sign. PyTorch's epsilon, unscaled.
  'adam lr 0.01': {
    make: (model: ModelLike) => adam(model, { learningRate: 0.01, epsilon: 1e-8, scaleEpsilon: false }),
    tolerance: 1e-3,
  },
};

/** Our model with the package's weights, which are in µP already. */
function withWeights(width: number, weights: PeerTraining['weightsTimes8192']): LayersModel {
  const model = setBaseShapes(mlp(width), mlp(BASE), { delta: mlp(BASE + 1), rescale: false });
  const parameters = new Map(namedParameters(model).map(({ name, variable }) => [name, variable]));
  for (const [key, integers] of Object.entries(weights)) {
    const variable = parameters.get(tfjsName(key));
    const values = tf.div(tf.tensor1d(integers), SCALE);
    // PyTorch keeps [fanOut, fanIn].
    const isKernel = variable?.rank === 2;
    variable?.assign(isKernel ? tf.transpose(tf.reshape(values, variable.shape.toReversed())) : values);
  }
  return model;
}

/** One training step: mean |x| after every layer, and the loss, both before the update. */
function trainStep(model: LayersModel, optimizer: ReturnType<typeof adam>, [x, labels]: [Tensor, Tensor]) {
  const l1: number[] = [];
  const loss = optimizer.minimize(() => {
    let activation = x;
    for (const layer of model.layers) {
      activation = layer.apply(activation) as Tensor;
      l1.push(tf.mean(tf.abs(activation)).dataSync()[0] ?? Number.NaN);
    }
    return tf.losses.softmaxCrossEntropy(labels, activation);
  }, true);
  return { l1, loss: loss?.dataSync()[0] ?? Number.NaN };
}

const cases = Object.entries(OPTIMIZERS).flatMap(([name, optimizer]) =>
  Object.entries(peer.coordinateCheck[name as keyof typeof OPTIMIZERS]).map(([width, training]) => ({
    name,
    width: Number(width),
    training,
    ...optimizer,
  })),
);

describe('training from the same weights on the same batch', () => {
  it.each(cases)("gives the package's coordinate sizes and losses over 4 steps, $name, width $width", (given) => {
    const { width, training, make, tolerance } = given;
    const model = withWeights(width, training.weightsTimes8192);
    const optimizer = make(model);
    const x = tf.div(tf.tensor2d(training.xTimes8192, [training.labels.length, 20]), SCALE);
    const labels = tf.oneHot(tf.tensor1d(training.labels, 'int32'), 5);
    expect(training.steps).toHaveLength(4);
    for (const [t, expected] of training.steps.entries()) {
      const found = trainStep(model, optimizer, [x, labels]);
      expect(Math.abs(found.loss / expected.loss - 1), `loss at step ${t}`).toBeLessThan(tolerance);
      expect(found.l1).toHaveLength(expected.l1.length);
      for (const [layer, l1] of found.l1.entries())
        expect(Math.abs(l1 / (expected.l1[layer] ?? 0) - 1), `layer ${layer} at step ${t}`).toBeLessThan(tolerance);
    }
  });
});
