import type { TensorInfo } from '@tensorflow/tfjs-core';
import { FUSED_ACTIVATIONS } from '../fused-activations.js';
import type { Attributes, Composition, CompositionScope } from './composition.js';

type FusedInput = 'bias' | 'preluActivationWeights';

/**
 * A fused kernel (product or convolution, then bias, then activation), run as the three kernels it is made of.
 *
 * wasm's own fused kernels clamp while they multiply, and clamping turns NaN into 0: a diverged dense layer with
 * relu would look healthy. They also share the slow paths of the kernel they fuse.
 */
export const fused =
  (kernel: string): Composition =>
  (scope, inputs, attributes) => {
    const { bias, preluActivationWeights, ...operands } = inputs as Record<string, TensorInfo> &
      Partial<Record<FusedInput, TensorInfo>>;
    const product = scope.run(kernel, operands, attributes);
    const sum = bias ? scope.run('Add', { a: product, b: bias }) : product;
    return activated(scope, sum, attributes, preluActivationWeights);
  };

function activated(scope: CompositionScope, x: TensorInfo, attributes: Attributes, alpha?: TensorInfo): TensorInfo {
  const activation = attributes['activation'] as string;
  if (activation === 'linear') return x;
  const kernel = FUSED_ACTIVATIONS[activation];
  if (!kernel) throw new Error(`expected a fused activation that TF.js knows, got ${activation}`);
  if (activation === 'prelu') return scope.run(kernel, { x, alpha });
  // Read by LeakyRelu alone.
  return scope.run(kernel, { x }, { alpha: attributes['leakyreluAlpha'] });
}
