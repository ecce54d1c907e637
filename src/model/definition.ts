import type { Tf } from '../engine/tf.js';

/** A tensor, as far as coordcheck needs to know one: structural, so that any declaration of TF.js fits. */
export interface TensorLike {
  readonly shape: number[];
  readonly dtype: string;
  readonly rank: number;
  readonly size: number;
  dispose(): void;
}

/** A trainable variable. */
export interface VariableLike extends TensorLike {
  readonly name: string;
  readonly trainable: boolean;
}

/** A TF.js layers model: Sequential, functional, or the user's own subclass. */
export interface LayersModelLike {
  readonly name: string;
  readonly layers: readonly object[];
  readonly trainableWeights: readonly object[];
  apply(inputs: never, kwargs?: never): unknown;
}

/** A model written with plain tensor functions: places are tapped with `tap()`. */
export interface HandWrittenModel {
  apply(x: never, options: { training: boolean }): unknown;
  readonly parameters: Readonly<Record<string, VariableLike>>;
}

/** Everything `build` may return. */
export type Model = LayersModelLike | HandWrittenModel;

/** The parametrization a check asks the model to be built in; `sp` is the negative control. */
export type Parametrization = 'mup' | 'sp';

/** Values a hyperparameter may take. */
export type HyperparameterValue = number | string | boolean;

/** The model's declared hyperparameters with their defaults. */
export type Hyperparameters = Record<string, HyperparameterValue>;

/** Widens literal defaults (`1e-3`) to their types (`number`). */
export type Widened<H extends Hyperparameters> = {
  [K in keyof H]: H[K] extends number ? number : H[K] extends boolean ? boolean : string;
};

/** Inputs or labels: a tensor, several, or several by name. */
export type BatchPart = TensorLike | readonly TensorLike[] | Readonly<Record<string, TensorLike>>;

/** One training batch. */
export interface Batch {
  x: BatchPart;
  y?: BatchPart;
}

/** The losses that can be asked for by name. */
export type LossName =
  | 'softmaxCrossEntropy'
  | 'sigmoidCrossEntropy'
  | 'meanSquaredError'
  | 'absoluteDifference'
  | 'huberLoss'
  | 'categoricalCrossentropy'
  | 'sparseCategoricalCrossentropy'
  | 'binaryCrossentropy';

/** The optimizers that can be asked for by name, at TF.js's own defaults. */
export type OptimizerName = 'sgd' | 'momentum' | 'adam' | 'adamax' | 'rmsprop' | 'adagrad' | 'adadelta';

/** A TF.js optimizer, the user's own included. */
export interface OptimizerLike {
  // oxlint-disable-next-line typescript/no-explicit-any -- TF.js's own two signatures must both fit
  applyGradients(gradients: any): void;
  dispose?(): void;
}

/** Intent declared by the user for the taps and parameters a glob matches. */
export type Expectation =
  | 'frozen'
  | 'ignore'
  | { role?: 'input' | 'hidden' | 'readout' | 'vector' | 'scalar'; init?: number };

/** What `build` is called with. */
export interface BuildContext<H extends Hyperparameters> {
  tf: Tf;
  width: number;
  depth?: number;
  seed: number;
  parametrization: Parametrization;
  hyperparameters: Widened<H>;
}

/** Makes the optimizer of one training. A method's type, so that a definition of one kind of model is one of any kind. */
type OptimizerMaker<M extends Model, H extends Hyperparameters> = {
  make(context: { tf: Tf; model: M; hyperparameters: Widened<H> }): OptimizerLike;
}['make'];

/**
 * What a model file exports: how to build the model at any width, feed it, and train it.
 *
 * Everything but `build` has a default: a synthetic batch of the model's input shape, mean squared error, plain SGD.
 */
export interface ModelDefinition<M extends Model = Model, H extends Hyperparameters = Hyperparameters> {
  name?: string;
  widths?: readonly number[];
  depths?: readonly number[];
  seeds?: number;
  steps?: number;
  hyperparameters?: H;
  build(context: BuildContext<H>): M | Promise<M>;
  /** The training batch of a step, the same at every width. */
  batch?(context: { tf: Tf; seed: number; step: number }): Batch | Promise<Batch>;
  /** The batch a sweep is judged on. */
  validation?(context: { tf: Tf; seed: number }): Batch | Promise<Batch>;
  // oxlint-disable-next-line typescript/no-explicit-any -- a user's own loss is typed by the user's own TF.js
  loss?: LossName | ((labels: any, outputs: any) => TensorLike);
  /** Replaces `loss` where there are several inputs, outputs, masks, or a contrastive loss. */
  objective?(context: { model: M; batch: Batch; training: boolean }): TensorLike;
  optimizer?: OptimizerName | OptimizerMaker<M, H>;
  expect?: Readonly<Record<string, Expectation>>;
}

/**
 * Declares a model for coordcheck; returns its argument, typed.
 *
 * @param definition - how to build, feed and train the model
 * @returns the same definition, with `hyperparameters` typed through to `build` and `optimizer`
 */
export function defineModel<M extends Model, const H extends Hyperparameters = Record<string, never>>(
  definition: ModelDefinition<M, H>,
): ModelDefinition<M, H> {
  return definition;
}
