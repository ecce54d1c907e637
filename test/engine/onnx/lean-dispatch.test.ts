import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import { watchingKernels } from '../../../src/engine/kernel-watch.js';
import type { LazyBackend } from '../../../src/engine/onnx/lazy-backend.js';
import { openEngine } from '../../../src/engine/open-engine.js';
import { tf, type Tensor } from '../../../src/engine/tf.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('onnx', { threads: 1 });
});
afterAll(() => engine.dispose());

const values = (x: Tensor): number[] => [...x.dataSync()];

/** Kernels that `f` calls. */
function kernelsOf(f: () => unknown): string[] {
  const names: string[] = [];
  watchingKernels({ called: ({ kernelName }) => names.push(kernelName) }, f);
  return names;
}

/** Kernels that `f` has the backend record, which nobody watches. */
function recordedBy(f: () => unknown): string[] {
  const backend = tf.backend() as unknown as LazyBackend;
  const names: string[] = [];
  const { record } = backend;
  backend.record = (call) => {
    names.push(call.kernelName);
    return record.call(backend, call);
  };
  f();
  backend.record = record;
  return names;
}

describe('a gradient', () => {
  it('copies nothing to keep it for the way back', () => {
    const names = kernelsOf(() => tf.tidy(() => tf.grad((x) => tf.sum(tf.square(tf.mul(x, x))))(tf.tensor1d([1, 2]))));
    expect(names).toContain('Square');
    expect(names).not.toContain('Identity');
  });

  it('finds what was saved though the model disposed it', () => {
    const f = (x: Tensor) => {
      const doubled = tf.mul(x, 2);
      const loss = tf.sum(tf.square(doubled));
      doubled.dispose();
      return loss;
    };
    // d(2x)²/dx = 8x.
    expect(values(tf.grad(f)(tf.tensor1d([1, -3])))).toEqual([8, -24]);
  });

  it('of a gradient goes through what was saved', () => {
    const cube = (x: Tensor) => tf.sum(tf.mul(tf.square(x), x));
    const second = tf.grad((x) => tf.sum(tf.grad(cube)(x)));
    // x³ → 3x² → 6x.
    expect(values(second(tf.tensor1d([1, 2, -0.5])))).toEqual([6, 12, -3]);
    // The inner gradient goes back through x², too, which the outer one recorded: (x³)′ = 3x², and 6x.
    const across = tf.grad((x) => {
      const squared = tf.square(x);
      return tf.sum(tf.grad((y) => tf.sum(tf.mul(squared, y)))(x));
    });
    expect(values(across(tf.tensor1d([1, 2])))).toEqual([6, 12]);
    const third = tf.grad((x) => tf.sum(second(x)));
    expect(values(third(tf.tensor1d([7])))).toEqual([6]);
  });

  it('of an own operation is what that says', () => {
    const tripled = tf.customGrad((x, save) => {
      const input = x as Tensor;
      (save as (tensors: Tensor[]) => void)([input]);
      return { value: tf.square(input), gradFunc: (dy, [saved]) => tf.mul(dy, tf.mul(saved, 3)) };
    });
    expect(values(tf.grad((x) => tf.sum(tripled(x)))(tf.tensor1d([2, 5])))).toEqual([6, 15]);
  });

  it('leaves no tensor behind', () => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const { numTensors, numBytes, numDataBuffers } = tf.memory();
    tf.tidy(() => void tf.valueAndGrad((y) => tf.mean(tf.softmax(tf.matMul(y, y))))(x));
    expect(tf.memory()).toMatchObject({ numTensors, numBytes, numDataBuffers });
    x.dispose();
  });
});

describe('a scope', () => {
  it('keeps what it returns and what was kept, and disposes all else', () => {
    const { numTensors } = tf.memory();
    const inner: Tensor[] = [];
    const outer = tf.tidy(() => {
      const returned = tf.tidy(() => {
        inner.push(tf.scalar(1), tf.keep(tf.scalar(2)));
        return tf.scalar(3);
      });
      inner.push(returned);
      const list = tf.tidy(() => ({ a: [tf.scalar(4)], b: tf.scalar(5) }));
      inner.push(list.b);
      return list.a[0];
    });
    expect(inner.map(({ isDisposed }) => isDisposed)).toEqual([true, false, true, true]);
    expect(values(outer)).toEqual([4]);
    expect(tf.memory().numTensors).toBe(numTensors + 2);
    tf.dispose([inner[1], outer]);
  });

  it('ends where its function throws', () => {
    const { numTensors } = tf.memory();
    const failing = () =>
      tf.tidy(() => {
        tf.add(tf.scalar(1), 1);
        throw new Error('in the middle');
      });
    expect(failing).toThrow('in the middle');
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(tf.engine().state.activeScope).toBeNull();
  });
});

