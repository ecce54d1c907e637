import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type LayersModel, type Optimizer } from '../../src/engine/tf.js';
import { muon } from '../../src/mup/muon.js';
import { multiplyUpdates } from '../../src/mup/multiplied.js';
import { adagrad, adam, adamW, lion, rmsprop, sgd } from '../../src/mup/optimizers.js';
import { parametrize } from '../../src/mup/parametrize.js';
import { scaled } from '../../src/mup/scaled-optimizer.js';
import { schedule } from '../../src/mup/scheduled-optimizer.js';
import { schedules } from '../../src/mup/schedules.js';
import { build, largestGap, loss, train, values, variableOf } from './small-mlp.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const cosine = schedules.cosineDecay({ steps: 60, warmUpSteps: 5 });

const OPTIMIZERS: Record<string, (model: LayersModel) => Optimizer> = {
  sgd: (model) => sgd(model, { learningRate: 0.1 }),
  'sgd with momentum and L2': (model) => sgd(model, { learningRate: 0.01, momentum: 0.9, weightDecay: 0.1 }),
  'sgd with Nesterov': (model) => sgd(model, { learningRate: 0.01, momentum: 0.9, nesterov: true }),
  adam: (model) => adam(model, { learningRate: 0.01 }),
  'adam with L2': (model) => adam(model, { learningRate: 0.01, weightDecay: 0.1 }),
  adamW: (model) => adamW(model, { learningRate: 0.01, weightDecay: 0.1, independentWeightDecay: true }),
  rmsprop: (model) => rmsprop(model, { learningRate: 0.01, momentum: 0.5 }),
  adagrad: (model) => adagrad(model, { learningRate: 0.01 }),
  lion: (model) => lion(model, { learningRate: 0.001 }),
  muon: (model) => muon(model, { learningRate: 0.02, adam: { learningRate: 0.01 } }),
  'scaled momentum': (model) => scaled(tf.train.momentum(0.01, 0.9), model),
  'scaled adam': (model) => scaled(tf.train.adam(0.01), model),
  'scaled adadelta': (model) => scaled(tf.train.adadelta(0.1), model),
  'scaled sgd': (model) => scaled(tf.train.sgd(0.1), model),
  'multiplied adam': (model) =>
    multiplyUpdates(tf.train.adam(0.01), model, { '*bias': 2 }, { gradients: { 'dense_2/*': 3 } }),
  'scheduled adam': (model) => schedule(adam(model, { learningRate: 0.01 }), cosine),
  'scheduled muon': (model) => schedule(muon(model, { learningRate: 0.02, adam: { learningRate: 0.01 } }), cosine),
  'scheduled and scaled': (model) => schedule(scaled(tf.train.momentum(0.01, 0.9), model), cosine),
  'scheduled Adam of TF.js': () => schedule(tf.train.adam(0.01), cosine),
};

/** What has nothing to keep, or whose two means stay equal (TF.js's Adadelta), so that their ratio is 1. */
const STATELESS = new Set(['sgd', 'scaled sgd', 'scaled adadelta']);

type State = Awaited<ReturnType<Optimizer['getWeights']>>;

/** Through the bytes of a file, as `model.save` writes an optimizer's weights. */
async function throughFile(state: State): Promise<State> {
  const { data, specs } = await tf.io.encodeWeights(state);
  const read = tf.io.decodeWeights(data, specs);
  return Object.entries(read).map(([name, tensor]) => ({ name, tensor }));
}

/** A copy of a model, whose variables have other names. */
function copied(model: LayersModel): LayersModel {
  const copy = build(32);
  copy.setWeights(model.getWeights());
  return copy;
}

const caught = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error('nothing was thrown'),
    (error: Error) => error,
  );

