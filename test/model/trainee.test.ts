import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type Tensor } from '../../src/engine/tf.js';
import { defineModel, type Model } from '../../src/model/definition.js';
import { tap, disposeTaps } from '../../src/model/tap.js';
import { disposeSnapshot, Trainee } from '../../src/model/trainee.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu', { threads: 1 });
});
afterAll(() => engine.dispose());

const batchOf = (inputs: number, outputs: number) => ({
  x: tf.randomNormal([4, inputs], 0, 1, 'float32', 3),
  y: tf.randomNormal([4, outputs], 0, 1, 'float32', 4),
});

function namesOf(model: Model, inputs: number, outputs = 2): string[] {
  const subject = new Trainee(model, defineModel({ build: () => model }));
  const taps = subject.probe(batchOf(inputs, outputs));
  disposeTaps(taps);
  return taps.map(({ name }) => name);
}

const { dense } = tf.layers;

describe('Trainee.probe', () => {
  it('taps pre-activation and activation of a layer that fuses one, and a linear layer once', () => {
    const model = tf.sequential({
      layers: [dense({ units: 3, activation: 'relu', inputShape: [5] }), dense({ units: 2 })],
    });
    expect(namesOf(model, 5)).toEqual(['dense_1', 'dense_1/relu', 'dense_2']);
  });

  it('sees in the pre-activation what the activation is made from', () => {
    const model = tf.sequential({ layers: [dense({ units: 3, activation: 'relu', inputShape: [5] })] });
    const subject = new Trainee(model, defineModel({ build: () => model }));
    const [before, after] = subject.probe(batchOf(5, 3)).map(({ tensor }) => tensor.dataSync());
    expect([...(after ?? [])]).toEqual([...(before ?? [])].map((v) => Math.max(0, v)));
    expect(Math.min(...(before ?? []))).toBeLessThan(0);
  });

  it('numbers the taps of a layer that is used twice', () => {
    const input = tf.input({ shape: [4] });
    const shared = dense({ units: 4, name: 'shared' });
    const second = shared.apply(shared.apply(input));
    const model = tf.model({ inputs: input, outputs: second as ReturnType<typeof tf.input> });
    expect(namesOf(model, 4, 4)).toEqual(['shared#1', 'shared#2']);
  });

  it('keeps a hand-written model’s own taps and adds its output where none shows it', () => {
    const w = tf.variable(tf.ones([5, 2]));
    const hidden = { parameters: { w }, apply: (x: Tensor) => tf.mul(tap('h', tf.matMul(x, w)), 2) };
    const shown = { parameters: { w }, apply: (x: Tensor) => tap('logits', tf.matMul(x, w)) };
    expect(namesOf(hidden, 5)).toEqual(['h', 'output']);
    expect(namesOf(shown, 5)).toEqual(['logits']);
  });

  it('reaches a tap placed inside a layer’s call', () => {
    const model = tf.sequential({ layers: [dense({ units: 2, inputShape: [5], name: 'inner' })] });
    const [layer] = model.layers as unknown as { call(x: unknown, k: unknown): Tensor }[];
    const call = layer?.call.bind(layer);
    if (layer && call) layer.call = (x, k) => tf.add(tap('inside', call(x, k)), 1);
    expect(namesOf(model, 5)).toEqual(['inside', 'inner']);
  });

  it('leaves batch norm’s moving averages as they were', () => {
    const model = tf.sequential({
      layers: [dense({ units: 3, inputShape: [5] }), tf.layers.batchNormalization({}), dense({ units: 2 })],
    });
    const subject = new Trainee(model, defineModel({ build: () => model }));
    const averages = () => model.layers[1]?.getWeights().map((t) => [...t.dataSync()]);
    const before = averages();
    disposeTaps(subject.probe(batchOf(5, 2)));
    expect(averages()).toEqual(before);
  });

  it('draws the same dropout in every pass of one seed, and another in another', () => {
    const model = tf.sequential({
      layers: [tf.layers.dropout({ rate: 0.5, inputShape: [50] }), dense({ units: 2 })],
    });
    const subject = new Trainee(model, defineModel({ build: () => model }));
    const batch = batchOf(50, 2);
    const pass = (seed: string) => {
      subject.reseed(seed);
      const taps = subject.probe(batch);
      const values = [...(taps[0]?.tensor.dataSync() ?? [])];
      disposeTaps(taps);
      return values;
    };
    expect(pass('a')).toEqual(pass('a'));
    expect(pass('a')).not.toEqual(pass('b'));
  });
});