describe('a kernel', () => {
  it('that fails or does not exist leaves gradients working', () => {
    const gradient = (f: (x: Tensor) => Tensor) => () => tf.grad(f)(tf.tensor1d([1, 2]));
    expect(gradient((x) => tf.matMul(x, x))).toThrow('Error in matMul: inner shapes (2) and (undefined)');
    expect(() => tf.engine().runKernel('NoSuchKernel', {})).toThrow(
      "Kernel 'NoSuchKernel' not registered for backend 'onnx'",
    );
    expect(tf.engine().state.kernelDepth).toBe(0);
    expect(values(gradient((x) => tf.sum(tf.square(x)))())).toEqual([2, 4]);
  });

  it('of several outputs gives a list, and is differentiated', () => {
    const [a, b] = tf.split(tf.tensor1d([1, 2, 3, 4]), 2);
    expect([values(a), values(b)]).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const f = (x: Tensor) => tf.sum(tf.mul(tf.split(x, 2)[1], 5));
    expect(values(tf.grad(f)(tf.tensor1d([1, 2, 3, 4])))).toEqual([0, 0, 5, 5]);
  });

  it('is seen by a profile', async () => {
    const { kernels } = await tf.profile(() => tf.square(tf.scalar(3)));
    expect(kernels.map(({ name }) => name)).toContain('Square');
  });
});

describe("a dense layer's product", () => {
  const a = () => tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const b = () => tf.tensor2d([5, 6, 7, 8, 9, 10], [2, 3]);
  const gradient = (options: { bias?: Tensor; activation?: 'linear' | 'relu'; transposeB?: boolean }) => {
    const right = options.transposeB === true ? tf.transpose(b()) : b();
    const f = (x: Tensor, y: Tensor) => tf.sum(tf.square(tf.fused.matMul({ a: x, b: y, ...options })));
    return tf.grads(f)([a(), right]).map(values);
  };

  it('is no more than a product, and a sum with its bias, where a gradient is taken', () => {
    const bias = tf.tensor1d([1, -200, 3]);
    const names = recordedBy(() => gradient({ bias }));
    expect(names).not.toContain('_FusedMatMul');
    expect(names.filter((name) => name === 'BatchMatMul')).toHaveLength(3);
    // y = ab + bias: [22, −176, 30 | 48, −146, 64]; ∂Σy²/∂a = 2y·bᵀ, ∂/∂b = 2aᵀ·y.
    const y = [
      [22, -176, 30],
      [48, -146, 64],
    ];
    const byA = y.flatMap(([p, q, r]) => [2 * (5 * p + 6 * q + 7 * r), 2 * (8 * p + 9 * q + 10 * r)]);
    const byB = [0, 1].flatMap((row) => [0, 1, 2].map((i) => 2 * ((1 + row) * y[0][i] + (3 + row) * y[1][i])));
    expect(gradient({ bias })).toEqual([byA, byB]);
  });

  it('is the same kernel for whoever watches, with a gradient and without', () => {
    expect(kernelsOf(() => gradient({}))).toContain('_FusedMatMul');
    expect(kernelsOf(() => tf.fused.matMul({ a: a(), b: b() }))).toContain('_FusedMatMul');
  });

  it('is what TF.js makes of it where it is transposed, activated, of more axes, or computed alone', () => {
    expect(gradient({ transposeB: true })[0]).toEqual(gradient({})[0]);
    expect(gradient({ activation: 'relu' })).toEqual(gradient({}));
    const batched = tf.fused.matMul({ a: tf.ones([2, 1, 2]), b: tf.ones([2, 2, 1]) });
    expect(values(batched)).toEqual([2, 2]);
    expect(kernelsOf(() => tf.fused.matMul({ a: a(), b: b(), activation: 'relu' }))).toContain('_FusedMatMul');
    expect(values(tf.fused.matMul({ a: a(), b: b(), bias: tf.tensor1d([-30, 0, 0]), activation: 'relu' }))).toEqual([
      0, 24, 27, 17, 54, 61,
    ]);
  });
});
