import { layerNames } from '../mup/parameters.js';
import type { Tensor } from '../engine/tf.js';
import type { LayersModelLike } from './definition.js';
import { tap, withinLayer } from './tap.js';

/** What a TF.js layer lets us watch. */
interface WatchedLayer {
  call(inputs: unknown, kwargs: unknown): Tensor | Tensor[];
  getClassName(): string;
  activation?: WatchedActivation | null;
}

interface WatchedActivation {
  apply(x: Tensor, axis?: number): Tensor;
  getClassName(): string;
}

/** Activations that turn logits into probabilities: a loss is centred in front of them. */
const PROBABILITIES = new Set(['softmax', 'sigmoid']);

/**
 * Puts a tap on every layer of a layers model: on its output, and, where it fuses an activation, on the
 * pre-activation under the layer's name and on the activation under `layer/activation`.
 *
 * Instances are wrapped, never prototypes: two declarations of TF.js then cannot miss each other's calls.
 */
export function tapLayers(model: LayersModelLike): void {
  for (const [layer, name] of layerNames(model)) {
    const watched = layer as unknown as WatchedLayer;
    if (watched.getClassName() === 'InputLayer') continue;
    const activation = fusedActivation(watched);
    if (activation !== null) {
      const { original } = activation;
      watched.activation = replaceActivation(original, (x) => original.apply(tap(name, x)));
    }
    const outputName = activation === null ? name : `${name}/${activation.original.getClassName()}`;
    const call = watched.call.bind(watched);
    watched.call = (inputs, kwargs) =>
      tapOutputs(
        outputName,
        withinLayer(name, () => call(inputs, kwargs)),
      );
  }
}

function tapOutputs(name: string, outputs: Tensor | Tensor[]): Tensor | Tensor[] {
  if (!Array.isArray(outputs)) return tap(name, outputs);
  return outputs.map((output, i) => tap(outputs.length === 1 ? name : `${name}[${i}]`, output));
}

/** The activation a layer applies after its own linear map; null for layers that are an activation, and for linear ones. */
function fusedActivation(layer: WatchedLayer): { original: WatchedActivation } | null {
  const { activation } = layer;
  const isFusing = activation !== undefined && activation !== null && layer.getClassName() !== 'Activation';
  // A recurrent layer applies its activation once a time step: no one place to tap.
  if (!isFusing || 'cell' in layer || 'recurrentActivation' in layer) return null;
  return activation.getClassName() === 'linear' ? null : { original: activation };
}

/**
 * An activation under another class name, so that TF.js does not fuse it into the matrix product and the
 * pre-activation can be seen.
 */
function replaceActivation(original: WatchedActivation, apply: (x: Tensor) => Tensor): WatchedActivation {
  return Object.assign(Object.create(original) as WatchedActivation, {
    apply,
    getClassName: () => 'tapped',
  });
}

/**
 * Routes a model's logits through `transform`: of each output the tensor in front of a final softmax or sigmoid, else the
 * output itself.
 *
 * Must be called before `tapLayers`, which renames the activation.
 */
export function interceptLogits(model: LayersModelLike, transform: (logits: Tensor) => Tensor): void {
  const ends = lastLayers(model).map((layer) => (probabilityKind(layer) === null ? null : layer));
  for (const layer of new Set(ends)) if (layer !== null) interceptInside(layer, transform);
  if (ends.length > 0 && !ends.includes(null)) return;
  const top = model as unknown as WatchedLayer;
  const call = top.call.bind(top);
  const open = (output: Tensor, i: number) => ((ends[i] ?? null) === null ? transform(output) : output);
  top.call = (inputs, kwargs) => {
    const value = call(inputs, kwargs);
    return Array.isArray(value) ? value.map(open) : open(value, 0);
  };
}

function interceptInside(layer: WatchedLayer, transform: (logits: Tensor) => Tensor): void {
  const { activation } = layer;
  if (activation !== undefined && activation !== null) {
    layer.activation = Object.assign(Object.create(activation) as WatchedActivation, {
      apply: (x: Tensor) => activation.apply(transform(x)),
    });
    return;
  }
  const call = layer.call.bind(layer);
  layer.call = (inputs, kwargs) =>
    call(Array.isArray(inputs) ? inputs.map(transform) : transform(inputs as Tensor), kwargs);
}

/** Which probabilities a layers model of one output puts out, if any. */
export function outputProbabilities(model: LayersModelLike): 'softmax' | 'sigmoid' | null {
  const [last, ...others] = lastLayers(model);
  return last === undefined || others.length > 0 ? null : probabilityKind(last);
}

/** The layers a model's outputs come from, in their order. */
function lastLayers(model: LayersModelLike): readonly WatchedLayer[] {
  const { outputLayers = [] } = model as { outputLayers?: readonly WatchedLayer[] };
  // A Sequential lists its layers in order, and its output layers not at all.
  return outputLayers.length > 0 ? outputLayers : (model.layers.slice(-1) as WatchedLayer[]);
}

function probabilityKind(layer: WatchedLayer): 'softmax' | 'sigmoid' | null {
  if (layer.getClassName() === 'Softmax') return 'softmax';
  const name = layer.activation?.getClassName();
  return name !== undefined && PROBABILITIES.has(name) ? (name as 'softmax' | 'sigmoid') : null;
}
