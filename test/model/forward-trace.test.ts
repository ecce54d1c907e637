import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type Tensor, type Variable } from '../../src/engine/tf.js';
import { defineModel, type Model } from '../../src/model/definition.js';
import { tap } from '../../src/model/tap.js';
import { Trainee } from '../../src/model/trainee.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('onnx', { threads: 1 });
});
afterAll(() => engine.dispose());

const variable = (shape: number[], seed = 1) => tf.variable(tf.randomNormal(shape, 0, 1, 'float32', seed));

/** What a hand-written model's trace shows, uses by parameter name. */
function traced(parameters: Record<string, Variable>, apply: (x: Tensor) => Tensor, x: Tensor) {
  const model: Model = { parameters, apply };
  return tracedModel(model, x);
}

function tracedModel(model: Model, x: Tensor) {
  const trainee = new Trainee(model, defineModel({ build: () => model }));
  const { taps, uses, products } = trainee.trace({ x });
  const named = trainee.parameters.map(({ name, variable: v }) => [name, uses.get(v) ?? []] as const);
  return { trainee, taps, products, uses: Object.fromEntries(named) };
}

describe('Trainee.trace', () => {
  it('says which axes of a weight are summed over, whatever its layout, and what it is applied to', () => {
    const parameters = { a: variable([3, 5]), b: variable([4, 5]), bias: variable([4]) };
    const { uses } = traced(
      parameters,
      (x) => {
        const h = tap('h', tf.matMul(x, parameters.a));
        return tf.add(tf.matMul(tf.reshape(h, [-1, 5]), parameters.b, false, true), parameters.bias);
      },
      tf.ones([2, 3]),
    );
    expect(uses['a']).toMatchObject([{ kind: 'product', summed: [0], input: null }]);
    expect(uses['b']).toMatchObject([{ kind: 'product', summed: [1], input: 'h' }]);
    expect(uses['bias']).toMatchObject([{ kind: 'elementwise', summed: [] }]);
  });

  it('follows a weight through transposes, heads, slices and its own norm', () => {
    const parameters = { heads: variable([6, 6]), qkv: variable([6, 18]), normed: variable([6, 6]) };
    const { uses } = traced(
      parameters,
      (x) => {
        const rows = tf.transpose(tf.reshape(tf.transpose(parameters.heads), [2, 3, 6]), [2, 0, 1]);
        const y = tf.einsum('bi,ihd->bhd', x, rows);
        const z = tf.matMul(tf.reshape(y, [-1, 6]), tf.slice(parameters.qkv, [0, 6], [6, 6]));
        const w = tf.div(parameters.normed, tf.norm(parameters.normed));
        return tf.matMul(z, w);
      },
      tf.ones([2, 6]),
    );
    // rows[i, h, d] = headsᵀ[(h, d), i] → heads[i, (h, d)]: its first axis is summed.
    expect(uses['heads']).toMatchObject([{ kind: 'product', summed: [0] }]);
    expect(uses['qkv']).toMatchObject([{ kind: 'product', summed: [0] }]);
    expect(uses['normed']).toMatchObject([{ kind: 'product', summed: [0] }]);
    expect(uses['normed']?.[0]?.takings.size).toBe(2);
  });

  it('counts how often a weight is used, also where one taking serves several', () => {
    const parameters = { each: variable([4, 4]), once: variable([4, 4]) };
    const { uses } = traced(
      parameters,
      (x) => {
        const turned = tf.transpose(parameters.once);
        const block = (y: Tensor) => tf.matMul(tf.matMul(y, parameters.each), turned);
        return block(block(block(x)));
      },
      tf.ones([2, 4]),
    );
    expect(uses['each']).toMatchObject([{ kind: 'product', times: 3 }]);
    expect(uses['once']).toMatchObject([{ kind: 'product', times: 3 }]);
    expect([uses['each'], uses['once']].map((of) => of?.[0]?.takings.size)).toEqual([3, 1]);
  });

  it('sees both uses of a tied embedding, and changes one alone', () => {
    const table = variable([7, 4]);
    const { uses, trainee } = traced(
      { table },
      (x) => {
        const h = tap('h', tf.gather(table, tf.cast(x, 'int32')));
        return tap('logits', tf.matMul(tf.reshape(h, [-1, 4]), tf.transpose(table)));
      },
      tf.tensor1d([0, 3, 5], 'int32'),
    );
    const [lookup, readout] = uses['table'] ?? [];
    expect(lookup).toMatchObject({ kind: 'lookup', summed: [0] });
    expect(readout).toMatchObject({ kind: 'product', summed: [1], input: 'h' });
    const x = tf.tensor1d([0, 3, 5], 'int32');
    const before = trainee.probe({ x }).map(({ tensor }) => [...tensor.dataSync()]);
    const swap = { variable: table, takings: readout?.takings ?? new Set<number>(), value: tf.mul(table, 2) };
    const after = trainee.probe({ x }, swap).map(({ tensor }) => [...tensor.dataSync()]);
    expect(after[0]).toEqual(before[0]);
    expect(after[1]).toEqual(before[1]?.map((value) => 2 * value));
  });

  it('takes a depthwise kernel and a position table as elementwise, a convolution as a sum over space and channels', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [6, 6, 2], name: 'conv' }),
        tf.layers.depthwiseConv2d({ kernelSize: 3, name: 'depthwise' }),
        tf.layers.conv2dTranspose({ filters: 3, kernelSize: 2, name: 'up' }),
      ],
    });
    const { uses } = tracedModel(model, tf.ones([1, 6, 6, 2]));
    expect(uses['conv/kernel']).toMatchObject([{ kind: 'product', summed: [0, 1, 2], input: null }]);
    expect(uses['depthwise/depthwise_kernel']).toMatchObject([{ kind: 'elementwise', input: 'conv' }]);
    expect(uses['up/kernel']).toMatchObject([{ kind: 'product', summed: [0, 1, 3], input: 'depthwise' }]);
  });

  it('finds no use of what the batch never meets, nor in a penalty on the loss', () => {
    const parameters = { used: variable([3, 2]), unused: variable([3]) };
    const model: Model = { parameters, apply: (x: Tensor) => tf.matMul(x, parameters.used) };
    const objective = ({ batch }: { batch: { x: unknown } }) =>
      tf.add(tf.sum(model.apply(batch.x as never, { training: true }) as Tensor), tf.sum(tf.square(parameters.used)));
    const trainee = new Trainee(model, defineModel({ build: () => model, objective }));
    const { uses } = trainee.trace({ x: tf.ones([2, 3]) });
    expect(uses.get(parameters.used)).toHaveLength(1);
    expect(uses.get(parameters.unused)).toBeUndefined();
  });
});

