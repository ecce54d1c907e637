import type { KernelBackend, KernelConfig, KernelFunc, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import { tf } from './tf.js';

/** Other backends' memory cannot hold complex numbers, and `Draw` needs a browser's canvas: these stay missing. */
const NOT_FORWARDED = new Set(['Complex', 'ComplexAbs', 'Real', 'Imag', 'FFT', 'IFFT', 'Draw']);

/** Whose kernels are completed, and by what. */
export interface Forwarding {
  backendName: string;
  /** A cpu backend of its own; holds nothing between calls. */
  cpu: KernelBackend;
  /** Kernels the backend has and that cannot be used. */
  unusable?: readonly string[];
  /** Told the kernel's name at every call. */
  count(kernelName: string): void;
}

/**
 * Gives a backend every kernel that only cpu has or only cpu has right: inputs are read, cpu's kernel runs, outputs
 * are written back. Correct and slow.
 */
export function forwardToCpu({ backendName, cpu, unusable = [], count }: Forwarding): void {
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend('cpu')) {
    if (unusable.includes(kernelName)) tf.unregisterKernel(kernelName, backendName);
    if (NOT_FORWARDED.has(kernelName) || tf.getKernel(kernelName, backendName)) continue;
    const forward = onCpu(kernelFunc, cpu);
    const counted: KernelFunc = (call) => {
      count(kernelName);
      return forward(call);
    };
    tf.registerKernel({ kernelName, backendName, kernelFunc: counted } satisfies KernelConfig);
  }
}

/** A kernel of the cpu backend, for tensors of another one. */
export function onCpu(kernel: KernelFunc, cpu: KernelBackend): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const home = backend as KernelBackend;
    const there = Object.entries(inputs).flatMap(([name, x]) => (x ? [[name, copied(x, home, cpu)] as const] : []));
    // Kernels of any number of tensors get an array for their inputs and look at its length.
    const named = Object.assign(Array.isArray(inputs) ? [] : {}, Object.fromEntries(there)) as NamedTensorInfoMap;
    const results = kernel({ inputs: named, attrs, backend: cpu });
    const back = [results].flat().map((result) => copied(result, cpu, home));
    for (const { dataId } of [results].flat()) cpu.disposeData(dataId);
    for (const [, { dataId }] of there) cpu.disposeData(dataId);
    return Array.isArray(results) ? back : back[0]!;
  };
}

function copied({ dataId, shape, dtype }: TensorInfo, from: KernelBackend, to: KernelBackend): TensorInfo {
  return { dataId: to.write(from.readSync(dataId), shape, dtype), shape, dtype };
}
