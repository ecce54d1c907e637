import { tf, type Variable } from '../engine/tf.js';
import { failure } from '../errors.js';
import type { NamedTensor } from './gradients.js';
import type { InnerOptimizer } from './inner-optimizer.js';

/** TF.js's optimizers that keep a variable's state by its position among the gradients. */
const POSITIONAL = new Set<unknown>([
  tf.MomentumOptimizer,
  tf.AdagradOptimizer,
  tf.AdadeltaOptimizer,
  tf.AdamOptimizer,
  tf.AdamaxOptimizer,
  tf.RMSPropOptimizer,
]);

/** What an optimizer keeps for each variable, by class name, in the order in which TF.js saves it. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  Momentum: ['momentum'],
  Adagrad: ['accumulator'],
  Adadelta: ['accum_grad', 'accum_var'],
  Adam: ['m', 'v'],
  RMSProp: ['rms', 'momentum'],
  Lion: ['momentum'],
  Muon: ['momentum'],
};

/** Whether an optimizer is one of TF.js's that must be given the same variables in the same order at each step. */
export function isPositional(optimizer: object): boolean {
  return POSITIONAL.has(optimizer.constructor);
}

/** What an optimizer of TF.js's, or one of ours made like them, keeps for each variable; nothing for plain SGD. */
export function keptBy(optimizer: InnerOptimizer): readonly string[] {
  const isCentered = (optimizer as { centered?: unknown }).centered === true;
  return [...(KEPT[optimizer.getClassName()] ?? []), ...(isCentered ? ['mg'] : [])];
}

/**
 * What an optimizer's `getWeights` gives, but for its count of steps: its own tensors, not copies.
 *
 * @throws CoordCheckError OPTIMIZER_STATE_UNSAVED where its class cannot (TF.js's Adamax)
 */
export async function savedState(optimizer: InnerOptimizer): Promise<NamedTensor[]> {
  const weights = await optimizer.getWeights().catch((cause: unknown) => {
    throw failure('OPTIMIZER_STATE_UNSAVED', { className: optimizer.getClassName(), why: String(cause) }, { cause });
  });
  tf.dispose(weights[0]?.tensor);
  return weights.slice(1);
}

/**
 * Sets an optimizer's state so that it goes on exactly as the one whose `getWeights` it was.
 *
 * @throws CoordCheckError OPTIMIZER_STATE_UNSAVED
 */
export async function restoreState(optimizer: InnerOptimizer, weights: NamedTensor[]): Promise<void> {
  // TF.js makes new variables of what it is given, and leaves its old ones behind.
  const old = isPositional(optimizer) ? await savedState(optimizer) : [];
  await optimizer.setWeights(weights);
  tf.dispose(old.map(({ tensor }) => tensor));
  if (isAdam(optimizer)) replayBiasCorrection(optimizer);
}

/** What TF.js declares as private. */
interface AdamInside {
  readonly beta1: number;
  readonly beta2: number;
  readonly iterations: number;
  readonly accBeta1: Variable;
  readonly accBeta2: Variable;
}

function isAdam(optimizer: InnerOptimizer): optimizer is InnerOptimizer & AdamInside {
  const { constructor } = optimizer;
  return constructor === tf.AdamOptimizer;
}

/** TF.js restores β^(t + 1) as one power; training multiplied in single precision t times, which rounds otherwise. */
function replayBiasCorrection({ beta1, beta2, iterations, accBeta1, accBeta2 }: AdamInside): void {
  tf.tidy(() => {
    accBeta1.assign(tf.scalar(multiplied(beta1, iterations)));
    accBeta2.assign(tf.scalar(multiplied(beta2, iterations)));
  });
}

function multiplied(beta: number, times: number): number {
  const factor = Math.fround(beta);
  let product = factor;
  for (let step = 0; step < times; step += 1) product = Math.fround(product * factor);
  return product;
}
