import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import type { LazyBackend } from '../../../src/engine/onnx/lazy-backend.js';
import { openEngine } from '../../../src/engine/open-engine.js';
import { tf, type Tensor } from '../../../src/engine/tf.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('onnx', { threads: 1 });
});
afterAll(() => engine.dispose());

describe('a view', () => {
  it('shares data for as long as one of its tensors lives', async () => {
    const backend = tf.backend() as unknown as LazyBackend;
    const held = backend.numDataIds();
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const views = [tf.reshape(x, [3, -1]), tf.expandDims(x, -1), tf.clone(x), tf.cast(x, 'float32')];
    expect(views.map(({ shape }) => shape)).toEqual([
      [3, 2],
      [2, 3, 1],
      [2, 3],
      [2, 3],
    ]);
    expect(backend.refCount(x.dataId)).toBe(5);
    x.dispose();
    const product = tf.tidy(() => tf.matMul(tf.ones([1, 3]), views[0]).dataSync());
    expect([...product]).toEqual([9, 12]);
    tf.dispose(views);
    backend.flush();
    expect(backend.numDataIds()).toBe(held);
  });

  it('of text shares it, too', () => {
    const words = tf.reshape(tf.tensor1d(['a', 'b'], 'string'), [2, 1]);
    expect(words.dataSync()).toEqual(['a', 'b']);
  });

  it('has its own gradient, and that one’s', async () => {
    const f = (x: Tensor) =>
      tf.sum(
        tf.mul(tf.square(tf.reshape(tf.cast(x, 'float32'), [2, 2])), [
          [1, 2],
          [3, 4],
        ]),
      );
    const x = tf.tensor1d([1, 2, 3, 4]);
    const [first, second] = await engine.read([tf.grad(f)(x), tf.grad((y) => tf.sum(tf.grad(f)(y)))(x)]);
    // Σ c x² → 2 c x → 2 c.
    expect([...first]).toEqual([2, 8, 18, 32]);
    expect([...second]).toEqual([2, 4, 6, 8]);
  });

  it('of another size is refused', () => {
    expect(() => tf.reshape(tf.ones([2, 3]), [4])).toThrow('Size(6) must match the product of shape 4');
  });
});
