import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type Tensor } from '../../src/engine/tf.js';
import { adam } from '../../src/mup/optimizers.js';
import { parametrize } from '../../src/mup/parametrize.js';
import { build, largestGap, loss, mlp, variableOf } from './small-mlp.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

/** Adam in double precision on one weight whose gradient takes in decay · weight, as PyTorch's documentation has it. */
function adamWithL2(
  start: number,
  gradients: readonly number[],
  o: { rate: number; decay: number; beta1: number; beta2: number; epsilon: number },
): number {
  let [weight, m, v] = [start, 0, 0];
  for (const [t, gradient] of gradients.entries()) {
    const g = gradient + o.decay * weight;
    m = o.beta1 * m + (1 - o.beta1) * g;
    v = o.beta2 * v + (1 - o.beta2) * g * g;
    const [mean, square] = [m / (1 - o.beta1 ** (t + 1)), v / (1 - o.beta2 ** (t + 1))];
    weight -= (o.rate * mean) / (Math.sqrt(square) + o.epsilon);
  }
  return weight;
}

describe('RegularizedOptimizer under Adam', () => {
  it('takes in L2 as MuAdam does, with the decay times m where the rate is by m, remembered by both moments', () => {
    const model = build(32);
    const options = { learningRate: 0.1, epsilon: 0.01, scaleEpsilon: false, beta1: 0.5, beta2: 0.75 };
    // Input: rate 0.1, decay 0.25. Hidden, m = 8: rate 0.1 / 8, decay 0.25 · 8.
    for (const [name, rate, decay] of [
      ['dense_1/kernel', 0.1, 0.25],
      ['dense_2/kernel', 0.0125, 2],
    ] as const) {
      const variable = variableOf(model, name);
      const optimizer = adam(model, { ...options, weightDecay: 0.25 });
      expect(optimizer.effectiveWeightDecay(variable.name)).toBe(decay);
      const start = [...variable.dataSync()];
      const gradients = [0.5, -0.25, 0];
      for (const g of gradients)
        optimizer.applyGradients([{ name: variable.name, tensor: tf.fill(variable.shape, g) }]);
      const expected = start.map((w) => adamWithL2(w, gradients, { ...options, rate, decay }));
      expect(largestGap([...variable.dataSync()], expected)).toBeLessThan(1e-6);
    }
  });

  it('takes a first step by the hand-derived number under L2', () => {
    const model = build(32);
    const variable = variableOf(model, 'dense_2/kernel');
    variable.assign(tf.fill(variable.shape, 0.5));
    const optimizer = adam(model, { learningRate: 0.4, epsilon: 1, scaleEpsilon: false, weightDecay: 0.25 });
    optimizer.applyGradients([{ name: variable.name, tensor: tf.fill(variable.shape, 2) }]);
    // g = 2 + 8 · 0.25 · 0.5 = 3; the first step is rate · g / (|g| + ε) = 0.4 / 8 · 3 / 4.
    expect(variable.dataSync()[0]).toBeCloseTo(0.5 - 0.0375, 6);
  });

  it('takes over a hidden gradient as width grows, with the share m^(3/2), which is why adamW is there', () => {
    const size = (x: Tensor) => Math.sqrt(tf.mean(tf.square(x)).dataSync()[0] ?? Number.NaN);
    const share = (width: number) => {
      const model = withSeededRandom('share', () => parametrize(mlp, { width, baseWidth: 32 }));
      const variable = variableOf(model, 'dense_2/kernel');
      const gradient = tf.variableGrads(() => loss(model)).grads[variable.name];
      const decay = adam(model, { learningRate: 1, weightDecay: 1 }).effectiveWeightDecay(variable.name);
      return (decay * size(variable)) / size(gradient);
    };
    // m · m^-½ over m^-1. Of one seed, within a quarter.
    expect(Math.abs(Math.log2(share(256) / share(32)) / 3 - 1.5)).toBeLessThan(0.25);
  });
});
