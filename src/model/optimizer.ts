import { tf, type Optimizer } from '../engine/tf.js';
import { CoordCheckError, failure } from '../errors.js';
import { anew } from '../mup/anew.js';
import type { Hyperparameters, Model, ModelDefinition, OptimizerName } from './definition.js';

export { optimizerSettings, type OptimizerSettings, type TrainedParameter } from '../mup/optimizer-settings.js';

/** The named optimizers, at the rates TF.js's own documentation uses where it gives none. */
const OPTIMIZERS: Record<OptimizerName, (rate?: number) => Optimizer> = {
  sgd: (rate = 0.01) => tf.train.sgd(rate),
  momentum: (rate = 0.01) => tf.train.momentum(rate, 0.9),
  adam: (rate = 0.001) => tf.train.adam(rate),
  adamax: (rate = 0.002) => tf.train.adamax(rate),
  rmsprop: (rate = 0.001) => tf.train.rmsprop(rate),
  adagrad: (rate = 0.01) => tf.train.adagrad(rate),
  adadelta: (rate = 0.001) => tf.train.adadelta(rate),
};

/**
 * A fresh optimizer, without any state: the definition's, else a copy of a compiled model's, else SGD.
 *
 * @throws CoordCheckError OPTIMIZER_UNKNOWN, OPTIMIZER_FAILED
 */
export function optimizerOf(model: Model, definition: ModelDefinition, hyperparameters: Hyperparameters): Optimizer {
  const { optimizer } = definition;
  const rate = typeof hyperparameters['learningRate'] === 'number' ? hyperparameters['learningRate'] : undefined;
  if (typeof optimizer === 'function') {
    let made: unknown;
    try {
      made = optimizer({ tf, model, hyperparameters: hyperparameters as never });
    } catch (error) {
      // Ours say what is wrong and how to mend it.
      if (error instanceof CoordCheckError) throw error;
      throw failure('OPTIMIZER_FAILED', { why: String(error) }, { cause: error });
    }
    if (typeof (made as Optimizer | null)?.applyGradients === 'function') return fresh(made as Optimizer);
    throw failure('OPTIMIZER_FAILED', { why: `it returned ${String(made)}, which has no applyGradients` });
  }
  if (optimizer === undefined) return compiledOptimizer(model) ?? OPTIMIZERS.sgd(rate);
  const known = OPTIMIZERS[optimizer];
  if (known === undefined) {
    throw failure('OPTIMIZER_UNKNOWN', { got: optimizer, known: Object.keys(OPTIMIZERS).join(', ') });
  }
  return known(rate);
}

/** Optimizers handed out before, in this process. */
const used = new WeakSet<Optimizer>();

/** An optimizer that was used before carries state from one run into the next: records would depend on their order. */
function fresh(optimizer: Optimizer): Optimizer {
  if (used.has(optimizer)) throw failure('OPTIMIZER_FAILED', { why: 'it returned the same optimizer a second time' });
  used.add(optimizer);
  return optimizer;
}

function compiledOptimizer(model: Model): Optimizer | null {
  const own = (model as { optimizer?: Optimizer | null }).optimizer;
  // Where it cannot be made anew the one instance serves, state and all: the runs still start from the same weights.
  return own === undefined || own === null ? null : anew(own);
}

/** The base learning rate an optimizer shows; null where it shows none. */
export function learningRateOf(optimizer: Optimizer): number | null {
  const rate = (optimizer as unknown as { learningRate?: unknown }).learningRate;
  return typeof rate === 'number' ? rate : null;
}

/** The constant an adaptive optimizer adds to its denominator; null where it shows none. */
export function epsilonOf(optimizer: Optimizer): number | null {
  const epsilon = (optimizer as unknown as { epsilon?: unknown }).epsilon;
  return typeof epsilon === 'number' ? epsilon : null;
}

/** Class name of an optimizer, as TF.js registers it. */
export function optimizerClass(optimizer: Optimizer): string {
  const named = optimizer as unknown as { getClassName?(): string };
  return typeof named.getClassName === 'function' ? named.getClassName() : optimizer.constructor.name;
}
