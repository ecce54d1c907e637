import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type Variable } from '../../src/engine/tf.js';
import { adam, sgd } from '../../src/mup/optimizers.js';
import { namedParameters } from '../../src/mup/parameters.js';
import { scaled } from '../../src/mup/scaled-optimizer.js';
import { build, largestGap, multipliers, PLAIN, train } from './small-mlp.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

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

  it('scales TF.js’s Adadelta as SGD, which it is: its update is rate · gradient', () => {
    const [adadelta, plain] = [build(4), build(4)];
    expect(train(adadelta, tf.train.adadelta(0.5))).toEqual(train(plain, tf.train.sgd(0.5)));
    const [a, b] = [build(32), build(32)];
    const gap = largestGap(train(a, scaled(tf.train.adadelta(0.1), a)), train(b, sgd(b, { learningRate: 0.1 })));
    expect(gap).toBeLessThan(1e-6);
  });

  it('asks for the family of a class it does not know', () => {
    const own = Object.assign(tf.train.sgd(1), { getClassName: () => 'Shampoo' });
    const model = build(32);
    expect(() => scaled(own, model)).toThrow(/got Shampoo/);
    expect(multipliers(model, scaled(own, model, { family: 'sgd' }))).toEqual([8, 8, 1, 1 / 8, 1]);
  });

  it('takes muon for an optimizer that orthogonalises every matrix: √m at the input, 1 hidden, 1/√m at the readout', () => {
    const model = build(64);
    const own = Object.assign(tf.train.sgd(1), { getClassName: () => 'Muon' });
    expect(multipliers(model, scaled(own, model))).toEqual([4, 1, 1, 1 / 4, 1]);
  });

  it.each(PLAIN)('is the optimizer itself, bit for bit %s', (_, width, parametrization) => {
    const model = build(width, parametrization);
    const plain = train(build(width, parametrization), tf.train.adamax(0.01));
    expect(train(model, scaled(tf.train.adamax(0.01), model))).toEqual(plain);
  });

  it('keeps a variable’s own momentum in TF.js’s optimizers, though another’s gradient is missing in a step', () => {
    const model = build(4);
    const [kernel, bias] = namedParameters(model).map(({ variable }) => variable) as [Variable, Variable];
    const optimizer = scaled(tf.train.momentum(1, 0.5), model);
    const start = bias.dataSync()[0] ?? Number.NaN;
    const of = (variable: Variable) => ({ name: variable.name, tensor: tf.onesLike(variable) });
    optimizer.applyGradients([of(kernel), of(bias)]);
    optimizer.applyGradients([of(bias)]);
    // Momenta 1 and 1.5.
    expect(start - (bias.dataSync()[0] ?? Number.NaN)).toBeCloseTo(2.5, 6);
  });
});
