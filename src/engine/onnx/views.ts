import type { KernelBackend, KernelFunc, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { tf } from '../tf.js';

const { util } = tf;

/** The shape under which a call shows its only input's data; null where it makes others. */
type View = (x: TensorInfo, attributes: NamedAttrMap) => number[] | null;

const VIEWS: Readonly<Record<string, View>> = {
  Identity: ({ shape }) => shape,
  Reshape: ({ shape }, { shape: wanted }) => util.inferFromImplicitShape(wanted as number[], util.sizeFromShape(shape)),
  ExpandDims: ({ shape }, { dim }) => {
    const place = (dim as number) < 0 ? (dim as number) + shape.length + 1 : (dim as number);
    return shape.toSpliced(place, 0, 1);
  },
  Cast: ({ shape, dtype }, { dtype: wanted }) => (dtype === wanted ? shape : null),
};

/**
 * Has a backend's kernels share data where they only show their input's: a third of the kernels of a training step, of
 * which TF.js's gradients are full. Nothing is recorded, for kernels take data under the shape of the tensor they are given.
 *
 * @param backendName - of the backend, which has all its kernels
 */
export function shareViews(backendName: string): void {
  for (const [kernelName, view] of Object.entries(VIEWS)) {
    const { kernelFunc } = tf.getKernel(kernelName, backendName);
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ kernelName, backendName, kernelFunc: sharing(view, kernelFunc) });
  }
}

function sharing(view: View, otherwise: KernelFunc): KernelFunc {
  return (call) => {
    const [x] = Object.values(call.inputs) as [TensorInfo];
    const shape = view(x, call.attrs ?? {});
    if (shape === null) return otherwise(call);
    (call.backend as KernelBackend).incRef(x.dataId);
    return { dataId: x.dataId, shape, dtype: x.dtype };
  };
}
