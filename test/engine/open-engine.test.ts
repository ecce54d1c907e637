import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import type { EngineName } from '../../src/engine/engine.js';
import { fallbackNotice, listEngines, openEngine } from '../../src/engine/open-engine.js';
import { tf } from '../../src/engine/tf.js';

const threads = 1;
const versionOf = (name: string) =>
  (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;

describe('listEngines', () => {
  it('lists every engine in the order of preference, with versions and reasons', async () => {
    const list = await listEngines();
    expect(list.map(({ name }) => name)).toEqual(['tfjs-node-gpu', 'onnx', 'tfjs-node', 'wasm', 'cpu']);
    expect(list[1]).toEqual({ name: 'onnx', version: versionOf('onnxruntime-node'), available: true });
    expect(list[3]).toEqual({ name: 'wasm', version: versionOf('@tensorflow/tfjs-backend-wasm'), available: true });
    expect(list[4]).toEqual({ name: 'cpu', version: versionOf('@tensorflow/tfjs-backend-cpu'), available: true });
    for (const { available } of list) expect(available).not.toBe('');
  });
});

describe('openEngine', () => {
  it.each(['cpu', 'wasm', 'onnx'] as const)('makes %s the current backend', async (name) => {
    const engine = await openEngine(name, { threads });
    expect(engine.name).toBe(name);
    expect(tf.getBackend()).toBe(name);
  });

  it('takes with auto the first engine that is available', async () => {
    const first = (await listEngines()).find(({ available }) => available === true)!;
    const engine = await openEngine('auto', { threads });
    expect(engine.name).toBe(first.name);
  });

  it('throws ENGINE_UNAVAILABLE with the reason', async () => {
    await expect(openEngine('tfjs-node', { threads })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: 'engine tfjs-node cannot run here: the package @tensorflow/tfjs-node is not installed',
    });
    await expect(openEngine('webgl' as EngineName, { threads })).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});

describe('fallbackNotice', () => {
  it('is null where the engine that comes with coordcheck can run', async () => {
    expect(await fallbackNotice()).toBeNull();
  });
});

describe.each(['cpu', 'wasm', 'onnx'] as const)('Engine %s', (name) => {
  it('reads several tensors as float copies, whatever their type', async () => {
    const engine = await openEngine(name, { threads });
    const tensors = [tf.tensor1d([1.5]), tf.tensor1d([2, -3], 'int32'), tf.tensor1d([true, false]), tf.zeros([0])];
    const values = await engine.read(tensors);
    expect(values).toEqual([Float32Array.of(1.5), Float32Array.of(2, -3), Float32Array.of(1, 0), new Float32Array()]);
    values[0][0] = 7;
    expect((await engine.read(tensors))[0][0]).toBe(1.5);
    tf.dispose(tensors);
  });

  it('frees in a step all but what it returns', async () => {
    const engine = await openEngine(name, { threads });
    const before = engine.stats();
    const kept = engine.step(() => tf.ones([4]).add(1));
    expect(engine.stats().tensors).toBe(before.tensors + 1);
    expect(engine.stats().bytes).toBe(before.bytes + 16);
    kept.dispose();
  });

  it('starts again after it is disposed', async () => {
    const engine = await openEngine(name, { threads });
    await engine.dispose();
    const again = await openEngine(name, { threads });
    const sum = tf.tidy(() => tf.tensor1d([1, 2]).sum());
    expect(await again.read([sum])).toEqual([Float32Array.of(3)]);
    sum.dispose();
  });
});

describe('Engine wasm', () => {
  it('forwards a kernel that only cpu has and counts it', async () => {
    const engine = await openEngine('wasm', { threads });
    const before = engine.stats().forwarded['Einsum'] ?? 0;
    const product = tf.tidy(() => tf.einsum('ij,jk->ik', tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])));
    expect(await engine.read([product])).toEqual([Float32Array.of(11)]);
    expect(engine.stats().forwarded['Einsum']).toBe(before + 1);
    product.dispose();
  });

  it('throws OUT_OF_MEMORY where a tensor does not fit', async () => {
    const engine = await openEngine('wasm', { threads });
    const backend = tf.backend() as unknown as { makeOutput(shape: number[], dtype: string): unknown };
    // Reserved and never touched, so the machine's memory is not used.
    const gibibytes = (count: number) => {
      for (let i = 0; i < count; i++) backend.makeOutput([2 ** 28], 'float32');
    };
    expect(() => gibibytes(5)).toThrow(expect.objectContaining({ code: 'OUT_OF_MEMORY' }));
    await engine.dispose();
  });
});
