import type { Attribute, KernelFunc, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { tf } from '../tf.js';

/** A kernel's attributes, each of the type its author knows. */
export type Attributes = Record<string, unknown>;

/** A kernel of ours: made of the kernels wasm has and of loops over its heap, by means of the scope it is given. */
export type Composition<I extends string = string> = (
  scope: CompositionScope,
  inputs: Record<I, TensorInfo>,
  attributes: Attributes,
) => TensorInfo;

/**
 * One run of a composition: it runs kernels and allocates tensors, and whatever is not the result is freed at the end.
 *
 * Memory may move whenever something is allocated: take `values` after the last allocation, never before.
 */
export interface CompositionScope {
  /** Runs the kernel of this name, ours where we replaced it. */
  run(kernel: string, inputs: NamedTensorInfoMap, attributes?: Attributes): TensorInfo;
  /** Runs the wasm kernel that this composition replaces. */
  original(inputs: NamedTensorInfoMap, attributes: Attributes): TensorInfo;
  /** A new tensor whose values are not set. */
  allocate(shape: readonly number[], dtype?: 'float32' | 'int32' | 'bool'): TensorInfo;
  /** A tensor's values in wasm's memory itself: writing to them writes the tensor. */
  values(tensor: TensorInfo): Float32Array;
  /** Frees a temporary before the composition ends. */
  release(tensor: TensorInfo): void;
}

/** Turns a composition into what TF.js registers; `original` is the kernel it replaces, if there is one. */
export function kernelOf(composition: Composition, original?: KernelFunc): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const wasm = backend as BackendWasm;
    const temporaries = new Set<TensorInfo>();
    const track = (tensor: TensorInfo): TensorInfo => {
      temporaries.add(tensor);
      return tensor;
    };
    const call = (kernel: KernelFunc, inputs: NamedTensorInfoMap, attributes: Attributes): TensorInfo =>
      track(kernel({ inputs, attrs: attributes as NamedAttrMap, backend }) as TensorInfo);
    const result = composition(
      {
        run: (name, inputs, attributes = {}) => call(tf.getKernel(name, 'wasm').kernelFunc, inputs, attributes),
        original: (inputs, attributes) => call(original!, inputs, attributes),
        allocate: (shape, dtype = 'float32') => track(wasm.makeOutput([...shape], dtype)),
        values: (tensor) => wasm.typedArrayFromHeap(tensor) as Float32Array,
        release: (tensor) => {
          if (temporaries.delete(tensor)) wasm.disposeData(tensor.dataId);
        },
      },
      inputs as Record<string, TensorInfo>,
      attrs as Record<string, Attribute>,
    );
    freeAllBut(result, temporaries, wasm);
    return result;
  };
}

/** The same values under another shape of equal size; shares the memory and needs no freeing of its own. */
export function reshaped(tensor: TensorInfo, shape: readonly number[]): TensorInfo {
  return { ...tensor, shape: [...shape] };
}

function freeAllBut(result: TensorInfo, temporaries: Iterable<TensorInfo>, backend: BackendWasm): void {
  let owned = false;
  for (const { dataId } of temporaries) {
    if (!owned && dataId === result.dataId) owned = true;
    else backend.disposeData(dataId);
  }
  // The result is one of the inputs: TF.js frees both, so it must count as held twice.
  if (!owned) backend.incRef(result.dataId);
}
