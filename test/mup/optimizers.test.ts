import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type Variable } from '../../src/engine/tf.js';
import { adagrad, adam, adamW, rmsprop, sgd } from '../../src/mup/optimizers.js';
import { namedParameters } from '../../src/mup/parameters.js';
import { parametrize } from '../../src/mup/parametrize.js';
import {
  BASE,
  bottleneck,
  build,
  largestGap,
  loss,
  mlp,
  multipliers,
  PLAIN,
  train,
  values,
  variableName,
} from './small-mlp.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const norm = (x: ArrayLike<number> | undefined) => Math.hypot(...Array.from(x ?? []));

describe('sgd', () => {
  it('gives input and vectors rate m, hidden 1, readout 1/m, finite parameters 1', () => {
    const model = build(32);
    expect(multipliers(model, sgd(model, { learningRate: 0.1 }))).toEqual([8, 8, 1, 1 / 8, 1]);
  });

  it('takes fan-out over fan-in at a hidden matrix whose sides grow differently', () => {
    const model = parametrize(bottleneck, { width: 32, baseWidth: BASE });
    expect(multipliers(model, sgd(model, { learningRate: 0.1 }))).toEqual([8, 8, 1 / 2, 1 / 4, 1]);
    expect(multipliers(model, adam(model, { learningRate: 0.1 }))).toEqual([1, 1, 1 / 8, 1 / 4, 1]);
  });

  it.each([
    ['plain', {}, () => tf.train.sgd(0.1)],
    ['momentum', { momentum: 0.9 }, () => tf.train.momentum(0.1, 0.9)],
    ['nesterov', { momentum: 0.9, nesterov: true }, () => tf.train.momentum(0.1, 0.9, true)],
  ])('equals TF.js bit for bit at base width and in sp, %s', (_, options, plain) => {
    for (const [where, width, parametrization] of PLAIN) {
      const model = build(width, parametrization);
      const ours = train(model, sgd(model, { learningRate: 0.1, ...options }));
      expect(ours, where).toEqual(train(build(width, parametrization), plain()));
    }
  });

  it('keeps rate × decay the same for every variable', () => {
    const model = build(32);
    const optimizer = sgd(model, { learningRate: 0.1, weightDecay: 0.01 });
    const decay = (parameter: string) => optimizer.effectiveWeightDecay(variableName(model, parameter));
    // The `mup` package: rate 8 · 0.1 and decay 0.01 / 8 where the rate is multiplied by 8.
    expect(['dense_1/kernel', 'dense_2/kernel', 'dense_3/kernel'].map(decay)).toEqual([0.01 / 8, 0.01, 0.08]);
  });

  it('lets momentum remember the decay, as L2 regularisation does', () => {
    const model = build(BASE);
    const kernel = namedParameters(model)[0]?.variable;
    const optimizer = sgd(model, { learningRate: 0.5, momentum: 0.9, weightDecay: 0.1 });
    const start = kernel?.dataSync()[0] ?? Number.NaN;
    const zero = tf.zeros(kernel?.shape ?? []);
    for (let step = 0; step < 2; step += 1) optimizer.applyGradients([{ name: kernel?.name ?? '', tensor: zero }]);
    // θ₁ = θ − 0.5 · 0.1θ = 0.95θ; momentum 0.9 · 0.1θ + 0.1 · 0.95θ = 0.185θ; θ₂ = 0.95θ − 0.5 · 0.185θ = 0.8575θ.
    expect((kernel?.dataSync()[0] ?? Number.NaN) / start).toBeCloseTo(0.8575, 6);
  });

  it('keeps the momentum of a variable whose gradient is missing in a step', () => {
    const model = build(BASE);
    const [kernel, bias] = namedParameters(model).map(({ variable }) => variable) as [Variable, Variable];
    const optimizer = sgd(model, { learningRate: 1, momentum: 0.5 });
    const of = (variable: Variable) => ({ name: variable.name, tensor: tf.onesLike(variable) });
    const first = (variable: Variable) => variable.dataSync()[0] ?? Number.NaN;
    const [kernelStart, biasStart] = [first(kernel), first(bias)];
    optimizer.applyGradients([of(kernel), of(bias)]);
    optimizer.applyGradients([of(bias)]);
    optimizer.applyGradients([of(kernel), of(bias)]);
    // Momenta 1, then 0.5 · 1 + 1 for the kernel; 1, 1.5, 1.75 for the bias.
    expect(kernelStart - first(kernel)).toBeCloseTo(1 + 1.5, 6);
    expect(biasStart - first(bias)).toBeCloseTo(1 + 1.5 + 1.75, 6);
  });
});

