import { tf, type LayersModel, type Optimizer } from '../../src/engine/tf.js';
import { layers } from '../../src/mup/layers.js';
import { optimizerSettings } from '../../src/mup/optimizer-settings.js';
import { namedParameters } from '../../src/mup/parameters.js';
import type { TargetParameter, TargetSettings } from '../../src/mup/target-settings.js';

/** The width of the target. */
export const WIDTH = 32;

/** The small MLP with a readout in the form of Table 8. */
export function withReadout(width: number): LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.dense({ units: width, inputShape: [5], activation: 'relu' }),
      tf.layers.dense({ units: width, activation: 'relu' }),
      layers.readout({ units: 3, outputMultiplier: 3, name: 'readout' }),
    ],
  });
}

/** An embedding and the readout tied to it. */
export function withTied(width: number): LayersModel {
  const embedding = tf.layers.embedding({ inputDim: 7, outputDim: width });
  const input = tf.input({ shape: [4], dtype: 'int32' });
  const embedded = embedding.apply(input) as ReturnType<typeof tf.input>;
  const logits = layers.sharedReadout({ embedding, outputMultiplier: 2, name: 'logits' }).apply(embedded);
  return tf.model({ inputs: input, outputs: logits as never });
}

/** The settings of a µP model, as a tuning writes them. */
export function settingsOf(model: LayersModel, optimizer: Optimizer, { targetWidth = WIDTH } = {}): TargetSettings {
  const { optimizer: about, parameters } = optimizerSettings(model, optimizer);
  const sizes = new Map(namedParameters(model).map(({ name, variable }) => [name, variable.dataSync()]));
  const rms = (x: ArrayLike<number>) => Math.sqrt(Array.from(x).reduce((sum, v) => sum + v * v, 0) / x.length);
  const rows = Object.entries(parameters).map(([name, row]): [string, TargetParameter] => [
    name,
    { ...row, initStd: rms(sizes.get(name) ?? []) },
  ]);
  const head = { schema: 'coordcheck/target', schemaVersion: 1, name: 'mlp', targetWidth, depth: null } as const;
  return { ...head, hyperparameters: { learningRate: 0.1 }, optimizer: about, parameters: Object.fromEntries(rows) };
}
