import type { Rank, Tensor4D } from '@tensorflow/tfjs-core';
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

/** Shapes of the first outputs of all calls of a kernel, in order. */
function shapesOf(kernel: string, f: () => Tensor): number[][] {
  const shapes: number[][] = [];
  const called = (call: { kernelName: string }, [output]: readonly Tensor[]) => {
    if (call.kernelName === kernel) shapes.push(output?.shape ?? []);
  };
  tf.tidy(() => watchingKernels({ called }, f));
  return shapes;
}

describe('watchingKernels', () => {
  it('shows the kernels of a backward pass after those of its forward pass', () => {
    const w = tf.variable(tf.ones([5, 2]));
    const x = tf.ones([3, 5]);
    const step = () => tf.variableGrads(() => tf.sum(tf.matMul(x, w)), [w]).value;
    // The product, and the gradient xᵀ·dy.
    expect(shapesOf('BatchMatMul', step)).toEqual([
      [3, 2],
      [5, 2],
    ]);
  });

  it('shows the gradient kernels of a convolution', () => {
    const filter = tf.variable(tf.ones<Rank.R4>([3, 3, 1, 4]));
    const x = tf.ones<Rank.R4>([2, 6, 6, 1]);
    const step = () => tf.variableGrads(() => tf.sum(tf.conv2d(x, filter as Tensor4D, 1, 'same')), [filter]).value;
    expect(shapesOf('Conv2DBackpropFilter', step)).toEqual([[3, 3, 1, 4]]);
    expect(shapesOf('Conv2DBackpropInput', step)).toEqual([]);
  });
});
