import { readFileSync } from 'node:fs';
import { tf, type LayersModel, type Tensor } from '../../src/engine/tf.js';
import { layers } from '../../src/mup/layers.js';
import { namedParameters, type ModelLike } from '../../src/mup/parameters.js';

/** Rate and decay of one parameter in one of the package's optimizers, made with rate 0.1 and decay 0.01. */
interface Rated {
  lr: number;
  weightDecay: number;
}

/** One parameter, as the `mup` package describes it; sizes in PyTorch's order. */
export interface PeerParameter {
  shape: number[];
  base: (number | null)[];
  infinite: number;
  widthMultiplier: number;
  faninFanoutRatio: number | null;
  sgd: Rated;
  adam: Rated;
  adamw: Rated;
  adamwDecoupled: Rated;
}

/** A training of the package's, of one width: integers are 8192 times the value. */
export interface PeerTraining {
  weightsTimes8192: Record<string, number[]>;
  xTimes8192: number[];
  labels: number[];
  steps: { l1: number[]; loss: number }[];
}

type Model = 'mlp' | 'cnn' | 'transformer';

/** What `fixtures/peer/make_mup_json.py` wrote by running the `mup` package on PyTorch. */
export const peer = JSON.parse(readFileSync(new URL('../../fixtures/peer/mup.json', import.meta.url), 'utf8')) as {
  shapes: Record<Model, Record<string, PeerParameter>>;
  initRms: { values: Record<string, Record<string, Record<string, number>>> };
  coordinateCheck: Record<'sgd lr 0.1' | 'adam lr 0.01', Record<string, PeerTraining>>;
};

/** From PyTorch's names to TF.js's: the models below call their layers as the package's do. */
export function tfjsName(name: string): string {
  const [, layer = '', weight = ''] = /^(.*)\.(weight|bias)$/.exec(name) ?? [];
  if (layer.includes('ln')) return `${layer}/${weight === 'weight' ? 'gamma' : 'beta'}`;
  return `${layer}/${weight === 'bias' ? 'bias' : layer === 'emb' ? 'embeddings' : 'kernel'}`;
}

/** The name of each parameter's variable, by parameter name. */
export function variableNames(model: ModelLike): Map<string, string> {
  return new Map(namedParameters(model).map(({ name, variable }) => [name, variable.name]));
}

/** What draws the kernels of a layer. */
type KernelInitializer = NonNullable<Parameters<typeof tf.layers.dense>[0]['kernelInitializer']>;

/** 20 → w → w → 5 with ReLU between, and MuReadout. */
export function mlp(w: number, kernelInitializer: KernelInitializer = 'heNormal'): LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.dense({ units: w, inputShape: [20], name: '0', kernelInitializer }),
      tf.layers.reLU({ name: '1' }),
      tf.layers.dense({ units: w, name: '2', kernelInitializer }),
      tf.layers.reLU({ name: '3' }),
      layers.readout({ units: 5, name: '4', kernelInitializer }),
    ],
  });
}

/** Two convolutions, a hidden layer and MuReadout, on 28 × 28 pixels. */
export function cnn(w: number): LayersModel {
  const conv = (filters: number, name: string, more = {}) =>
    tf.layers.conv2d({ filters, kernelSize: 3, activation: 'relu', name, ...more });
  return tf.sequential({
    layers: [
      conv(w, '0', { inputShape: [28, 28, 1] }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      conv(2 * w, '3'),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 4 * w, activation: 'relu', name: '7' }),
      layers.readout({ units: 10, name: '9' }),
    ],
  });
}

/** Causal attention with 4 heads and logits over d_head, between the projections that the model keeps as layers. */
class Attention extends tf.layers.Layer {
  static readonly className = 'Attention';

  override computeOutputShape(shapes: number[][]): number[] {
    return shapes[0] ?? [];
  }

  override call(inputs: Tensor[]): Tensor {
    const [, t = 1, d = 1] = inputs[0]?.shape ?? [];
    const [q, k, v] = inputs.map((x) => tf.transpose(tf.reshape(x, [-1, t, 4, d / 4]), [0, 2, 1, 3])) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const future = tf.sub(1, tf.linalg.bandPart(tf.ones([t, t]), -1, 0));
    const logits = tf.sub(tf.div(tf.matMul(q, k, false, true), d / 4), tf.mul(future, 1e9));
    return tf.reshape(tf.transpose(tf.matMul(tf.softmax(logits), v), [0, 2, 1, 3]), [-1, t, d]);
  }
}

/** One pre-LN decoder block between an embedding of 31 tokens and an untied MuReadout. */
export function transformer(d: number): LayersModel {
  const dense = (units: number, name: string, more = {}) => tf.layers.dense({ units, name: `b0.${name}`, ...more });
  const norm = (name: string) => tf.layers.layerNormalization({ name });
  const tokens = tf.input({ shape: [6], dtype: 'int32' });
  const embedded = tf.layers.embedding({ inputDim: 31, outputDim: d, name: 'emb' }).apply(tokens);
  const normed = norm('b0.ln1').apply(embedded);
  const heads = ['q', 'k', 'v'].map((name) => dense(d, name, { useBias: false }).apply(normed));
  const attended = dense(d, 'o', { useBias: false }).apply(new Attention({}).apply(heads as never));
  const middle = tf.layers.add().apply([embedded, attended] as never);
  const up = dense(4 * d, 'up', { activation: 'relu' }).apply(norm('b0.ln2').apply(middle));
  const last = tf.layers.add().apply([middle, dense(d, 'down').apply(up)] as never);
  const logits = layers.readout({ units: 31, useBias: false, name: 'out' }).apply(norm('lnf').apply(last));
  return tf.model({ inputs: tokens, outputs: logits as never });
}

/** The models the package was run on, with the widths of base, delta and target. */
export const PEER_MODELS: Record<Model, { build(width: number): LayersModel; widths: [number, number, number] }> = {
  mlp: { build: mlp, widths: [64, 65, 256] },
  cnn: { build: cnn, widths: [8, 9, 32] },
  transformer: { build: transformer, widths: [32, 64, 128] },
};
