import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { watchingKernels } from '../../src/engine/kernel-watch.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type Tensor } from '../../src/engine/tf.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('onnx', { threads: 1 });
});
afterAll(() => engine.dispose());

const x = () => tf.tensor1d([0.25, 1, 4]);
const weighted = (f: (x: Tensor) => Tensor) => (y: Tensor) => tf.sum(tf.mul(f(y), [1, 2, 3]));
const values = (y: Tensor) => [...y.dataSync()];

describe('the gradient', () => {
  it('of a square is twice the number, and its own is two', () => {
    const f = weighted(tf.square);
    expect(values(tf.grad(f)(tf.tensor1d([-1, 0.5, 3])))).toEqual([-2, 2, 18]);
    expect(values(tf.grad((y) => tf.sum(tf.grad(f)(y)))(x()))).toEqual([2, 4, 6]);
    expect(values(tf.grad((y) => tf.sum(tf.square(tf.cast(y, 'int32'))))(tf.tensor1d([2.5])))).toEqual([4]);
  });

  it('of x⁻¹ᐟ² is −½ x⁻³ᐟ², and its own is ¾ x⁻⁵ᐟ²', () => {
    const f = weighted(tf.rsqrt);
    expect(values(tf.grad(f)(x()))).toEqual([-4, -1, -3 / 16]);
    expect(values(tf.grad((y) => tf.sum(tf.grad(f)(y)))(x()))).toEqual([24, 1.5, (3 * 3) / 4 / 32]);
    expect(values(tf.grad(f)(tf.tensor1d([0, 1, -1])))).toEqual([Number.NEGATIVE_INFINITY, -1, Number.NaN]);
    // x = 1e-26: −½ x⁻³ᐟ² = −5e38 is no float, times the gradient 1e-5 of x⁻¹ᐟ² it is one.
    const [small] = values(tf.grad((y) => tf.sum(tf.mul(tf.rsqrt(y), 1e-5)))(tf.tensor1d([1e-26])));
    expect(small / -5e33).toBeCloseTo(1, 4);
  });

  it('of a square that was summed doubles what comes back, not the square', () => {
    const recorded: string[] = [];
    const called = ({ kernelName, inputs }: { kernelName: string; inputs: readonly (readonly [string, Tensor])[] }) => {
      recorded.push(`${kernelName} ${inputs.map(([, { shape }]) => shape.join('×')).join(' ')}`);
    };
    watchingKernels({ called }, () => tf.grad((y) => tf.sum(tf.square(y), 1))(tf.ones([2, 3])));
    expect(recorded.slice(-2)).toEqual(['Multiply 2×3 ', 'Multiply 2×3 2×3']);
  });
});
