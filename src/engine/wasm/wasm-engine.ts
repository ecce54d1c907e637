import { createRequire } from 'node:module';
import path from 'node:path';
import type * as TfWasm from '@tensorflow/tfjs-backend-wasm';
import { failure } from '../../errors.js';
import { detachedCpuBackend, loadCpuBackend, packageVersion } from '../cpu.js';
import { disposeBackend, backendEngine } from '../backend-engine.js';
import type { Engine } from '../engine.js';
import { forwardToCpu } from '../forward-to-cpu.js';
import { requireTfjs, tf } from '../tf.js';
import { installKernels } from './install-kernels.js';

const PACKAGE = '@tensorflow/tfjs-backend-wasm';

/**
 * Kernels that wasm has and that cannot be used: its gradients of conv3d are wrong (relative error 0.3 to 1), and its
 * multinomial draws other numbers than all other engines from the same seed.
 */
const UNUSABLE = ['Conv3DBackpropFilterV2', 'Conv3DBackpropInputV2', 'Multinomial'];

const forwarded: Record<string, number> = {};
let isPrepared = false;

/**
 * TF.js's WebAssembly backend with the kernels that training needs: portable, nothing to install, one thread (Node
 * has no threads for it, whatever is asked for).
 *
 * Throws CoordCheckError OUT_OF_MEMORY when tensors outgrow the 4 GiB of WebAssembly.
 */
export function wasmEngine(): Engine {
  return backendEngine({
    name: 'wasm',
    version: packageVersion(PACKAGE),
    backendName: 'wasm',
    available: async () => typeof WebAssembly === 'object' || 'this Node has no WebAssembly',
    load: async () => {
      if (!isPrepared) prepare();
      isPrepared = true;
    },
    started: () => refuseFailedAllocations(tf.backend() as TfWasm.BackendWasm),
    forwarded: () => ({ ...forwarded }),
    dispose: async () => disposeBackend('wasm'),
  });
}

/** Once a process: imports the backend and completes its kernels, before it starts, for starting sets them up. */
function prepare(): void {
  const { setWasmPaths } = requireTfjs(PACKAGE) as typeof TfWasm;
  loadCpuBackend();
  const folder = path.dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`));
  setWasmPaths(path.join(folder, 'wasm-out', path.sep));
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  installKernels();
  forwardToCpu({
    backendName: 'wasm',
    cpu: detachedCpuBackend(),
    unusable: UNUSABLE,
    count: (kernelName) => {
      forwarded[kernelName] = (forwarded[kernelName] ?? 0) + 1;
    },
  });
}

type Allocate = ((bytes: number) => number) & { refuses?: true };

/** When memory is full, malloc returns 0 and TF.js goes on to overwrite the start of wasm's memory. We throw. */
function refuseFailedAllocations(backend: TfWasm.BackendWasm): void {
  const heap = backend.wasm as unknown as Record<'_malloc', Allocate>;
  const { _malloc: allocate } = heap;
  if (allocate.refuses) return;
  const refusing: Allocate = (bytes) => {
    const address = allocate(bytes);
    if (address === 0 && bytes > 0) throw failure('OUT_OF_MEMORY', { engine: 'wasm', bytes, limit: '4 GiB' });
    return address;
  };
  refusing.refuses = true;
  Object.assign(heap, { _malloc: refusing });
}