describe('Trainee.gradients', () => {
  it('takes a centred loss on outputs − initial outputs: at init that is the loss of zero logits', () => {
    const model = tf.sequential({ layers: [dense({ units: 3, inputShape: [5] })] });
    const subject = new Trainee(model, defineModel({ build: () => model, loss: 'softmaxCrossEntropy' }));
    const y = tf.oneHot(tf.tensor1d([0, 1, 2, 0], 'int32'), 3);
    const batch = { x: tf.randomNormal([4, 5], 0, 1, 'float32', 3), y };
    const centre = subject.logits(batch);
    const loss = tf.tidy(() => subject.gradients(batch, centre).loss.dataSync()[0]);
    expect(loss).toBeCloseTo(Math.log(3), 6);
  });

  it('centres the logits where the model ends in a softmax', () => {
    const model = tf.sequential({ layers: [dense({ units: 3, inputShape: [5], activation: 'softmax' })] });
    const subject = new Trainee(model, defineModel({ build: () => model, loss: 'categoricalCrossentropy' }));
    const y = tf.oneHot(tf.tensor1d([0, 1, 2, 0], 'int32'), 3);
    const batch = { x: tf.randomNormal([4, 5], 0, 1, 'float32', 3), y };
    const centre = subject.logits(batch);
    const loss = tf.tidy(() => subject.gradients(batch, centre).loss.dataSync()[0]);
    expect(loss).toBeCloseTo(Math.log(3), 5);
  });

  it('centres the logits of every output, in front of its softmax or as it is', () => {
    const input = tf.input({ shape: [5] });
    const classes = dense({ units: 3, activation: 'softmax' }).apply(input);
    const other = dense({ units: 2, activation: 'softmax' }).apply(input);
    const plain = dense({ units: 3 }).apply(input);
    const model = tf.model({ inputs: input, outputs: [classes, other, plain] as ReturnType<typeof tf.input>[] });
    const loss = ([one]: [Tensor], [p, q, logits]: [Tensor, Tensor, Tensor]) =>
      tf.add(
        tf.mean(tf.metrics.categoricalCrossentropy(one, p)),
        tf.add(tf.mean(tf.neg(tf.log(q))), tf.losses.softmaxCrossEntropy(one, logits)),
      );
    const subject = new Trainee(model, defineModel({ build: () => model, loss }));
    const y = [tf.oneHot(tf.tensor1d([0, 1, 2, 0], 'int32'), 3)];
    const batch = { x: tf.randomNormal([4, 5], 0, 1, 'float32', 3), y };
    const centre = subject.logits(batch);
    expect(centre).toHaveLength(3);
    const value = tf.tidy(() => subject.gradients(batch, centre).loss.dataSync()[0]);
    // Uniform over 3 classes, over 2, and over 3 again.
    expect(value).toBeCloseTo(2 * Math.log(3) + Math.log(2), 5);
  });

  it('refuses a loss that is not a scalar', () => {
    const model = tf.sequential({ layers: [dense({ units: 3, inputShape: [5] })] });
    const definition = defineModel({ build: () => model, loss: (y: Tensor, p: Tensor) => tf.sub(y, p) });
    const subject = new Trainee(model, definition);
    expect(() => tf.tidy(() => subject.gradients(batchOf(5, 3)))).toThrow(
      /scalar tensor, got a tensor of shape \[4, 3\]/,
    );
  });

  it('refuses a softmax output under a loss on logits', () => {
    const model = tf.sequential({ layers: [dense({ units: 3, inputShape: [5], activation: 'softmax' })] });
    expect(() => new Trainee(model, defineModel({ build: () => model, loss: 'softmaxCrossEntropy' }))).toThrow(
      /expected logits under the loss softmaxCrossEntropy/,
    );
  });
});

describe('Trainee.snapshot', () => {
  it('brings back exact values after an update', () => {
    const model = tf.sequential({ layers: [dense({ units: 3, inputShape: [5] })] });
    const subject = new Trainee(model, defineModel({ build: () => model }));
    const values = () => subject.parameters.map(({ variable }) => [...variable.dataSync()]);
    const before = values();
    const snapshot = subject.snapshot();
    tf.tidy(() => tf.train.sgd(1).applyGradients(subject.gradients(batchOf(5, 3)).gradients));
    expect(values()).not.toEqual(before);
    subject.restore(snapshot);
    disposeSnapshot(snapshot);
    expect(values()).toEqual(before);
  });
});
