import { createRequire } from 'node:module';
import type { KernelBackend } from '@tensorflow/tfjs-core';
import { disposeBackend, backendEngine } from './backend-engine.js';
import type { Engine } from './engine.js';
import { requireTfjs, tf } from './tf.js';

/**
 * The plain JavaScript backend: slow (seconds a step), complete, and the reference other engines are held against.
 *
 * One thread, whatever is asked for; the same numbers on every machine.
 */
export function cpuEngine(): Engine {
  return backendEngine({
    name: 'cpu',
    version: packageVersion('@tensorflow/tfjs-backend-cpu'),
    backendName: 'cpu',
    available: async () => true,
    load: async () => loadCpuBackend(),
    started: () => silenceBanner(tf.backend()),
    dispose: async () => disposeBackend('cpu'),
  });
}

/** Registers backend `cpu` and its kernels with TF.js. */
export function loadCpuBackend(): void {
  requireTfjs('@tensorflow/tfjs-backend-cpu');
}

/** A cpu backend of its own, outside TF.js's registry of started backends, to run single kernels on. */
export function detachedCpuBackend(): KernelBackend {
  const backend = tf.findBackendFactory('cpu')() as KernelBackend;
  silenceBanner(backend);
  return backend;
}

/** The version a package's own package.json states. */
export function packageVersion(name: string): string {
  return (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;
}

/** On its first write the cpu backend advertises tfjs-node on the console; the report already names the engine. */
function silenceBanner(backend: KernelBackend): void {
  (backend as unknown as { firstUse: boolean }).firstUse = false;
}
