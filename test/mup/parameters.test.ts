import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf } from '../../src/engine/tf.js';
import { layerNames, namedParameters, type ModelLike } from '../../src/mup/parameters.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const names = (model: ModelLike) => namedParameters(model).map(({ name }) => name);
const dense = (units: number, more: object = {}) => tf.layers.dense({ units, ...more });

const normed = () =>
  tf.sequential({ layers: [dense(3, { inputShape: [2] }), tf.layers.layerNormalization(), dense(3), dense(1)] });

describe('layerNames', () => {
  it('numbers automatic names by class and position in the model, whatever was built before', () => {
    normed();
    expect([...layerNames(normed()).values()]).toEqual(['dense_1', 'layer_normalization_1', 'dense_2', 'dense_3']);
  });

  it('keeps names that the user gave, and lets no number of its own take one', () => {
    const model = tf.sequential({
      layers: [dense(3, { inputShape: [2] }), dense(3, { name: 'dense_1' }), dense(1, { name: 'head' })],
    });
    expect([...layerNames(model).values()]).toEqual(['dense_2', 'dense_1', 'head']);
  });

  it('names the layers of nested models outer/inner, and a shared layer once', () => {
    const inner = tf.sequential({ layers: [dense(2, { inputShape: [2] }), dense(2)] });
    const input = tf.input({ shape: [2] });
    const once = inner.apply(input) as never;
    const model = tf.model({ inputs: input, outputs: dense(1).apply(inner.apply(once)) as never });
    expect([...layerNames(model).values()]).toEqual([
      'input_1',
      'sequential_1',
      'sequential_1/dense_1',
      'sequential_1/dense_2',
      'dense_1',
    ]);
  });
});

describe('namedParameters', () => {
  it('names weights layer/weight with their layer, class, initializer and trainability', () => {
    const model = tf.sequential({
      layers: [dense(3, { inputShape: [2] }), tf.layers.batchNormalization(), dense(1, { trainable: false })],
    });
    const found = namedParameters(model);
    expect(found.map((p) => [p.name, p.layerClass, p.initializer?.getClassName(), p.trainable])).toEqual([
      ['dense_1/kernel', 'Dense', 'VarianceScaling', true],
      ['dense_1/bias', 'Dense', 'Zeros', true],
      ['batch_normalization_1/gamma', 'BatchNormalization', 'Ones', true],
      ['batch_normalization_1/beta', 'BatchNormalization', 'Zeros', true],
      ['batch_normalization_1/moving_mean', 'BatchNormalization', 'Zeros', false],
      ['batch_normalization_1/moving_variance', 'BatchNormalization', 'Ones', false],
      ['dense_2/kernel', 'Dense', 'VarianceScaling', false],
      ['dense_2/bias', 'Dense', 'Zeros', false],
    ]);
  });

  it('tells what is frozen from the state of a layer', () => {
    const { batchNormalization, gru } = tf.layers;
    const model = tf.sequential({
      layers: [
        dense(3, { inputShape: [4, 2], trainable: false }),
        batchNormalization({ trainable: false }),
        gru({ units: 2, trainable: false }),
        dense(1),
      ],
    });
    const frozen = namedParameters(model).filter((p) => p.frozen);
    expect(frozen.map(({ name, trainable }) => [name, trainable])).toEqual([
      ['dense_1/kernel', false],
      ['dense_1/bias', false],
      ['batch_normalization_1/gamma', false],
      ['batch_normalization_1/beta', false],
      ['gru_1/kernel', false],
      ['gru_1/recurrent_kernel', false],
      ['gru_1/bias', false],
    ]);
    const parameters = { table: tf.variable(tf.ones([2]), false), scale: tf.variable(tf.ones([2])) };
    expect(namedParameters({ parameters }).map((p) => p.frozen)).toEqual([true, false]);
  });

  it('finds the initializers of embeddings, depthwise kernels and recurrent cells', () => {
    const text = tf.sequential({
      layers: [tf.layers.embedding({ inputDim: 5, outputDim: 4, inputLength: 3 }), tf.layers.lstm({ units: 2 })],
    });
    const image = tf.sequential({
      layers: [tf.layers.separableConv2d({ filters: 2, kernelSize: 3, inputShape: [5, 5, 2] })],
    });
    expect(names(text)).toEqual(['embedding_1/embeddings', 'lstm_1/kernel', 'lstm_1/recurrent_kernel', 'lstm_1/bias']);
    const unknown = [text, image].flatMap(namedParameters).filter(({ initializer }) => initializer === null);
    expect(unknown.map(({ name }) => name)).toEqual([]);
  });

  it('names both directions of a wrapper and the layer inside another', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.bidirectional({
          layer: tf.layers.simpleRNN({ units: 2, returnSequences: true }),
          mergeMode: 'concat',
          inputShape: [3, 2],
        }),
        tf.layers.timeDistributed({ layer: dense(2) }),
      ],
    });
    expect(names(model).filter((name) => !name.endsWith('bias'))).toEqual([
      'bidirectional_1/forwardLayer/kernel',
      'bidirectional_1/forwardLayer/recurrent_kernel',
      'bidirectional_1/backwardLayer/kernel',
      'bidirectional_1/backwardLayer/recurrent_kernel',
      'time_distributed_1/kernel',
    ]);
  });

  it('names the sublayers of a user layer by property, and numbers weights of one name', () => {
    class Block extends tf.layers.Layer {
      static readonly className = 'Block';
      readonly query = tf.layers.dense({ units: 2 });
      override build(shape: number[]): void {
        const init = tf.initializers.ones();
        this.addWeight('scale', [2], 'float32', init);
        this.query.build(shape);
        this.trainableWeights = [...this.trainableWeights, ...this.query.trainableWeights];
        super.build(shape);
      }
      override call(x: never): never {
        return x;
      }
    }
    const block = new Block({ inputShape: [2] });
    expect(names(tf.sequential({ layers: [block] }))).toEqual([
      'block_1/scale',
      'block_1/query/kernel',
      'block_1/query/bias',
    ]);
  });

  it('takes the keys of a hand-written model', () => {
    const parameters = { 'a/w': tf.variable(tf.zeros([2])), b: tf.variable(tf.zeros([1]), false) };
    const found = namedParameters({ parameters });
    expect(found.map((p) => [p.name, p.layer, p.trainable])).toEqual([
      ['a/w', null, true],
      ['b', null, false],
    ]);
  });

  it('takes the first key of a variable that a hand-written model has under two', () => {
    const [embedding, other] = [tf.variable(tf.zeros([2])), tf.variable(tf.zeros([2]))];
    expect(names({ parameters: { embedding, other, head: embedding } })).toEqual(['embedding', 'other']);
  });

  it('takes a hand-written model that has layers of its own for what it is', () => {
    const kernel = tf.variable(tf.zeros([2, 2]));
    expect(names({ parameters: { kernel }, layers: [kernel] })).toEqual(['kernel']);
  });
});