describe('Trainee.trace of attention', () => {
  const attention = (scale: (q: Tensor, k: Tensor) => Tensor) => {
    const parameters = { q: variable([4, 8], 2), k: variable([4, 8], 3) };
    const apply = (x: Tensor) => {
      const [q, k] = [tf.matMul(x, parameters.q), tf.matMul(x, parameters.k)];
      return tf.matMul(tf.softmax(scale(q, k)), x);
    };
    return traced(parameters, apply, tf.randomNormal([3, 4], 0, 1, 'float32', 5));
  };

  it('says of a tapped logit how many terms it sums and by what it is scaled', () => {
    const { taps, products } = attention((q, k) => tap('logits', tf.mul(tf.matMul(q, k, false, true), 0.25)));
    expect(taps.map(({ name }) => name)).toEqual(['logits', 'output']);
    expect(products.get('logits')).toEqual({ ordinal: 0, summed: 8, factor: 0.25 });
    // The weighted sum over 3 positions is a product of activations, too, and no logit.
    expect(products.has('output')).toBe(false);
  });

  it('taps the scaled logits itself where no tap shows them, here, in later probes and in training passes', () => {
    const masked = (q: Tensor, k: Tensor) =>
      tf.add(tf.div(tf.matMul(tf.mul(q, 0.5), k, false, true), 2), tf.tensor2d([0, -9, -9, 0, 0, -9, 0, 0, 0], [3, 3]));
    const { taps, products, trainee } = attention(masked);
    expect(taps.map(({ name }) => name)).toEqual(['attention.logits', 'output']);
    expect(products.get('attention.logits')).toEqual({ ordinal: 0, summed: 8, factor: 0.25 });
    const x = tf.randomNormal([3, 4], 0, 1, 'float32', 5);
    const probed = trainee.probe({ x });
    expect(probed.map(({ name }) => name)).toEqual(['attention.logits', 'output']);
    const batch = { x, y: tf.zeros([3, 4]) };
    const { taps: trained, gradients } = trainee.tappedGradients(batch, (name) => name === 'attention.logits');
    expect(trained.map(({ name }) => name)).toEqual(['attention.logits', 'output']);
    for (const [i, { tensor }] of trained.entries()) {
      expect(tensor.dataSync()).toEqual(probed[i].tensor.dataSync());
    }
    expect(Object.keys(gradients)).toHaveLength(2);
    const { taps: others } = trainee.tappedGradients(batch, (name) => name === 'output');
    expect(
      others.map(({ name }) => name),
      'nobody wants them',
    ).toEqual(['output']);
  });

  it('taps the logits itself where only another tap of their name is wanted, which is numbered after them', () => {
    const { taps, trainee } = attention((q, k) => {
      tap('attention.logits', q);
      return tf.matMul(q, k, false, true);
    });
    expect(taps.map(({ name }) => name)).toEqual(['attention.logits#1', 'attention.logits#2', 'output']);
    const batch = { x: tf.randomNormal([3, 4], 0, 1, 'float32', 5), y: tf.zeros([3, 4]) };
    for (const wanted of ['attention.logits#1', 'attention.logits#2', 'attention.logits']) {
      const { taps: trained } = trainee.tappedGradients(batch, (name) => name === wanted);
      expect(trained.map(({ name }) => name)).toEqual(taps.map(({ name }) => name));
    }
  });

  it('takes no logits for attention that no softmax follows', () => {
    const w = variable([4, 4]);
    const { taps } = traced({ w }, (x) => tf.matMul(tf.matMul(x, w), x, false, true), tf.ones([3, 4]));
    expect(taps.map(({ name }) => name)).toEqual(['output']);
  });
});
