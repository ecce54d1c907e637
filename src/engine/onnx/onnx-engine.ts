import type { KernelFunc, NamedAttrMap } from '@tensorflow/tfjs-core';
import { detachedCpuBackend, loadCpuBackend } from '../cpu.js';
import { disposeBackend, backendEngine } from '../backend-engine.js';
import type { Engine } from '../engine.js';
import { forwardToCpu, onCpu } from '../forward-to-cpu.js';
import { tf } from '../tf.js';
import type { OnnxKernel } from './kernels/kernel.js';
import { KERNELS } from './kernels/kernels.js';
import { installLeanDispatch } from './lean-dispatch.js';
import { LazyBackend } from './lazy-backend.js';
import { LOG_SOFTMAX_KERNEL, replaceLogSoftmax } from './log-softmax.js';
import { loadOrt, ortVersion, type Ort } from './ort.js';
import { replaceUpdates, UPDATES } from './updates/updates.js';
import { shareViews } from './views.js';

const BACKEND = 'onnx';

const forwarded: Record<string, number> = {};
let isPrepared = false;
/** Of the backend that is made next. */
let threads = 1;

/**
 * TF.js on ONNX Runtime: kernels are recorded, and everything a step needs is computed in one compiled graph when its
 * first value is read. Weights live in memory of ours and are updated in place.
 *
 * Its library comes inside the npm package `onnxruntime-node`, an optional dependency; `available` says why where it
 * cannot be used. Kernels it lacks run on cpu and are counted.
 */
export function onnxEngine(): Engine {
  return backendEngine({
    name: 'onnx',
    version: ortVersion(),
    backendName: BACKEND,
    isLazy: true,
    available: async () => {
      const ort = loadOrt();
      return typeof ort === 'string' ? ort : true;
    },
    load: async (options) => {
      // A backend keeps the threads it was made with.
      if (options.threads !== threads) disposeBackend(BACKEND);
      ({ threads } = options);
      if (!isPrepared) prepare(loadOrt() as Ort);
      isPrepared = true;
    },
    settle: () => current().flush(),
    allocate: (size) => current().heap.draft(size),
    forwarded: () => ({ ...forwarded }),
    dispose: async () => disposeBackend(BACKEND),
  });
}

/** The backend while it is TF.js's current one. */
function current(): LazyBackend {
  return tf.backend() as unknown as LazyBackend;
}

/** Once a process: registers the backend and its kernels. */
function prepare(ort: Ort): void {
  loadCpuBackend();
  tf.registerBackend(BACKEND, () => new LazyBackend(ort, { threads }));
  const cpu = detachedCpuBackend();
  for (const [kernelName, kernel] of Object.entries(KERNELS)) {
    const fallback = tf.getKernel(kernelName, 'cpu');
    if (fallback === undefined) throw new Error(`TF.js knows no kernel ${kernelName}`);
    const forward = onCpu(fallback.kernelFunc, cpu);
    register(kernelName, kernel, (call) => {
      count(kernelName);
      return forward(call);
    });
  }
  forwardToCpu({ backendName: BACKEND, cpu, count });
  for (const [kernelName, kernel] of Object.entries({ ...UPDATES, ...LOG_SOFTMAX_KERNEL })) {
    register(kernelName, kernel, () => {
      throw new Error(`${kernelName} declined a call`);
    });
  }
  shareViews(BACKEND);
  replaceUpdates();
  replaceLogSoftmax();
  installLeanDispatch(BACKEND);
}

/** Registers a kernel that is recorded; `declined` computes the calls it has no operators for. */
function register(kernelName: string, kernel: OnnxKernel, declined: KernelFunc): void {
  const kernelFunc: KernelFunc = (call) => {
    const { inputs, attrs = NONE, backend } = call;
    return (backend as LazyBackend).record({ kernelName, kernel, inputs, attributes: attrs }) ?? declined(call);
  };
  tf.registerKernel({ kernelName, backendName: BACKEND, kernelFunc });
}

const NONE: NamedAttrMap = {};

function count(kernelName: string): void {
  forwarded[kernelName] = (forwarded[kernelName] ?? 0) + 1;
}
