import { tf, type LayersModel, type Tensor } from '../../src/engine/tf.js';

/** A network small enough for backend cpu, with one batch to train it on. */
export interface SmallModel {
  model: LayersModel;
  x: Tensor;
  /** One-hot classes; the model's output has their shape. */
  y: Tensor;
}

const CLASSES = 4;

const oneHot = (rows: number) =>
  tf
    .oneHot(
      tf.tensor1d(
        Array.from({ length: rows }, (_, i) => (i * 3) % CLASSES),
        'int32',
      ),
      CLASSES,
    )
    .toFloat();

/** Three dense layers, relu and tanh, biases. */
function mlp(): SmallModel {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [12], units: 40, activation: 'relu' }),
      tf.layers.dense({ units: 40, activation: 'tanh' }),
      tf.layers.dense({ units: CLASSES }),
    ],
  });
  return { model, x: tf.randomNormal([40, 12]), y: oneHot(40) };
}

/** Convolutions (plain, strided, depthwise, separable), batch norm, max and average pooling. */
function cnn(): SmallModel {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [12, 12, 2], filters: 8, kernelSize: 3, padding: 'same', activation: 'relu' }),
      tf.layers.batchNormalization(),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same', activation: 'elu' }),
      tf.layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: 'same', activation: 'sigmoid' }),
      tf.layers.separableConv2d({ filters: 6, kernelSize: 2, padding: 'same' }),
      tf.layers.averagePooling2d({ poolSize: 2, strides: 1 }),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: CLASSES }),
    ],
  });
  return { model, x: tf.randomNormal([6, 12, 12, 2]), y: oneHot(6) };
}

const VOCABULARY = 11;
const TOKENS = 8;
const WIDTH = 16;
const HEADS = 2;

/** Causal softmax attention over [query, key, value] of shape [batch, tokens, 3·width]. */
class CausalAttention extends tf.layers.Layer {
  static className = 'CausalAttention';

  override computeOutputShape([batch, tokens, width]: number[]): number[] {
    return [batch, tokens, width / 3];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tf.tidy(() => {
      const heads = tf
        .split([inputs].flat()[0], 3, 2)
        .map((part) => part.reshape([-1, TOKENS, HEADS, WIDTH / HEADS]).transpose([0, 2, 1, 3]));
      const [query, key, value] = heads as [Tensor, Tensor, Tensor];
      const mask = tf.linalg
        .bandPart(tf.ones([TOKENS, TOKENS]), -1, 0)
        .sub(1)
        .mul(1e9);
      const weights = query
        .matMul(key, false, true)
        .mul(Math.sqrt(HEADS / WIDTH))
        .add(mask)
        .softmax();
      return weights.matMul(value).transpose([0, 2, 1, 3]).reshape([-1, TOKENS, WIDTH]);
    });
  }
}

/** gelu(x) = x · Φ(x), through erf. */
class Gelu extends tf.layers.Layer {
  static className = 'Gelu';

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = [inputs].flat()[0];
    return tf.tidy(() => x.mul(x.div(Math.SQRT2).erf().add(1).div(2)));
  }
}

const dense = (units: number) => tf.layers.dense({ units });
const norm = () => tf.layers.layerNormalization();

/** One pre-norm block: embedding, layer norm, causal attention, residuals, gelu. */
function transformer(): SmallModel {
  const ids = tf.input({ shape: [TOKENS] });
  type Symbolic = ReturnType<typeof tf.input>;
  const through = (x: Symbolic, ...layers: InstanceType<typeof tf.layers.Layer>[]): Symbolic =>
    layers.reduce((x, layer) => layer.apply(x) as Symbolic, x);
  const add = (a: Symbolic, b: Symbolic) => tf.layers.add().apply([a, b]) as Symbolic;

  const embedded = through(ids, tf.layers.embedding({ inputDim: VOCABULARY, outputDim: WIDTH }));
  const attended = through(embedded, norm(), dense(3 * WIDTH), new CausalAttention(), dense(WIDTH));
  const middle = add(embedded, attended);
  const fed = through(middle, norm(), dense(4 * WIDTH), new Gelu(), dense(WIDTH));
  const logits = through(add(middle, fed), norm(), tf.layers.flatten(), dense(CLASSES));
  const tokens = Array.from({ length: 5 * TOKENS }, (_, i) => (i * i + 3) % VOCABULARY);
  return { model: tf.model({ inputs: ids, outputs: logits }), x: tf.tensor2d(tokens, [5, TOKENS]), y: oneHot(5) };
}

/** The networks every engine has to train as backend cpu does. */
export const SMALL_MODELS: Record<string, () => SmallModel> = { mlp, cnn, transformer };
