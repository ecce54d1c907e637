import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type LayersModel, type Optimizer, type Scalar } from '../../src/engine/tf.js';
import { adam, adamW, scaled, sgd, type MupOptimizer } from '../../src/mup/optimizers.js';
import { namedParameters } from '../../src/mup/parameters.js';
import { parametrize } from '../../src/mup/parametrize.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const BASE = 4;

const mlp = (width: number): LayersModel =>
  tf.sequential({
    layers: [
      tf.layers.dense({ units: width, inputShape: [5], activation: 'relu' }),
      tf.layers.dense({ units: width, activation: 'relu' }),
      tf.layers.dense({ units: 3 }),
    ],
  });

const build = (width: number, parametrization: 'mup' | 'sp' = 'mup') =>
  withSeededRandom('weights', () => parametrize(mlp, { width, baseWidth: BASE, parametrization }));

/** Trains on a fixed batch; the weights afterwards. */
function train(model: LayersModel, optimizer: Optimizer, steps = 4): number[] {
  for (let step = 0; step < steps; step += 1) optimizer.minimize(() => loss(model));
  return values(model);
}

function loss(model: LayersModel): Scalar {
  const x = tf.linspace(-1, 1, 30).reshape([6, 5]);
  const y = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'), 3);
  return tf.losses.softmaxCrossEntropy(y, model.apply(x) as never);
}

/** Effective over base rate, of the five roles, at width multiplier 8. */
function multipliers(model: LayersModel, optimizer: MupOptimizer): number[] {
  const roles = ['dense_1/kernel', 'dense_1/bias', 'dense_2/kernel', 'dense_3/kernel', 'dense_3/bias'];
  const variables = new Map(namedParameters(model).map((p) => [p.name, p.variable.name]));
  return roles.map((role) => optimizer.effectiveLearningRate(variables.get(role) ?? '') / optimizer.learningRate);
}

const values = (model: LayersModel) => model.getWeights().flatMap((w) => [...w.dataSync()]);
const norm = (x: ArrayLike<number> | undefined) => Math.hypot(...Array.from(x ?? []));
const largestGap = (a: number[], b: number[]) => Math.max(...a.map((v, i) => Math.abs(v - (b[i] ?? NaN))));

describe('sgd', () => {
  it('gives input and vectors rate m, hidden 1, readout 1/m, finite parameters 1', () => {
    const model = build(32);
    expect(multipliers(model, sgd(model, { learningRate: 0.1 }))).toEqual([8, 8, 1, 1 / 8, 1]);
  });

  it('takes fan-out over fan-in at a hidden matrix whose sides grow differently', () => {
    const bottleneck = (w: number) =>
      tf.sequential({
        layers: [
          tf.layers.dense({ units: w, inputShape: [5] }),
          tf.layers.dense({ units: w <= 2 * BASE ? w : w / 2 }),
          tf.layers.dense({ units: 3 }),
        ],
      });
    const model = parametrize(bottleneck, { width: 32, baseWidth: BASE });
    expect(multipliers(model, sgd(model, { learningRate: 0.1 }))).toEqual([8, 8, 1 / 2, 1 / 4, 1]);
    expect(multipliers(model, adam(model, { learningRate: 0.1 }))).toEqual([1, 1, 1 / 8, 1 / 4, 1]);
  });

  it.each([
    ['plain', {}, () => tf.train.sgd(0.1)],
    ['momentum', { momentum: 0.9 }, () => tf.train.momentum(0.1, 0.9)],
    ['nesterov', { momentum: 0.9, nesterov: true }, () => tf.train.momentum(0.1, 0.9, true)],
  ])('equals TF.js bit for bit at base width, %s', (_, options, plain) => {
    const model = build(BASE);
    expect(train(model, sgd(model, { learningRate: 0.1, ...options }))).toEqual(train(build(BASE), plain()));
  });
});

