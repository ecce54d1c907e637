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

/** Gradient of Σ weight · tile(x), the weight 0, 1, 2, … in the tiled order. */
function gradient(x: Tensor, reps: number[]): Tensor {
  return tf.grad((y) => {
    const tiled = tf.tile(y, reps);
    return tf.sum(tf.mul(tiled, tf.reshape(tf.range(0, tiled.size), tiled.shape)));
  })(x);
}

describe('the gradient of tile', () => {
  it('sums what falls on every repetition', () => {
    // [0 1 | 2 3 | 4 5]: 0 + 2 + 4 and 1 + 3 + 5.
    expect(gradient(tf.ones([2]), [3]).arraySync()).toEqual([6, 9]);
    // Tiled [2, 4]: rows 0 1 2 3 and 4 5 6 7; each coordinate falls on columns i and i + 2 of both.
    expect(gradient(tf.ones([1, 2]), [2, 2]).arraySync()).toEqual([[0 + 2 + 4 + 6, 1 + 3 + 5 + 7]]);
  });

  it('has the shape of x at every rank, one repetition included', () => {
    for (const shape of [[3], [2, 1, 3], [1, 2, 1, 2], [2, 1, 1, 2, 3]]) {
      const dx = gradient(
        tf.ones(shape),
        shape.map((_, axis) => (axis % 2) + 1),
      );
      expect(dx.shape).toEqual(shape);
    }
  });

  it('takes as many kernels for 500 repetitions as for 2', () => {
    const kernels = (reps: number): number => {
      let count = 0;
      watchingKernels({ called: () => (count += 1) }, () => gradient(tf.ones([1, 4]), [reps, 1]));
      return count;
    };
    expect(kernels(500)).toBe(kernels(2));
  });
});
