import { tf } from '../engine/tf.js';
import type { OptimizerFamily } from '../parametrization/optimizer-family.js';
import { DecayingOptimizer, type DecayedRates } from './decaying-optimizer.js';
import {
  GroupedOptimizer,
  type GroupedOptimizerOptions,
  type InnerOptimizer,
  type ScaledRates,
} from './grouped-optimizer.js';
import { parameterGroups, requireFamily, type GroupMultipliers } from './parameter-groups.js';
import type { ModelLike } from './parameters.js';
import { ScaledOptimizer } from './scaled-optimizer.js';
import { scalingOf } from './scaling.js';

/** An optimizer whose rates are scaled by width. */
export type MupOptimizer = InstanceType<typeof tf.Optimizer> & ScaledRates;

/** SGD's settings, at base width. */
export interface SgdOptions {
  learningRate: number;
  /** 0 (plain SGD) unless given. */
  momentum?: number;
  nesterov?: boolean;
}

/** Adam's settings, at base width; defaults are TF.js's own. */
export interface AdamOptions {
  learningRate: number;
  beta1?: number;
  beta2?: number;
  /** The backend's epsilon unless given: 1e-7, where PyTorch has 1e-8. */
  epsilon?: number;
  /** Keeps epsilon in proportion to each parameter's gradient as width grows; true unless given. */
  scaleEpsilon?: boolean;
}

/** AdamW's settings, at base width. */
export interface AdamWOptions extends AdamOptions {
  /** Each step multiplies a weight by 1 − learningRate · weightDecay, the base rate at every width; 0.01 unless given. */
  weightDecay?: number;
}

/** What `scaled` may be told. */
export interface ScaledOptions {
  /** How the optimizer's update follows the gradient; read from its class name unless given. */
  family?: OptimizerFamily;
}

/**
 * SGD in µP: each variable's rate is learningRate × m^-c of its role.
 *
 * @param model - one with base shapes (`mup.parametrize`, `mup.setBaseShapes`); in SP this is `tf.train.sgd`
 * @throws CoordCheckError BASE_SHAPES_MISSING
 */
export function sgd(model: ModelLike, { learningRate, momentum = 0, nesterov = false }: SgdOptions): MupOptimizer {
  const inner = (rate: number): InnerOptimizer =>
    momentum === 0
      ? (tf.train.sgd(rate) as unknown as InnerOptimizer)
      : (tf.train.momentum(rate, momentum, nesterov) as unknown as InnerOptimizer);
  const className = momentum === 0 ? 'SGD' : 'Momentum';
  return new GroupedOptimizer({ className, learningRate, groups: parameterGroups(model, 'sgd', false), inner });
}

/**
 * Adam in µP: hidden and readout rates fall as 1/m, and epsilon follows the gradient.
 *
 * @param model - one with base shapes; in SP and at base width this is `tf.train.adam`, bit for bit
 * @throws CoordCheckError BASE_SHAPES_MISSING
 */
export function adam(model: ModelLike, options: AdamOptions): MupOptimizer {
  return new GroupedOptimizer(adamGroups(model, options, 'Adam'));
}

/**
 * AdamW in µP: Adam, and decay coupled so that rate × decay is the same for every variable at every width.
 *
 * Where a hidden rate falls as 1/m its decay grows as m: what a weight loses in a step stays learningRate · weightDecay.
 * All trainable variables decay, as in PyTorch.
 *
 * @param model - one with base shapes
 * @throws CoordCheckError BASE_SHAPES_MISSING
 */
export function adamW(model: ModelLike, { weightDecay = 0.01, ...options }: AdamWOptions): MupOptimizer & DecayedRates {
  const variables = [...scalingOf(model).parameters].map(
    ([name, { parameter }]) => [name, parameter.variable] as const,
  );
  return new DecayingOptimizer(adamGroups(model, options, 'AdamW'), { weightDecay, variables: new Map(variables) });
}

/**
 * Any other `tf.Optimizer` in µP, by scaling each variable's update: θ ← θ_old + m^-c · (θ_new − θ_old).
 *
 * @param optimizer - TF.js's or your own; its base rate is the one it was made with
 * @param model - one with base shapes
 * @throws CoordCheckError BASE_SHAPES_MISSING, or OPTIMIZER_FAMILY_UNKNOWN where the class is unknown and no family given
 */
export function scaled(
  optimizer: InstanceType<typeof tf.Optimizer>,
  model: ModelLike,
  { family }: ScaledOptions = {},
): MupOptimizer {
  const known = requireFamily(optimizer.getClassName(), family);
  return new ScaledOptimizer(optimizer as unknown as InnerOptimizer, model, known);
}

function adamGroups(model: ModelLike, options: AdamOptions, className: string): GroupedOptimizerOptions {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = tf.backend().epsilon(), scaleEpsilon = true } = options;
  const groups = parameterGroups(model, 'sign', scaleEpsilon);
  const inner = (rate: number, multipliers: GroupMultipliers): InnerOptimizer =>
    tf.train.adam(rate, beta1, beta2, epsilon * multipliers.epsilon) as unknown as InnerOptimizer;
  return { className, learningRate, groups, inner };
}
