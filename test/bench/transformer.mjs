// One pre-LN decoder block with causal attention, written with plain tensor functions.
import { tap } from '../../dist/model/public.js';

const VOCABULARY = 1024;
const BATCH = 8;
const TOKENS = 64;
const HEADS = 4;

/**
 * Embedding, one block with ReLU MLP, final norm and untied readout.
 *
 * @param {import('../../dist/engine/tf.js').Tf} tf
 * @param {number} width - of the residual stream; heads grow with it, and logits are divided by their size
 */
export function transformer(tf, width) {
  const parameters = parametersOf(tf, width);
  const p = parameters;
  const rows = [BATCH * TOKENS, width];
  const mask = tf.keep(causalMask(tf));
  const norm = (name, x) => tap(name, layerNorm(tf, x, p[`${name}_gain`], p[`${name}_bias`]));
  const linear = (name, x) => tap(name, tf.add(tf.matMul(x, p[`${name}_kernel`]), p[`${name}_bias`]));
  const heads = (x) => tf.transpose(tf.reshape(x, [BATCH, TOKENS, HEADS, width / HEADS]), [0, 2, 1, 3]);
  const attention = (x) => {
    const [q, k, v] = ['q', 'k', 'v'].map((name) => heads(linear(name, x)));
    const logits = tf.add(tf.mul(tf.matMul(q, k, false, true), HEADS / width), mask);
    return linear('o', tf.reshape(tf.transpose(tf.matMul(tf.softmax(logits), v), [0, 2, 1, 3]), rows));
  };
  return {
    parameters,
    apply: (ids) => {
      const embedded = tap('embed', tf.gather(p.embed, tf.reshape(ids, [-1])));
      let x = tf.reshape(tf.add(tf.reshape(embedded, [BATCH, TOKENS, width]), p.positions), rows);
      x = tf.add(x, attention(norm('norm_1', x)));
      x = tf.add(x, linear('down', tf.relu(linear('up', norm('norm_2', x)))));
      return linear('readout', norm('norm_3', x));
    },
  };
}

/** Random tokens [8, 64] and next tokens as one-hot rows [512, vocabulary]. */
export function tokenBatch(tf) {
  const tokens = (shape) => tf.randomUniform(shape, 0, VOCABULARY, 'int32');
  return {
    x: tokens([BATCH, TOKENS]),
    y: tf.tidy(() => tf.cast(tf.oneHot(tokens([BATCH * TOKENS]), VOCABULARY), 'float32')),
  };
}

function parametersOf(tf, width) {
  const kernel = tf.initializers.varianceScaling({ scale: 1 / 3, mode: 'fanIn', distribution: 'uniform' });
  const normal = (stddev) => tf.initializers.randomNormal({ stddev });
  const variable = (initializer, shape) => tf.tidy(() => tf.variable(initializer.apply(shape)));
  const zeros = (size) => variable(tf.initializers.zeros(), [size]);
  const norm = (name) => ({
    [`${name}_gain`]: variable(tf.initializers.ones(), [width]),
    [`${name}_bias`]: zeros(width),
  });
  const linear = (name, fanIn, fanOut) => ({
    [`${name}_kernel`]: variable(kernel, [fanIn, fanOut]),
    [`${name}_bias`]: zeros(fanOut),
  });
  return {
    embed: variable(normal(1), [VOCABULARY, width]),
    positions: variable(normal(0.02), [TOKENS, width]),
    ...norm('norm_1'),
    ...['q', 'k', 'v', 'o'].reduce((all, name) => ({ ...all, ...linear(name, width, width) }), {}),
    ...norm('norm_2'),
    ...linear('up', width, 4 * width),
    ...linear('down', 4 * width, width),
    ...norm('norm_3'),
    ...linear('readout', width, VOCABULARY),
  };
}

function layerNorm(tf, x, gain, bias) {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5))), gain), bias);
}

/** 0 where a token may look, a large negative number where it would see its future. */
function causalMask(tf) {
  const values = Float32Array.from({ length: TOKENS * TOKENS }, (_, i) =>
    i % TOKENS > Math.floor(i / TOKENS) ? -1e9 : 0,
  );
  return tf.tensor2d(values, [TOKENS, TOKENS]);
}
