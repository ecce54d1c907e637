import { tf, type Tensor, type Variable } from '../engine/tf.js';
import { failure } from '../errors.js';
import { layerBefore } from './layer-before.js';
import type { HasWidthMultiplier } from './scaling.js';

/** A layer whose first weight is shared: an embedding, or any layer with a [classes, width] matrix. */
interface SharedSource {
  readonly name: string;
  readonly weights: readonly { read(): Tensor }[];
}

/** A tied readout's configuration. */
export interface SharedReadoutConfig {
  /** The embedding layer whose matrix [classes, width] is used again, transposed; built before the readout is. */
  embedding: object;
  /** What the logits are multiplied by at every width; 1 unless given. */
  outputMultiplier?: number;
  name?: string;
}

/** What a saved model keeps of a tied readout: the name of its embedding, found again among the layers before it. */
interface SavedConfig extends SharedReadoutConfig {
  embedding: { name: string };
  classes?: number;
  widthMultiplier?: number;
}

/** The tied readout, as a layer. */
export type SharedReadoutLayer = InstanceType<typeof tf.layers.Layer> & SharesVariable;

/** A layer that uses another layer's variable, and divides by its width multiplier. */
export interface SharesVariable extends HasWidthMultiplier {
  sharedVariable(): Variable;
}

/**
 * y = (outputMultiplier / widthMultiplier) · x·Eᵀ, with E the embedding's own matrix.
 *
 * E keeps its input role: init and Adam rate constant, SGD rate m. That is Table 8's readout row as well, so with the
 * multiplier 1/m both uses are right, and nothing is scaled twice.
 */
class SharedReadout extends tf.layers.Layer implements SharesVariable {
  static readonly className = 'MupSharedReadout';
  readonly outputMultiplier: number;
  readonly #embedding: { name: string };
  readonly #classes: number | null;
  #source: SharedSource | null;
  widthMultiplier: number;

  constructor(config: SharedReadoutConfig | SavedConfig) {
    super(config.name === undefined ? {} : { name: config.name });
    const { embedding, outputMultiplier = 1, classes, widthMultiplier } = config as SavedConfig;
    this.#embedding = embedding;
    this.#source = isLayer(embedding) ? embedding : null;
    this.#classes = classes ?? null;
    this.outputMultiplier = outputMultiplier;
    this.widthMultiplier = widthMultiplier ?? 1;
  }

  sharedVariable(): Variable {
    const variable = this.#embeddingLayer().weights[0]?.read();
    if (variable === undefined) throw failure('EMBEDDING_UNBUILT', undefined);
    return variable as Variable;
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    // While a loaded model is put together the way back to the embedding is not there yet.
    return [...inputShape.slice(0, -1), this.#classes ?? this.sharedVariable().shape[0] ?? null];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tf.tidy(() => {
      const [x = inputs as Tensor] = Array.isArray(inputs) ? inputs : [inputs];
      const shared = this.sharedVariable();
      const width = shared.shape[1] ?? 1;
      const rows = tf.mul(tf.reshape(x, [-1, width]), this.outputMultiplier / this.widthMultiplier);
      const logits = tf.matMul(rows, shared, false, true);
      return tf.reshape(logits, [...x.shape.slice(0, -1), shared.shape[0] ?? 1]);
    });
  }

  override getConfig(): ReturnType<InstanceType<typeof tf.layers.Layer>['getConfig']> {
    const { outputMultiplier, widthMultiplier } = this;
    // TF.js rewrites every text in a configuration, snake case to camel case and back, but for one called `name`.
    const embedding = { name: this.#embedding.name };
    const classes = this.#classes ?? this.sharedVariable().shape[0] ?? null;
    return { ...super.getConfig(), embedding, classes, outputMultiplier, widthMultiplier };
  }

  #embeddingLayer(): SharedSource {
    const { name } = this.#embedding;
    this.#source ??= layerBefore(this, name) as SharedSource | null;
    if (this.#source === null) throw failure('EMBEDDING_NOT_FOUND', { readout: this.name, embedding: name });
    return this.#source;
  }
}

tf.serialization.registerClass(SharedReadout);

/**
 * A readout tied to an embedding: shares its matrix, and carries µP's 1/m in the forward pass.
 *
 * Base shapes set the multiplier; the tied matrix itself is scaled once, as the embedding it is. A saved model keeps the
 * embedding's name, and finds it again among the layers that lead to the readout.
 *
 * @param config - the embedding layer, and `outputMultiplier`
 * @throws CoordCheckError EMBEDDING_UNBUILT when it is applied before its embedding
 */
export function sharedReadout(config: SharedReadoutConfig): SharedReadoutLayer {
  return new SharedReadout(config);
}

/** True for a layer that uses another's variable. */
export function sharesVariable<T extends object>(layer: T): layer is T & SharesVariable {
  return 'sharedVariable' in layer;
}

function isLayer(embedding: object): embedding is SharedSource {
  return 'weights' in embedding;
}
