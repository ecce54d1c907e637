import { createRequire } from 'node:module';
import path from 'node:path';
import { backendEngine } from './backend-engine.js';
import type { Engine } from './engine.js';
import { locate, probeNative, restoreRemovedUtil, type NativePackage, type NativeProbe } from './native-probe.js';
import { tf } from './tf.js';

/** The engines that run on TensorFlow's C library. */
export type NativeName = 'tfjs-node-gpu' | 'tfjs-node';

/**
 * TF.js on TensorFlow's C library: `tfjs-node` on the CPU, `tfjs-node-gpu` on a CUDA GPU. Optional peers: coordcheck
 * never installs them.
 *
 * Available only where a child process could load and use the package; `tfjs-node-gpu` also has to see a GPU, for
 * without one it is `tfjs-node` with a larger download. The finding is kept as long as this object.
 *
 * @param from - files from which the package is looked for: this package's own, then the project in the current folder
 */
export function nativeEngine(name: NativeName, from: readonly string[] = defaultPlaces()): Engine {
  const packageName: NativePackage = `@tensorflow/${name}`;
  let probe: Promise<NativeProbe> | undefined;
  return backendEngine({
    name,
    version: installedVersion(packageName, from),
    backendName: 'tensorflow',
    async available() {
      const finding = await (probe ??= probeNative(packageName, from));
      if (!finding.usable) return finding.reason;
      return name === 'tfjs-node' || finding.gpu || `${packageName} loads but sees no GPU`;
    },
    async load({ threads }) {
      // TensorFlow reads these once, when its library is loaded.
      process.env['TF_NUM_INTRAOP_THREADS'] ??= String(threads);
      process.env['TF_NUM_INTEROP_THREADS'] ??= '1';
      process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
      // Else the first process takes nearly all memory of the GPU and leaves none to the other workers.
      process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
      restoreRemovedUtil();
      createRequire(import.meta.url)(locate(packageName, from)!);
      await tf.ready();
    },
  });
}

function defaultPlaces(): string[] {
  return [import.meta.filename, path.join(process.cwd(), 'package.json')];
}

function installedVersion(name: NativePackage, from: readonly string[]): string {
  const manifest = locate(`${name}/package.json`, from);
  return manifest ? (createRequire(manifest)(manifest) as { version: string }).version : '';
}
