import { describe, expect, it } from 'vitest';
import { load, loadOrt, type Ort } from '../../../src/engine/onnx/ort.js';

/** A `require` that knows these modules alone. */
const requiring = (modules: Record<string, unknown>): NodeJS.Require =>
  ((name: string) => {
    if (name in modules) return modules[name];
    throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
  }) as NodeJS.Require;

const MANIFEST = { 'onnxruntime-node/package.json': { version: '9.9.9' } };
/** The package with this native session, or without one. */
const packageWith = (InferenceSession?: unknown) =>
  requiring({
    ...MANIFEST,
    'onnxruntime-node/dist/binding.js': { binding: { InferenceSession }, initOrt: () => {} },
  });

describe('load', () => {
  it('says that the package is missing, and what brings it', () => {
    expect(load(requiring({}))).toMatch(/onnxruntime-node is not installed.*ONNXRUNTIME_NODE_INSTALL=skip npm install/);
  });

  it('says that the package has no binary for this platform', () => {
    expect(load(requiring(MANIFEST))).toBe(
      "onnxruntime-node 9.9.9 does not load: Cannot find module 'onnxruntime-node/dist/binding.js'",
    );
  });

  it('says that its internals are others', () => {
    const asynchronous = class {
      load() {}
    };
    for (const session of [undefined, asynchronous]) {
      expect(load(packageWith(session))).toBe(
        'onnxruntime-node 9.9.9 has other internals than the version this engine was written for',
      );
    }
  });

  it('says that results do not arrive where they are told to', () => {
    const elsewhere = class {
      loadModel() {}
      run() {
        return Promise.resolve({});
      }
      dispose() {}
    };
    expect(load(packageWith(elsewhere))).toBe('onnxruntime-node 9.9.9 does not compute into the arrays it is given');
  });
});

const port = (name: string, size: number) => ({ name, type: 'float32', shape: [size] }) as const;
const operator = (op: string, inputs: string[], output: string) => {
  return { name: `${op} 1`, op, domain: '', inputs, outputs: [output], attributes: {} };
};

describe('Ort.session', () => {
  const ort = loadOrt() as Ort;

  it('computes into the arrays given, and gives none back', () => {
    const graph = {
      operators: [operator('Add', ['x', 'x'], 'y'), operator('Neg', ['y'], 'z')],
      constants: [],
      inputs: [port('x', 3)],
      outputs: [port('y', 3), port('z', 3)],
    };
    const session = ort.session(graph, { threads: 1 });
    const [y, z] = [new Float32Array(3), new Float32Array(3)];
    const x = ort.tensor('float32', Float32Array.of(1, -2, 0.5), [3]);
    const results = { y: ort.tensor('float32', y, [3]), z: ort.tensor('float32', z, [3]) };
    expect(session.run({ x }, results)).toBeUndefined();
    expect([y, z]).toEqual([Float32Array.of(2, -4, 1), Float32Array.of(-2, 4, -1)]);
    session.dispose();
  });

  it('throws what goes wrong while it computes', () => {
    const reshape = operator('Reshape', ['x', 's'], 'y');
    const graph = {
      operators: [reshape],
      constants: [],
      inputs: [port('x', 3), { name: 's', type: 'int64', shape: [1] } as const],
      outputs: [port('y', 3)],
    };
    const session = ort.session(graph, { threads: 1 });
    const x = ort.tensor('float32', new Float32Array(3), [3]);
    const s = ort.tensor('int64', BigInt64Array.of(7n), [1]);
    const y = ort.tensor('float32', new Float32Array(3), [3]);
    expect(() => session.run({ x, s }, { y })).toThrow(/Reshape 1/);
    session.dispose();
  });
});
