import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { watchingKernels } from '../../src/engine/kernel-watch.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type Tensor } from '../../src/engine/tf.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu', { threads: 1 });
});
afterAll(() => engine.dispose());

/** Gradient of Σ weight · reduced(x), the weight 1, 2, 3, … */
function gradient(reduce: (x: Tensor) => Tensor, shape: number[]): Tensor {
  return tf.grad((x) => {
    const reduced = reduce(x);
    return tf.sum(tf.mul(reduced, tf.reshape(tf.range(1, reduced.size + 1), reduced.shape)));
  })(tf.zeros(shape));
}

describe('the gradients of sum and mean', () => {
  it('give each coordinate the gradient of the sum it went into', () => {
    const rows = [
      [1, 1],
      [2, 2],
    ];
    const columns = [
      [1, 2],
      [1, 2],
    ];
    expect(gradient((x) => tf.sum(x, 1), [2, 2]).arraySync()).toEqual(rows);
    expect(gradient((x) => tf.sum(x, -1, true), [2, 2]).arraySync()).toEqual(rows);
    expect(gradient((x) => tf.sum(x, [0]), [2, 2]).arraySync()).toEqual(columns);
    expect(gradient((x) => tf.sum(x), [3]).arraySync()).toEqual([1, 1, 1]);
  });

  it('share a mean’s among the coordinates it averaged', () => {
    // Two columns averaged over four rows each: gradients 1 and 2, a quarter to every row.
    expect(gradient((x) => tf.mean(x, 0), [4, 2]).arraySync()).toEqual(Array.from({ length: 4 }, () => [0.25, 0.5]));
    expect(gradient((x) => tf.mean(x, [0, 1], true), [2, 4]).dataSync()).toEqual(new Float32Array(8).fill(0.125));
    expect(gradient((x) => tf.mean(x), [5]).dataSync()).toEqual(new Float32Array(5).fill(0.2));
  });

  it('have the backend make the ones', () => {
    const kernels: string[] = [];
    watchingKernels({ called: ({ kernelName }) => kernels.push(kernelName) }, () =>
      gradient((x) => tf.sum(x, 1), [4, 4]),
    );
    expect(kernels).toContain('Fill');
  });
});
