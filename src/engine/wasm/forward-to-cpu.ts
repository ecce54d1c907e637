import type { KernelBackend, KernelConfig, KernelFunc, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { tf } from '../tf.js';

/** wasm's memory cannot hold complex numbers, and `Draw` needs a browser's canvas: these stay missing. */
const NOT_FORWARDED = new Set(['Complex', 'ComplexAbs', 'Real', 'Imag', 'FFT', 'IFFT', 'Draw']);

/**
 * Kernels that wasm has and that cannot be used: its gradients of conv3d are wrong (relative error 0.3 to 1), and its
 * multinomial draws other numbers than all other engines from the same seed.
 */
const UNUSABLE = new Set(['Conv3DBackpropFilterV2', 'Conv3DBackpropInputV2', 'Multinomial']);

/**
 * Gives wasm every kernel that only cpu has or only cpu has right: inputs are read, cpu's kernel runs, outputs are written back. Correct
 * and slow.
 *
 * @param cpu - a cpu backend of its own; holds nothing between calls
 * @param count - told the kernel's name at every call
 */
export function forwardToCpu(cpu: KernelBackend, count: (kernelName: string) => void): void {
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend('cpu')) {
    if (UNUSABLE.has(kernelName)) tf.unregisterKernel(kernelName, 'wasm');
    if (NOT_FORWARDED.has(kernelName) || tf.getKernel(kernelName, 'wasm')) continue;
    const forward = forwarded(kernelFunc, cpu);
    const counted: KernelFunc = (call) => {
      count(kernelName);
      return forward(call);
    };
    tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc: counted } satisfies KernelConfig);
  }
}

function forwarded(kernel: KernelFunc, cpu: KernelBackend): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const wasm = backend as BackendWasm;
    const there = Object.entries(inputs).flatMap(([name, x]) => (x ? [[name, copied(x, wasm, cpu)] as const] : []));
    // Kernels of any number of tensors get an array for their inputs and look at its length.
    const named = Object.assign(Array.isArray(inputs) ? [] : {}, Object.fromEntries(there)) as NamedTensorInfoMap;
    const results = kernel({ inputs: named, attrs, backend: cpu });
    const back = [results].flat().map((result) => copied(result, cpu, wasm));
    for (const { dataId } of [results].flat()) cpu.disposeData(dataId);
    for (const [, { dataId }] of there) cpu.disposeData(dataId);
    return Array.isArray(results) ? back : back[0]!;
  };
}

function copied({ dataId, shape, dtype }: TensorInfo, from: KernelBackend, to: KernelBackend): TensorInfo {
  return { dataId: to.write(from.readSync(dataId), shape, dtype), shape, dtype };
}