describe('a saved optimizer', () => {
  it.each(Object.entries(OPTIMIZERS))('goes on exactly as one that was not interrupted, %s', async (name, make) => {
    const model = build(32);
    const optimizer = make(model);
    // Enough steps for a power of β to be rounded otherwise than the product.
    train(model, optimizer, 20);
    const [copy, other] = [copied(model), copied(model)];
    const restored = make(copy);
    await restored.setWeights(await throughFile(await optimizer.getWeights()));
    expect(restored.iterations).toBe(20);
    const expected = train(model, optimizer);
    expect(expected.every(Number.isFinite)).toBe(true);
    expect(train(copy, restored)).toEqual(expected);
    // And not as one that forgot.
    expect(largestGap(train(other, make(other)), expected) === 0).toBe(STATELESS.has(name));
  });

  it('goes on with centered RMSProp, whose gradients may not be 0', async () => {
    const [model, copy] = [build(8), build(8)];
    const make = (of: LayersModel) => rmsprop(of, { learningRate: 0.01, centered: true });
    const step = (of: LayersModel, optimizer: Optimizer, gradient: number) => {
      const { name, shape } = variableOf(of, 'dense_2/kernel');
      optimizer.applyGradients([{ name, tensor: tf.fill(shape, gradient) }]);
    };
    const [optimizer, restored] = [make(model), make(copy)];
    for (const gradient of [1, -2, 3]) step(model, optimizer, gradient);
    copy.setWeights(model.getWeights());
    await restored.setWeights(await throughFile(await optimizer.getWeights()));
    step(model, optimizer, -1);
    step(copy, restored, -1);
    expect(values(copy)).toEqual(values(model));
    expect(values(copy).every(Number.isFinite)).toBe(true);
  });

  it('goes on with shared layers, nested models, batch norm and a layer that is frozen', async () => {
    const net = (w: number): LayersModel => {
      const shared = tf.layers.dense({ units: w, activation: 'relu' });
      const inner = tf.sequential({
        layers: [tf.layers.dense({ units: w, inputShape: [w] }), tf.layers.batchNormalization(), tf.layers.reLU()],
      });
      const input = tf.input({ shape: [5] });
      const first = tf.layers.dense({ units: w, trainable: false }).apply(input);
      const last = inner.apply(shared.apply(inner.apply(shared.apply(first))));
      return tf.model({ inputs: input, outputs: tf.layers.dense({ units: 3 }).apply(last) as never });
    };
    const built = () => withSeededRandom('net', () => parametrize(net, { width: 16, baseWidth: 4 }));
    const [model, copy] = [built(), built()];
    for (const name of ['adam', 'muon'] as const) {
      const [optimizer, restored] = [OPTIMIZERS[name](model), OPTIMIZERS[name](copy)];
      train(model, optimizer);
      copy.setWeights(model.getWeights());
      await restored.setWeights(await throughFile(await optimizer.getWeights()));
      expect(train(copy, restored)).toEqual(train(model, optimizer));
    }
  });

  it('has the names that its parameters have in every run', async () => {
    const model = build(8);
    const optimizer = adam(model, { learningRate: 0.01 });
    expect((await optimizer.getWeights()).map(({ name }) => name)).toEqual(['iter']);
    train(model, optimizer, 1);
    const names = (await optimizer.getWeights()).map(({ name }) => name);
    expect(names).toHaveLength(1 + 2 * 6);
    expect(names[0]).toBe('iter');
    expect(names).toContain('dense_2/kernel/m');
    expect(names).toContain('dense_3/bias/v');
  });

  it('is read whatever its order, and drops what went before', async () => {
    const [model, reference] = [build(32), build(32)];
    const make = OPTIMIZERS['adam with L2'];
    const [used, plain] = [make(model), make(reference)];
    const [first, ...state] = await throughFile(await trained(reference, plain).getWeights());
    trained(model, used);
    model.setWeights(reference.getWeights());
    await used.setWeights([...[first].flatMap((iter) => iter ?? []), ...state.toReversed()]);
    expect(train(model, used)).toEqual(train(reference, plain));
  });

  it('keeps the state of a variable that is of no model', async () => {
    const model = build(8);
    const own = tf.variable(tf.scalar(1), true, 'temperature');
    const optimizer = adam(model, { learningRate: 0.01 });
    optimizer.applyGradients([{ name: own.name, tensor: tf.scalar(2) }]);
    const saved = await optimizer.getWeights();
    expect(saved.map(({ name }) => name)).toEqual(['iter', 'temperature/m', 'temperature/v']);
    await adam(model, { learningRate: 0.01 }).setWeights(saved);
    own.dispose();
    expect((await caught(adam(model, { learningRate: 0.01 }).setWeights(saved))).message).toMatch(
      /temperature\/m is of no variable that there is/,
    );
  });

  it('frees what it replaces', async () => {
    const model = build(8);
    const optimizers = [OPTIMIZERS['adam'](model), OPTIMIZERS['muon'](model), OPTIMIZERS['scaled momentum'](model)];
    for (const optimizer of optimizers) {
      tf.tidy(() => void train(model, optimizer, 1));
      const saved = await throughFile(await optimizer.getWeights());
      await optimizer.setWeights(saved);
      const before = tf.memory().numTensors;
      await optimizer.setWeights(saved);
      expect(tf.memory().numTensors, optimizer.getClassName()).toBe(before);
    }
  });
});

