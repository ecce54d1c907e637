import { tf } from '../tf.js';
import { kernelOf, type Composition } from './composition.js';
import {
  conv2dBackpropFilter,
  conv2dBackpropInput,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
} from './convolution-gradients.js';
import { fused } from './fused.js';
import { byRows } from './long-sums.js';
import { batchMatMul } from './matrix-product.js';
import { maxPoolGrad } from './max-pool-gradient.js';
import { carryingNaN, clipByValue, relu6 } from './not-a-number.js';
import { unsortedSegmentSum } from './unsorted-segment-sum.js';

/** Every kernel we write for wasm: because it lacks it, because its own is slow, wrong, or hides NaN. */
export const COMPOSED: Readonly<Record<string, Composition>> = {
  BatchMatMul: batchMatMul,
  _FusedMatMul: fused('BatchMatMul'),
  Conv2D: carryingNaN,
  FusedConv2D: fused('Conv2D'),
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
  DepthwiseConv2dNative: carryingNaN,
  FusedDepthwiseConv2D: fused('DepthwiseConv2dNative'),
  DepthwiseConv2dNativeBackpropFilter: depthwiseBackpropFilter,
  DepthwiseConv2dNativeBackpropInput: depthwiseBackpropInput,
  AvgPool: carryingNaN,
  ClipByValue: clipByValue,
  MaxPoolGrad: maxPoolGrad,
  Mean: byRows,
  Relu6: relu6,
  Sum: byRows,
  UnsortedSegmentSum: unsortedSegmentSum,
};

/** Registers {@link COMPOSED} for backend `wasm`, in place of the kernels of those names. To be called once. */
export function installKernels(): void {
  for (const [kernelName, composition] of Object.entries(COMPOSED)) {
    const original = tf.getKernel(kernelName, 'wasm');
    if (original) tf.unregisterKernel(kernelName, 'wasm');
    // The setup of the original binds the kernel inside wasm, which ours still calls.
    tf.registerKernel({
      ...original,
      kernelName,
      backendName: 'wasm',
      kernelFunc: kernelOf(composition, original?.kernelFunc),
    });
  }
}