describe('adam', () => {
  it('gives hidden and readout rate 1/m, and all others 1', () => {
    const model = build(32);
    expect(multipliers(model, adam(model, { learningRate: 0.1 }))).toEqual([1, 1, 1 / 8, 1 / 8, 1]);
  });

  it.each([
    ['at base width', BASE, 'mup'],
    ['in sp', 32, 'sp'],
  ] as const)('equals TF.js bit for bit %s', (_, width, parametrization) => {
    const model = build(width, parametrization);
    const plain = train(build(width, parametrization), tf.train.adam(0.01));
    expect(train(model, adam(model, { learningRate: 0.01 }))).toEqual(plain);
  });

  it('lets epsilon follow the gradient: 1/m upstream, 1 at the readout', () => {
    // An epsilon far above every gradient turns Adam's first step into rate · gradient / epsilon.
    const epsilon = 1e3;
    const updates = (scaleEpsilon: boolean) => {
      const model = build(32);
      const before = model.getWeights().map((w) => w.dataSync().slice());
      train(model, adam(model, { learningRate: 1, epsilon, scaleEpsilon }), 1);
      return model.getWeights().map((w, k) => w.dataSync().map((v, i) => v - (before[k]?.[i] ?? 0)));
    };
    const [scaledUpdates, plain] = [updates(true), updates(false)];
    const ratios = scaledUpdates.map((update, k) => norm(update) / norm(plain[k]));
    for (const [k, expected] of [8, 8, 8, 8, 1, 1].entries()) expect((ratios[k] ?? 0) / expected).toBeCloseTo(1, 1);
  });

  it('keeps the groups scaled when a schedule sets its rate', () => {
    const [model, reference] = [build(32), build(32)];
    const optimizer = adam(model, { learningRate: 1 });
    optimizer.learningRate = 0.01;
    expect(train(model, optimizer)).toEqual(train(reference, adam(reference, { learningRate: 0.01 })));
    expect(multipliers(model, optimizer)).toEqual([1, 1, 1 / 8, 1 / 8, 1]);
  });

  it('takes gradients as a list in any order, and some of them missing', () => {
    const [model, reference] = [build(32), build(32)];
    const [optimizer, plain] = [adam(model, { learningRate: 0.01 }), adam(reference, { learningRate: 0.01 })];
    for (let step = 0; step < 3; step += 1) {
      const { grads } = tf.variableGrads(() => loss(model));
      const list = Object.entries(grads).map(([name, tensor]) => ({ name, tensor }));
      optimizer.applyGradients(step % 2 === 0 ? list : list.toReversed());
      plain.minimize(() => loss(reference));
    }
    expect(values(model)).toEqual(values(reference));
    expect(() => optimizer.applyGradients([])).not.toThrow();
  });

  it('is a tf.Optimizer of class Adam that a model compiles and trains with, and frees what it made', async () => {
    const before = tf.memory().numTensors;
    const model = build(8);
    const optimizer = adam(model, { learningRate: 0.01 });
    expect(optimizer).toBeInstanceOf(tf.Optimizer);
    expect(optimizer.getClassName()).toBe('Adam');
    model.compile({ optimizer: optimizer, loss: 'meanSquaredError' });
    const [x, y] = [tf.ones([4, 5]), tf.zeros([4, 3])];
    await model.trainOnBatch(x, y);
    await model.trainOnBatch(x, y);
    expect(optimizer.iterations).toBe(2);
    optimizer.dispose();
    tf.dispose([x, y]);
    model.dispose();
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(0);
  });

  it('refuses a model without base shapes', () =>
    expect(() => adam(mlp(8), { learningRate: 1 })).toThrow(/never parametrized/));
});

describe('adamW', () => {
  it('keeps rate × decay the same for every variable', () => {
    const model = build(32);
    const optimizer = adamW(model, { learningRate: 0.1, weightDecay: 0.5 });
    for (const { variable } of namedParameters(model)) {
      const { name } = variable;
      expect(optimizer.effectiveLearningRate(name) * optimizer.effectiveWeightDecay(name)).toBeCloseTo(0.05, 12);
    }
    expect(optimizer.getClassName()).toBe('AdamW');
  });

  it('multiplies every weight by 1 - rate · decay before the step of Adam', () => {
    const model = build(32);
    const reference = build(32);
    for (const { variable } of namedParameters(reference)) variable.assign(tf.mul(variable, 0.95));
    const gradients = tf.variableGrads(() => loss(model)).grads;
    const renamed = namedParameters(model).map(({ variable }, i) => ({
      name: namedParameters(reference)[i]?.variable.name ?? '',
      tensor: gradients[variable.name] as never,
    }));
    adamW(model, { learningRate: 0.1, weightDecay: 0.5 }).applyGradients(gradients);
    adam(reference, { learningRate: 0.1 }).applyGradients(renamed);
    expect(largestGap(values(model), values(reference))).toBeLessThan(1e-6);
  });
});

describe('scaled', () => {
  it('equals sgd to rounding, with and without momentum', () => {
    for (const momentum of [0, 0.9]) {
      const [a, b] = [build(32), build(32)];
      const inner = momentum === 0 ? tf.train.sgd(0.1) : tf.train.momentum(0.1, momentum);
      const gap = largestGap(train(a, scaled(inner, a)), train(b, sgd(b, { learningRate: 0.1, momentum })));
      expect(gap).toBeLessThan(1e-6);
    }
  });

  it('equals adam to rounding where epsilon is not scaled', () => {
    const [a, b] = [build(32), build(32)];
    const options = { learningRate: 0.01, scaleEpsilon: false };
    expect(largestGap(train(a, scaled(tf.train.adam(0.01), a)), train(b, adam(b, options)))).toBeLessThan(1e-6);
  });

  it('shows the class and rate of the inner optimizer, and scales by its family', () => {
    const model = build(32);
    const optimizer = scaled(tf.train.adamax(0.5), model);
    expect([optimizer.getClassName(), optimizer.learningRate]).toEqual(['Adamax', 0.5]);
    expect(multipliers(model, optimizer)).toEqual([1, 1, 1 / 8, 1 / 8, 1]);
  });

  it('asks for the family of a class it does not know', () => {
    const own = Object.assign(tf.train.sgd(1), { getClassName: () => 'Shampoo' });
    const model = build(32);
    expect(() => scaled(own, model)).toThrow(/got Shampoo/);
    expect(multipliers(model, scaled(own, model, { family: 'sgd' }))).toEqual([8, 8, 1, 1 / 8, 1]);
  });
});