describe('adam', () => {
  it('gives hidden and readout rate 1/m, and all others 1', () => {
    const model = build(32);
    expect(multipliers(model, adam(model, { learningRate: 0.1 }))).toEqual([1, 1, 1 / 8, 1 / 8, 1]);
  });

  it.each(PLAIN)('equals TF.js bit for bit %s', (_, width, parametrization) => {
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

  it.each(PLAIN)('is a shrinking of every weight, then TF.js’s Adam, bit for bit %s', (_, width, parametrization) => {
    const [model, reference] = [build(width, parametrization), build(width, parametrization)];
    const plain = tf.train.adam(0.01);
    const kept = 1 - 0.01 * 0.5;
    for (let step = 0; step < 3; step += 1) {
      const { grads } = tf.variableGrads(() => loss(reference));
      for (const { variable } of namedParameters(reference)) variable.assign(tf.mul(variable, kept));
      plain.applyGradients(grads as never);
    }
    expect(train(model, adamW(model, { learningRate: 0.01, weightDecay: 0.5 }), 3)).toEqual(values(reference));
  });

  it('takes independent decay whole from every variable, whatever the rate, and lets it follow a change of rate', () => {
    const model = build(32);
    const optimizer = adamW(model, { learningRate: 1e-12, weightDecay: 0.25, independentWeightDecay: true });
    const start = values(model);
    const zeros = Object.fromEntries(
      namedParameters(model).map(({ variable }) => [variable.name, tf.zerosLike(variable)]),
    );
    optimizer.applyGradients(zeros);
    optimizer.learningRate /= 2;
    optimizer.applyGradients(zeros);
    // (1 − 0.25) · (1 − 0.25 / 2)
    const expected = start.map((w) => w * 0.75 * 0.875);
    expect(largestGap(values(model), expected)).toBeLessThan(1e-7);
    for (const { variable } of namedParameters(model)) expect(optimizer.effectiveWeightDecay(variable.name)).toBe(0.25);
  });
});

describe.each([
  ['rmsprop', rmsprop, () => tf.train.rmsprop(0.01)],
  ['adagrad', adagrad, () => tf.train.adagrad(0.01)],
] as const)('%s', (name, make, plain) => {
  it.each(PLAIN)('equals TF.js bit for bit %s', (_, width, parametrization) => {
    const model = build(width, parametrization);
    expect(train(model, make(model, { learningRate: 0.01 }))).toEqual(train(build(width, parametrization), plain()));
  });

  it('gives hidden and readout rate 1/m, and all others 1', () => {
    const model = build(32);
    expect(multipliers(model, make(model, { learningRate: 0.1 }))).toEqual([1, 1, 1 / 8, 1 / 8, 1]);
  });

  it('lets its constant follow the squared gradient: 1/m² upstream, 1 at the readout', () => {
    // A constant far above every g² turns the first step into rate · g / √constant.
    const large = name === 'rmsprop' ? { epsilon: 1e6 } : { initialAccumulatorValue: 1e6 };
    const updates = (scale: boolean) => {
      const model = build(32);
      const before = model.getWeights().map((w) => w.dataSync().slice());
      const options = { learningRate: 1e3, ...large, scaleEpsilon: scale, scaleAccumulator: scale };
      train(model, make(model, options), 1);
      return model.getWeights().map((w, k) => w.dataSync().map((v, i) => v - (before[k]?.[i] ?? 0)));
    };
    const [scaledUpdates, plainUpdates] = [updates(true), updates(false)];
    const ratios = scaledUpdates.map((update, k) => norm(update) / norm(plainUpdates[k]));
    for (const [k, expected] of [8, 8, 8, 8, 1, 1].entries()) expect((ratios[k] ?? 0) / expected).toBeCloseTo(1, 1);
  });
});
