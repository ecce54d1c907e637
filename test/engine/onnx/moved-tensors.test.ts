import { expect, describe, it } from 'vitest';
import type { LazyBackend } from '../../../src/engine/onnx/lazy-backend.js';
import { openEngine } from '../../../src/engine/open-engine.js';
import { tf } from '../../../src/engine/tf.js';

describe('tensors that move between backends', () => {
  it('are taken over, given back, and taken again', async () => {
    const engine = await openEngine('onnx', { threads: 1 });
    const backend = tf.backend() as unknown as LazyBackend;
    const held = { bytes: backend.heap.bytes, ids: backend.numDataIds() };
    const x = tf.range(0, 100, 1, 'float32');
    const shared = x.reshape([10, 10]);
    expect(backend.refCount(x.dataId)).toBe(2);
    for (const factor of [1, 2]) {
      await tf.setBackend('cpu');
      const onCpu = tf.tidy(() => shared.add(factor));
      expect(backend.refCount(x.dataId)).toBe(0);
      expect(backend.numDataIds()).toBe(held.ids);
      await tf.setBackend('onnx');
      const sum = tf.tidy(() => tf.sum(tf.mul(onCpu, shared)));
      expect(backend.refCount(x.dataId)).toBe(2);
      // Σ (i + factor) · i, over i below 100.
      expect(await engine.read([sum])).toEqual([Float32Array.of(328_350 + factor * 4950)]);
      tf.dispose([onCpu, sum]);
    }
    x.dispose();
    expect(backend.refCount(shared.dataId)).toBe(1);
    expect((await engine.read([shared]))[0]).toEqual(Float32Array.from({ length: 100 }, (_, i) => i));
    shared.dispose();
    backend.flush();
    expect({ bytes: backend.heap.bytes, ids: backend.numDataIds() }).toEqual(held);
    await engine.dispose();
  });
});
