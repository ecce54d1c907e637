import type { Variable } from '../engine/tf.js';
import { layerNames, weightOwners, type LayersModelLike, type NamedLayer } from './layer-names.js';

export { layerNames, type LayersModelLike, type NamedLayer } from './layer-names.js';

/** A model written with plain tensor functions, as far as its parameters go. */
export interface HandWrittenLike {
  readonly parameters: Readonly<Record<string, { readonly name: string; readonly shape: readonly number[] }>>;
}

/** Every kind of model whose parameters can be named. */
export type ModelLike = LayersModelLike | HandWrittenLike;

/** What draws a weight's initial value, as TF.js keeps it on the layer. */
export interface InitializerLike {
  getClassName(): string;
  getConfig(): Record<string, unknown>;
}

/** A variable of a model, under a name that is the same in every run. */
export interface NamedParameter {
  /** `layer/weight`, unique within the model. */
  readonly name: string;
  readonly variable: Variable;
  /** The layer it belongs to; null in a hand-written model. */
  readonly layer: NamedLayer | null;
  /** The layer that made it: `layer` itself, or the cell or layer that it wraps; null in a hand-written model. */
  readonly owner: NamedLayer | null;
  /** Class name of the owner. */
  readonly layerClass: string | null;
  /** The layer's own initializer of this weight; null where the layer shows none, or was given its weights. */
  readonly initializer: InitializerLike | null;
  readonly trainable: boolean;
  /** Whether it would be trained, were it not set to be not trainable; state of a layer never is. */
  readonly frozen: boolean;
}

/** TF.js's own wrapper of a layer's variable. */
interface LayerVariable {
  readonly originalName: string;
  readonly trainable: boolean;
  read(): Variable;
}

/**
 * All variables of a model in the order of its layers, trainable or not, each once.
 *
 * A tied variable goes by the first layer that lists it. Weights of a user's own layer that share a last name are
 * numbered: `block/kernel`, `block/kernel_2`.
 *
 * @param model - a layers model, nested ones included, or a hand-written `{ apply, parameters }`
 */
export function namedParameters(model: ModelLike): NamedParameter[] {
  return isLayersModel(model) ? layersModelParameters(model) : handWrittenParameters(model);
}

/** True for a TF.js layers model, false for a hand-written one, which may keep something called `layers` of its own. */
export function isLayersModel<M extends ModelLike>(model: M): model is Extract<M, { readonly layers: unknown }> {
  return 'layers' in model && Array.isArray(model.layers) && 'trainableWeights' in model;
}

function handWrittenParameters(model: HandWrittenLike): NamedParameter[] {
  const seen = new Set<unknown>();
  const once = Object.entries(model.parameters).filter(([, given]) => !seen.has(given) && seen.add(given));
  return once.map(([name, given]) => {
    const variable = given as Variable;
    const { trainable } = variable;
    const frozen = !trainable;
    return { name, variable, layer: null, owner: null, layerClass: null, initializer: null, trainable, frozen };
  });
}

function layersModelParameters(model: LayersModelLike): NamedParameter[] {
  const found = new Map<Variable, NamedParameter>();
  const taken = new Set<string>();
  const trainable = trainableOf(model);
  // Deepest first: a sublayer's weights are its own, though its owner may list them too.
  const byDepth = [...layerNames(model)].toSorted(([, a], [, b]) => depth(b) - depth(a));
  for (const [layer, layerName] of byDepth) {
    if ('layers' in layer) continue;
    const owners = weightOwners(layer);
    for (const weight of layer.weights as readonly LayerVariable[]) {
      const variable = weight.read();
      if (found.has(variable)) continue;
      const owner = owners.findLast(({ weights }) => weights.includes(weight)) ?? layer;
      const name = numbered(`${layerName}/${lastName(weight)}`, taken);
      const initializer = initializerOf(owner, lastName(weight));
      const layerClass = owner.getClassName();
      const isTrainable = trainable(weight, owner);
      const frozen = !isTrainable && isMadeToTrain(weight, owner);
      found.set(variable, { name, variable, layer, owner, layerClass, initializer, trainable: isTrainable, frozen });
    }
  }
  return inLayerOrder(model, found);
}

/** Trainable if the model says so; a weight that the model does not list, if its owner says so. */
function trainableOf(model: LayersModelLike): (weight: LayerVariable, owner: NamedLayer) => boolean {
  const listed = new Set(model.trainableWeights);
  const known = new Set((model as unknown as { weights?: readonly object[] }).weights ?? []);
  return (weight, owner) => {
    if (known.has(weight)) return listed.has(weight) && weight.trainable;
    return owner.trainableWeights.includes(weight) && weight.trainable;
  };
}

/** TF.js keeps what a layer adds as trainable apart from its state (moving averages), frozen or not. */
function isMadeToTrain(weight: LayerVariable, owner: NamedLayer): boolean {
  const { _trainableWeights: made = [] } = owner as unknown as { _trainableWeights?: readonly LayerVariable[] };
  return made.includes(weight);
}

function inLayerOrder(model: LayersModelLike, found: ReadonlyMap<Variable, NamedParameter>): NamedParameter[] {
  const order = [...layerNames(model).keys()];
  return [...found.values()].toSorted((p, q) => position(order, p) - position(order, q));
}

function position(order: readonly NamedLayer[], { layer }: NamedParameter): number {
  return layer === null ? 0 : order.indexOf(layer);
}

function depth(name: string): number {
  return name.split('/').length;
}

function lastName(weight: LayerVariable): string {
  return weight.originalName.slice(weight.originalName.lastIndexOf('/') + 1);
}

function numbered(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n += 1) name = `${wanted}_${n}`;
  taken.add(name);
  return name;
}

/** TF.js keeps `kernel`'s initializer as `kernelInitializer`, and `depthwise_kernel`'s as `depthwiseInitializer`. */
function initializerOf(layer: NamedLayer, weight: string): InitializerLike | null {
  const kept = layer as unknown as Record<string, unknown>;
  // A layer that was given `weights` overwrote whatever its initializer drew.
  if (kept['initialWeights'] !== null && kept['initialWeights'] !== undefined) return null;
  const camel = weight.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const candidates = [camel, camel.replace(/Kernel$/, '')].map((stem) => kept[`${stem}Initializer`]);
  return candidates.find(isInitializer) ?? null;
}

function isInitializer(value: unknown): value is InitializerLike {
  const initializer = value as Partial<InitializerLike> | null;
  return typeof initializer === 'object' && typeof initializer?.getConfig === 'function';
}
