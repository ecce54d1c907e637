import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type Variable } from '../../src/engine/tf.js';
import { LionOptimizer } from '../../src/mup/lion.js';
import { lion } from '../../src/mup/optimizers.js';
import { BASE, build, multipliers, PLAIN, train, values } from './small-mlp.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const step = (optimizer: InstanceType<typeof tf.Optimizer>, variable: Variable, gradient: number[]) =>
  optimizer.applyGradients([{ name: variable.name, tensor: tf.tensor1d(gradient) }]);

describe('LionOptimizer', () => {
  it('takes hand-computed first steps: the sign of what momentum and gradient make together', () => {
    const variable = tf.variable(tf.tensor1d([1, 1, 1]));
    const optimizer = new LionOptimizer(0.25, { beta1: 0.5, beta2: 0.75 });
    step(optimizer, variable, [4, -1, 0]);
    // sign([2, -0.5, 0]); momentum [1, -0.25, 0].
    expect([...variable.dataSync()]).toEqual([0.75, 1.25, 1]);
    step(optimizer, variable, [-0.5, 1, 2]);
    // 0.5 · [1, -0.25, 0] + 0.5 · [-0.5, 1, 2] = [0.25, 0.375, 1]; momentum [0.625, 0.0625, 0.5].
    expect([...variable.dataSync()]).toEqual([0.5, 1, 0.75]);
    step(optimizer, variable, [-0.5, -0.25, -1]);
    // 0.5 · [0.625, 0.0625, 0.5] + 0.5 · [-0.5, -0.25, -1] = [0.0625, -0.09375, -0.25].
    expect([...variable.dataSync()]).toEqual([0.25, 1.25, 1]);
  });

  it('keeps the momentum of a variable whose gradient is missing in a step', () => {
    const [kept, other] = [tf.variable(tf.tensor1d([0])), tf.variable(tf.tensor1d([0]))];
    const optimizer = new LionOptimizer(1, { beta1: 0.9, beta2: 0.99 });
    step(optimizer, kept, [100]);
    step(optimizer, other, [-100]);
    // Momentum 1 for the first: 0.9 · 1 + 0.1 · (-5) > 0, so it still goes down.
    step(optimizer, kept, [-5]);
    expect([...kept.dataSync()]).toEqual([-2]);
  });

  it('frees its momentum', () => {
    const variable = tf.variable(tf.tensor1d([1]));
    const before = tf.memory().numTensors;
    const optimizer = new LionOptimizer(1, { beta1: 0.9, beta2: 0.99 });
    tf.tidy(() => step(optimizer, variable, [1]));
    expect(tf.memory().numTensors).toBe(before + 1);
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('lion', () => {
  it('gives hidden and readout rate 1/m, and all others 1', () => {
    const model = build(32);
    expect(multipliers(model, lion(model, { learningRate: 0.1 }))).toEqual([1, 1, 1 / 8, 1 / 8, 1]);
  });

  it.each(PLAIN)('is Lion as published, bit for bit %s', (_, width, parametrization) => {
    const model = build(width, parametrization);
    const plain = new LionOptimizer(0.01, { beta1: 0.9, beta2: 0.99 });
    expect(train(model, lion(model, { learningRate: 0.01 }))).toEqual(train(build(width, parametrization), plain));
  });

  it('multiplies every weight by 1 - rate · decay before its step', () => {
    const [model, plain] = [build(BASE), build(BASE)];
    const start = values(model);
    const decayed = train(model, lion(model, { learningRate: 0.125, weightDecay: 0.5 }), 1);
    const undecayed = train(plain, lion(plain, { learningRate: 0.125 }), 1);
    // Both take the same signs; what is left is 0.125 · 0.5 of the weight.
    const lost = decayed.map((w, i) => (undecayed[i] ?? Number.NaN) - w);
    for (const [i, loss] of lost.entries()) expect(loss).toBeCloseTo((start[i] ?? Number.NaN) / 16, 6);
  });
});