describe('setWeights', () => {
  const message = async (saved: Optimizer, restored: Optimizer) =>
    (await caught(restored.setWeights(await saved.getWeights()))).message;
  const adamOf = (width: number) => {
    const model = build(width);
    return trained(model, adam(model, { learningRate: 0.01 }));
  };

  it('refuses another width, another optimizer, and a state that is not whole', async () => {
    expect(await message(adamOf(8), adamOf(32))).toMatch(
      /saved state of Adam .* dense_1\/kernel\/m has the shape \[5, 8\], its variable \[5, 32\]/,
    );
    const model = build(8);
    expect(await message(adamOf(8), sgd(model, { learningRate: 1, momentum: 0.5 }))).toMatch(
      /of Momentum .*dense_1\/kernel\/m is nothing that it keeps/,
    );
    const saved = await adamOf(8).getWeights();
    const restored = adam(model, { learningRate: 0.01 });
    const kept = values(model);
    expect(
      (await caught(restored.setWeights(saved.filter(({ name }) => name !== 'dense_2/kernel/v')))).message,
    ).toMatch(/dense_2\/kernel\/v is missing/);
    expect((await caught(restored.setWeights(saved.slice(1)))).message).toMatch(/does not begin with iter/);
    expect((await caught(restored.setWeights([]))).message).toMatch(/does not begin with iter/);
    expect(restored.iterations).toBe(0);
    expect(values(model)).toEqual(kept);
  });

  it('says of an optimizer that TF.js cannot save that it cannot', async () => {
    const model = build(8);
    const optimizer = scaled(tf.train.adamax(0.01), model);
    expect((await caught(optimizer.getWeights())).message).toMatch(/state can be saved, got Adamax/);
    expect((await caught(optimizer.setWeights(await adamOf(8).getWeights()))).message).toMatch(/Adamax/);
  });

  it('hands its own state back to an optimizer of the user’s', async () => {
    const model = build(8);
    const seen: string[][] = [];
    const own = Object.assign(tf.train.sgd(0.1), {
      getWeights: async () => [
        { name: 'iter', tensor: tf.scalar(7) },
        { name: 'mine', tensor: tf.scalar(3) },
      ],
      setWeights: async (weights: State) => void seen.push(weights.map(({ name }) => name)),
    });
    const optimizer = scaled(own, model);
    const saved = await optimizer.getWeights();
    await optimizer.setWeights(saved);
    expect(seen).toEqual([['iter', 'mine']]);
    expect(variableOf(model, 'dense_1/kernel').isDisposed).toBe(false);
  });
});

function trained<O extends Optimizer>(model: LayersModel, optimizer: O): O {
  for (let step = 0; step < 3; step += 1) optimizer.minimize(() => loss(model));
  return optimizer;
}
