import { tf, type Tensor } from '../engine/tf.js';

/** The quintic p(s) = a·s + b·s³ + c·s⁵: steep at 0, and what comes near 1 stays near it. */
const [A, B, C] = [3.4445, -4.775, 2.0315];

/** Guards a zero matrix. In µP the gradient of a hidden matrix has the same norm at every width, far above this. */
const EPSILON = 1e-7;

/**
 * Orthogonalises a matrix: U·S·Vᵀ → nearly U·Vᵀ, by Newton–Schulz iteration.
 *
 * X ← a·X + b·(X·Xᵀ)·X + c·(X·Xᵀ)²·X, from X = matrix / ‖matrix‖. After 5 steps a singular value above 1/500 of the norm
 * has come to 0.68 … 1.21; smaller ones are lifted less, and 0 stays 0.
 *
 * @param matrix - shape [rows, columns]; a zero matrix stays zero
 * @param steps - iterations, each of three products with the smaller of the two dimensions
 * @returns shape [rows, columns]
 * Source: Jordan et al., Muon: an optimizer for hidden layers in neural networks, kellerjordan.github.io/posts/muon (2024).
 */
export function orthogonalized(matrix: Tensor, steps: number): Tensor {
  const [rows = 0, columns = 0] = matrix.shape;
  const isTall = rows > columns;
  return tf.tidy(() => {
    let x: Tensor = tf.div(isTall ? tf.transpose(matrix) : matrix, tf.add(tf.norm(matrix), EPSILON));
    for (let step = 0; step < steps; step += 1) {
      const gram = tf.matMul(x, x, false, true);
      const odd = tf.add(tf.mul(gram, B), tf.mul(tf.matMul(gram, gram), C));
      x = tf.add(tf.mul(x, A), tf.matMul(odd, x));
    }
    return isTall ? tf.transpose(x) : x;
  });
}
