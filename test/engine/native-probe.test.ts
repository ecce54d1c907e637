import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nativeEngine } from '../../src/engine/native.js';
import { locate, probeNative } from '../../src/engine/native-probe.js';

const NAME = '@tensorflow/tfjs-node';
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A project whose node_modules holds a package of that name with this main module; returns a file of the project. */
function project(main: string | undefined, name: string = NAME): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'coordcheck-native-')));
  folders.push(folder);
  if (main !== undefined) {
    const home = path.join(folder, 'node_modules', name);
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, 'package.json'), JSON.stringify({ name, version: '4.22.0', main: 'index.js' }));
    writeFileSync(path.join(home, 'index.js'), main);
  }
  return path.join(folder, 'model.ts');
}

/** A stand-in for the native package: it multiplies, and sees a GPU or not. */
const working = (gpu: boolean, product = 6) => `
  console.log('a line of its own');
  module.exports = {
    tensor2d: () => ({ matMul: () => ({ dataSync: () => [${product}] }) }),
    backend: () => ({ isUsingGpuDevice: ${gpu} }),
  };`;

/** Why a package with this main module cannot be used. */
const reasonFor = async (main: string | undefined) => {
  const finding = await probeNative(NAME, [project(main)]);
  return finding.usable ? 'usable' : finding.reason;
};

describe('locate', () => {
  it('gives the first place that sees the package', () => {
    const [without, having] = [project(undefined), project('')];
    expect(locate(NAME, [without, having])).toBe(path.join(path.dirname(having), 'node_modules', NAME, 'index.js'));
    expect(locate(NAME, [without])).toBeUndefined();
  });
});

describe('probeNative', () => {
  it('says that an absent package is not installed', async () => {
    expect(await reasonFor(undefined)).toBe(`the package ${NAME} is not installed`);
  });

  it('tells a package without its native addon', async () => {
    const main = `throw new Error('The Node.js native addon module (tfjs_binding.node) can not be found at path: x')`;
    expect(await reasonFor(main)).toContain('without its native addon');
  });

  it('hands on why a package does not load', async () => {
    const reason = await reasonFor(`throw new Error('GLIBC_9.9 not found\\nmore')`);
    expect(reason).toContain('does not load: GLIBC_9.9 not found');
    expect(reason).not.toContain('more');
  });

  it('survives a package that ends the process loading it', async () => {
    expect(await reasonFor(`process.kill(process.pid, 'SIGKILL')`)).toContain('ended by SIGKILL');
    expect(await reasonFor('process.exit(3)')).toContain('exited with code 3');
    expect(await reasonFor('process.exit(0)')).toContain('said nothing');
  });

  it('refuses a package that computes wrongly', async () => {
    expect(await reasonFor(working(false, 5))).toContain('2 · 3 came out as 5');
  });

  it('refuses a package that brings its own copy of TF.js', async () => {
    const file = project(working(false));
    const copy = path.join(path.dirname(file), 'node_modules/@tensorflow/tfjs-core');
    mkdirSync(copy);
    writeFileSync(path.join(copy, 'index.js'), '');
    const finding = await probeNative(NAME, [file]);
    expect(finding).toMatchObject({ usable: false, reason: expect.stringContaining('second copy of TF.js') });
  });

  it('gives a loading package the functions that newer Nodes removed', async () => {
    const main = `if (!require('util').isNullOrUndefined(null) || !require('util').isArray([])) throw new Error();`;
    expect(await probeNative(NAME, [project(main + working(false))])).toEqual({ usable: true, gpu: false });
  });

  it('leaves the memory of a GPU to others', async () => {
    const main = `if (process.env.TF_FORCE_GPU_ALLOW_GROWTH !== 'true') throw new Error('takes all');`;
    expect(await probeNative(NAME, [project(main + working(true))])).toEqual({ usable: true, gpu: true });
  });

  it.each([true, false])('reports whether a working package sees a GPU: %j', async (gpu) => {
    expect(await probeNative(NAME, [project(working(gpu))])).toEqual({ usable: true, gpu });
  });
});

describe('nativeEngine', () => {
  it('is available where the package works, with its version', async () => {
    const engine = nativeEngine('tfjs-node', [project(working(false))]);
    expect(engine.version).toBe('4.22.0');
    expect(await engine.available()).toBe(true);
  });

  it('needs a GPU under the name tfjs-node-gpu', async () => {
    const name = '@tensorflow/tfjs-node-gpu';
    expect(await nativeEngine('tfjs-node-gpu', [project(working(true), name)]).available()).toBe(true);
    expect(await nativeEngine('tfjs-node-gpu', [project(working(false), name)]).available()).toContain('sees no GPU');
  });

  it('throws ENGINE_UNAVAILABLE when it is started and absent', async () => {
    const engine = nativeEngine('tfjs-node', [project(undefined)]);
    expect(engine.version).toBe('');
    await expect(engine.start({ threads: 1 })).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});
