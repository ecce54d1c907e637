import { tf } from '../engine/tf.js';

/**
 * TF.js's initializers under the names the field uses.
 *
 * They are the plain ones, drawing as they always do: in µP it is `parametrize` or `setBaseShapes` that rescales what
 * they drew, so any initializer is a µP initializer. Names as in the `mup` package: `kaiming` is He, `xavier` Glorot.
 */
export const initializers = {
  ...tf.initializers,
  kaimingNormal: tf.initializers.heNormal,
  kaimingUniform: tf.initializers.heUniform,
  xavierNormal: tf.initializers.glorotNormal,
  xavierUniform: tf.initializers.glorotUniform,
  normal: tf.initializers.randomNormal,
  uniform: tf.initializers.randomUniform,
};
