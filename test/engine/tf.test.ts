import { beforeAll, describe, expect, it, vi } from 'vitest';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf } from '../../src/engine/tf.js';

beforeAll(async () => {
  await openEngine('cpu', { threads: 1 });
});

describe('tf', () => {
  it('holds core operations and layers in one object', () => {
    expect(tf.matMul).toBeTypeOf('function');
    expect(tf.layers.dense).toBeTypeOf('function');
    expect(tf.sequential).toBeTypeOf('function');
  });

  it('has every chained method that the package declares', () => {
    const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/package.json');
    const folder = path.join(path.dirname(manifest), 'dist/public/chained_ops');
    const declared = readdirSync(folder)
      .filter((file) => file.endsWith('.d.ts'))
      .flatMap((file) => [...readFileSync(path.join(folder, file), 'utf8').matchAll(/^ {8}(\w+)[<(]/gm)])
      .map((match) => match[1]);
    expect(declared.length).toBeGreaterThan(130);
    expect(declared.filter((name) => typeof Reflect.get(tf.Tensor.prototype, name) !== 'function')).toEqual([]);
  });

  it('writes no banner when the first tensor is made', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const engine = await openEngine('cpu', { threads: 1 });
    await engine.dispose();
    await openEngine('cpu', { threads: 1 });
    tf.tensor1d([1]).add(1).dispose();
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});

describe('chained methods', () => {
  it('pass their arguments on in the operation’s order', () => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    expect(x.matMul(x, true).arraySync()).toEqual(tf.matMul(x, x, true).arraySync());
    expect(x.sum(1, true).arraySync()).toEqual([[3], [7]]);
    expect(x.sub(1).pow(2).arraySync()).toEqual([
      [0, 1],
      [4, 9],
    ]);
  });

  it('reshape and cast by their irregular names', () => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    expect(x.flatten().shape).toEqual([4]);
    expect(x.as1D().shape).toEqual([4]);
    expect(x.as2D(1, 4).shape).toEqual([1, 4]);
    expect(x.as3D(1, 2, 2).shape).toEqual([1, 2, 2]);
    expect(x.as4D(1, 2, 2, 1).shape).toEqual([1, 2, 2, 1]);
    expect(x.reshapeAs(tf.zeros([4, 1])).shape).toEqual([4, 1]);
    expect([x.toInt().dtype, x.toBool().dtype, x.toInt().toFloat().dtype, x.asType('int32').dtype]).toEqual([
      'int32',
      'bool',
      'float32',
      'int32',
    ]);
    expect(x.sum().reshape([1, 1]).asScalar().shape).toEqual([]);
    expect(() => x.asScalar()).toThrow('one element');
  });

  it('join the tensor in front of one or several others', () => {
    const [a, b, c] = [tf.tensor1d([1]), tf.tensor1d([2]), tf.tensor1d([3])];
    expect(a.concat(b).arraySync()).toEqual([1, 2]);
    expect(a.concat([b, c]).arraySync()).toEqual([1, 2, 3]);
    expect(a.stack([b, c], 1).arraySync()).toEqual([[1, 2, 3]]);
  });

  it('take the tensor where the condition holds', () => {
    const chosen = tf.tensor1d([1, 2]).where(tf.tensor1d([true, false]), tf.tensor1d([3, 4]));
    expect(chosen.arraySync()).toEqual([1, 4]);
  });

  it('throw on a disposed tensor', () => {
    const x = tf.tensor1d([1]);
    x.dispose();
    expect(() => x.add(1)).toThrow('disposed');
  });
});
