import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { tf, type Tensor } from './tf.js';

/**
 * Replaces TF.js's gradient of a kernel of one input. Repeating the call changes nothing.
 *
 * @param gradient - what dy becomes on its way back through the kernel, from its input x and its attributes
 */
export function replaceGradient(
  kernelName: string,
  gradient: (dy: Tensor, x: Tensor, attributes: NamedAttrMap) => Tensor,
): void {
  tf.unregisterGradient(kernelName);
  tf.registerGradient({
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => ({ x: () => gradient(dy as Tensor, x!, attributes) }),
  });
}
