import { replaceGradient } from './replace-gradient.js';
import { asFloats, tf } from './tf.js';

/**
 * Replaces TF.js's gradients of `square` and `rsqrt`, of which every normalization has one, by the same in cheaper kernels. A
 * squared tensor is mostly summed, so that what comes back is few numbers repeated: these are doubled, not the tensor.
 * And a root is cheaper than TF.js's power of 1½; the onnx engine, which records it a second time, takes it once.
 */
export function installPowerGradients(): void {
  replaceGradient('Square', (dy, x) => tf.mul(tf.mul(dy, 2), asFloats(x)));
  replaceGradient('Rsqrt', (dy, x) => {
    // With y = x⁻¹ᐟ²: dy/dx = −½ x⁻³ᐟ² = −½ y³. Not saved but taken again: TF.js finds no gradient of what was saved of an output.
    const y = tf.rsqrt(x);
    // In this order, as y³ alone is infinite where the product is not.
    return tf.mul(tf.mul(tf.mul(dy, -0.5), y), tf.square(y));
  });
}
