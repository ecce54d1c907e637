import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type LayersModel } from '../../src/engine/tf.js';
import { layers, type ReadoutConfig } from '../../src/mup/layers.js';
import { adam, sgd, type MupOptimizer } from '../../src/mup/optimizers.js';
import { namedParameters } from '../../src/mup/parameters.js';
import { parametrize } from '../../src/mup/parametrize.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const [BASE, WIDTH] = [4, 32];

function build(head: 'dense' | 'readout', options: Partial<ReadoutConfig> = {}, width = WIDTH): LayersModel {
  const config: ReadoutConfig = { units: 3, ...options };
  const mlp = (w: number): LayersModel =>
    tf.sequential({
      layers: [
        tf.layers.dense({ units: w, inputShape: [5], activation: 'relu' }),
        head === 'dense' ? tf.layers.dense(config) : layers.readout(config),
      ],
    });
  return withSeededRandom('weights', () => parametrize(mlp, { width, baseWidth: BASE }));
}

const batch = () => tf.linspace(-1, 1, 30).reshape([6, 5]);
const outputs = (model: LayersModel) => [...(model.apply(batch()) as ReturnType<typeof batch>).dataSync()];

function trained(model: LayersModel, optimizer: MupOptimizer): number[] {
  const y = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'), 3);
  for (let step = 0; step < 4; step += 1)
    optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.apply(batch()) as never));
  return outputs(model);
}

const kernel = (model: LayersModel) => model.layers[1]?.getWeights()[0]?.dataSync() ?? new Float32Array();
const largestGap = (a: number[], b: number[]) => Math.max(...a.map((v, i) => Math.abs(v - (b[i] ?? NaN))));

describe('readout', () => {
  it('computes what Table 3 computes, from a kernel m times as large', () => {
    const [table3, table8] = [build('dense'), build('readout')];
    expect((kernel(table8)[0] ?? 0) / (kernel(table3)[0] ?? 1)).toBeCloseTo(WIDTH / BASE, 5);
    expect(largestGap(outputs(table8), outputs(table3))).toBeLessThan(1e-6);
  });

  it('trains as Table 3 does, under SGD and under Adam', () => {
    const pair = [build('dense'), build('readout')] as const;
    const [a, b] = pair.map((model) => trained(model, sgd(model, { learningRate: 0.1 })));
    expect(largestGap(a ?? [], b ?? [])).toBeLessThan(1e-4);
    const other = [build('dense'), build('readout')] as const;
    const [c, d] = other.map((model) => trained(model, adam(model, { learningRate: 0.01 })));
    expect(largestGap(c ?? [], d ?? [])).toBeLessThan(1e-4);
  });

  it('takes Table 8 rates: m under SGD and 1 under Adam, its bias 1', () => {
    const model = build('readout');
    const [kernel, bias] = namedParameters(model)
      .slice(2)
      .map(({ variable }) => variable.name);
    const rates = (optimizer: MupOptimizer) =>
      [kernel, bias].map((name) => optimizer.effectiveLearningRate(name ?? ''));
    expect(rates(sgd(model, { learningRate: 1 }))).toEqual([WIDTH / BASE, 1]);
    expect(rates(adam(model, { learningRate: 1 }))).toEqual([1, 1]);
  });

  it('is a Dense, bit for bit, at base width', () =>
    expect(outputs(build('readout', {}, BASE))).toEqual(outputs(build('dense', {}, BASE))));

  it('multiplies the logits but not the bias by outputMultiplier', () => {
    const biasInitializer = tf.initializers.constant({ value: 0.5 });
    const one = outputs(build('readout', { biasInitializer }));
    const three = outputs(build('readout', { biasInitializer, outputMultiplier: 3 }));
    const expected = one.map((logit) => (logit - 0.5) * 3 + 0.5);
    expect(largestGap(three, expected)).toBeLessThan(1e-5);
  });

  it('starts at zero on request', () =>
    expect(outputs(build('readout', { readoutZeroInit: true }))).toEqual(Array.from({ length: 18 }, () => 0)));

  it('keeps its multipliers through a saved model', async () => {
    const model = build('readout', { outputMultiplier: 2 });
    const twin = await tf.models.modelFromJSON(model.toJSON(null, false) as never);
    twin.setWeights(model.getWeights());
    expect(outputs(twin)).toEqual(outputs(model));
  });
});

const tied = (w: number, outputMultiplier = 1): LayersModel => {
  const embedding = tf.layers.embedding({ inputDim: 7, outputDim: w, inputLength: 3 });
  const readout = layers.sharedReadout({ embedding, outputMultiplier });
  return tf.sequential({ layers: [embedding, tf.layers.dense({ units: w }), readout] });
};
const tokens = () => tf.tensor2d([[0, 3, 6]], [1, 3], 'int32');

describe('sharedReadout', () => {
  it('multiplies by the embedding transposed, over the width multiplier', () => {
    const model = withSeededRandom('tied', () => parametrize((w) => tied(w, 2), { width: WIDTH, baseWidth: BASE }));
    const [embedding = tf.zeros([]), dense = tf.zeros([])] = model.getWeights();
    const h = tf.matMul(tf.gather(embedding, [0, 3, 6]), dense);
    const expected = tf.mul(tf.matMul(h, embedding, false, true), (2 * BASE) / WIDTH);
    const found = model.apply(tokens()) as ReturnType<typeof batch>;
    expect(found.shape).toEqual([1, 3, 7]);
    expect(largestGap([...found.dataSync()], [...expected.dataSync()])).toBeLessThan(1e-5);
  });

  it('adds no variable: the tied matrix is named, scaled and trained once, as an embedding', () => {
    const plain = withSeededRandom('tied', () => tied(WIDTH));
    const model = withSeededRandom('tied', () => parametrize(tied, { width: WIDTH, baseWidth: BASE }));
    const parameters = namedParameters(model);
    expect(parameters.map(({ name }) => name)).toEqual(['embedding_1/embeddings', 'dense_1/kernel', 'dense_1/bias']);
    expect(model.getWeights()[0]?.dataSync()).toEqual(plain.getWeights()[0]?.dataSync());
    const name = parameters[0]?.variable.name ?? '';
    expect(sgd(model, { learningRate: 1 }).effectiveLearningRate(name)).toBe(WIDTH / BASE);
    expect(adam(model, { learningRate: 1 }).effectiveLearningRate(name)).toBe(1);
    const { grads } = tf.variableGrads(() => tf.sum(model.apply(tokens()) as never));
    expect(Object.keys(grads)).toContain(name);
  });
});
