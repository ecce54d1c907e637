import { tf } from '../engine/tf.js';
import { DecayingOptimizer, RegularizedOptimizer, variablesOf, type DecayedRates } from './decaying-optimizer.js';
import {
  GroupedOptimizer,
  type GroupedOptimizerOptions,
  type InnerOptimizer,
  type ScaledRates,
} from './grouped-optimizer.js';
import { LionOptimizer } from './lion.js';
import { parameterGroups, type GroupMultipliers, type RateMultipliers } from './parameter-groups.js';
import type { ModelLike } from './parameters.js';

/** An optimizer whose rates are scaled by width. */
export type MupOptimizer = InstanceType<typeof tf.Optimizer> & ScaledRates;

/** What the optimizers of this file have in common. */
interface RateOptions {
  learningRate: number;
  /** Factors of your own, by glob over parameter names; none unless given. */
  rateMultipliers?: RateMultipliers;
}

/** SGD's settings, at base width. */
export interface SgdOptions extends RateOptions {
  /** 0 (plain SGD) unless given. */
  momentum?: number;
  /** False unless given. */
  nesterov?: boolean;
  /** Added to the gradient as weightDecay · θ, as PyTorch's SGD does; 0 unless given. */
  weightDecay?: number;
}

/** Adam's settings, at base width; defaults are TF.js's own. */
export interface AdamOptions extends RateOptions {
  /** 0.9 unless given. */
  beta1?: number;
  /** 0.999 unless given. */
  beta2?: number;
  /** The backend's epsilon unless given: 1e-7, where PyTorch has 1e-8. */
  epsilon?: number;
  /** Keeps epsilon in proportion to each parameter's gradient as width grows; true unless given. */
  scaleEpsilon?: boolean;
}

/** Weight decay beside the update. */
export interface DecayOptions {
  /** Each step multiplies a weight by 1 − learningRate · weightDecay, the base rate at every width. */
  weightDecay?: number;
  /**
   * Takes the decay whole, whatever the rate: 1 − weightDecay, times what a schedule makes of the rate; false unless
   * given. The `mup` package has it as `decoupled_wd`.
   */
  independentWeightDecay?: boolean;
}

/** AdamW's settings, at base width; `weightDecay` is 0.01 unless given. */
export interface AdamWOptions extends AdamOptions, DecayOptions {}

/** RMSProp's settings, at base width; defaults are TF.js's own. */
export interface RmspropOptions extends RateOptions {
  /** How much of the mean of squared gradients a step keeps; 0.9 unless given. */
  decay?: number;
  /** 0 unless given. */
  momentum?: number;
  /** Inside the root, beside the mean of squares; the backend's epsilon unless given: 1e-7. */
  epsilon?: number;
  /** Also takes the squared mean off; TF.js then takes epsilon off, too, so gradients must be large. False unless given. */
  centered?: boolean;
  /** Keeps epsilon in proportion to each parameter's squared gradient as width grows; true unless given. */
  scaleEpsilon?: boolean;
}

/** Adagrad's settings, at base width; defaults are TF.js's own. */
export interface AdagradOptions extends RateOptions {
  /** What the sum of squared gradients starts at; 0.1 unless given. */
  initialAccumulatorValue?: number;
  /** Keeps that start in proportion to each parameter's squared gradient as width grows; true unless given. */
  scaleAccumulator?: boolean;
}

/** Lion's settings, at base width; `weightDecay` is 0 unless given. */
export interface LionOptions extends RateOptions, DecayOptions {
  /** 0.9 unless given. */
  beta1?: number;
  /** 0.99 unless given. */
  beta2?: number;
}

/**
 * SGD in µP: each variable's rate is learningRate × m^-c of its role, its weight decay weightDecay / m^-c.
 *
 * @param model - one with base shapes (`mup.parametrize`, `mup.setBaseShapes`); in SP this is `tf.train.sgd`
 * @throws CoordCheckError BASE_SHAPES_MISSING
 */
export function sgd(model: ModelLike, options: SgdOptions): MupOptimizer & DecayedRates {
  const { learningRate, momentum = 0, nesterov = false, weightDecay = 0 } = options;
  const inner = (rate: number): InnerOptimizer =>
    momentum === 0 ? opened(tf.train.sgd(rate)) : opened(tf.train.momentum(rate, momentum, nesterov));
  const className = momentum === 0 ? 'SGD' : 'Momentum';
  const groups = parameterGroups(model, { family: 'sgd', rateMultipliers: options.rateMultipliers });
  const variables = variablesOf(model);
  return new RegularizedOptimizer({ className, learningRate, groups, inner }, { weightDecay, variables });
}

/**
 * Adam in µP: hidden and readout rates fall as 1/m, and epsilon follows the gradient.
 *
 * @param model - one with base shapes; in SP and at base width this is `tf.train.adam`, bit for bit
 * @throws CoordCheckError BASE_SHAPES_MISSING
 */
export function adam(model: ModelLike, options: AdamOptions): MupOptimizer {
  return new GroupedOptimizer(adamGroups(model, options, { className: 'Adam' }));
}

/**
 * AdamW in µP: Adam, and a decay that takes the same from every variable at every width.
 *
 * Coupled to the rate, as PyTorch has it, decay grows as m where a rate falls as 1/m: what a weight loses in a step
 * stays learningRate · weightDecay. Independent of the rate, it is weightDecay itself. All trainable variables decay, as
 * in PyTorch.
 *
 * @param model - one with base shapes
 * @throws CoordCheckError BASE_SHAPES_MISSING
 */
export function adamW(model: ModelLike, options: AdamWOptions): MupOptimizer & DecayedRates {
  return decayingAdam(model, options, { className: 'AdamW' });
}

/**
 * RMSProp in µP: rates as Adam's, and the epsilon inside the root follows the squared gradient.
 *
 * @param model - one with base shapes; in SP and at base width this is `tf.train.rmsprop`, bit for bit
 * @throws CoordCheckError BASE_SHAPES_MISSING
 */
export function rmsprop(model: ModelLike, options: RmspropOptions): MupOptimizer {
  const { learningRate, decay = 0.9, momentum = 0, epsilon = tf.backend().epsilon(), centered = false } = options;
  const inner = (rate: number, multipliers: GroupMultipliers): InnerOptimizer =>
    opened(tf.train.rmsprop(rate, decay, momentum, epsilon * multipliers.epsilon ** 2, centered));
  const { rateMultipliers, scaleEpsilon = true } = options;
  const groups = parameterGroups(model, { family: 'sign', scaleEpsilon, rateMultipliers });
  return new GroupedOptimizer({ className: 'RMSProp', learningRate, groups, inner });
}

/**
 * Adagrad in µP: rates as Adam's, and the start of the accumulator follows the squared gradient.
 *
 * @param model - one with base shapes; in SP and at base width this is `tf.train.adagrad`, bit for bit
 * @throws CoordCheckError BASE_SHAPES_MISSING
 */
export function adagrad(model: ModelLike, options: AdagradOptions): MupOptimizer {
  const { learningRate, initialAccumulatorValue = 0.1, scaleAccumulator = true } = options;
  const inner = (rate: number, { epsilon }: GroupMultipliers): InnerOptimizer =>
    opened(tf.train.adagrad(rate, startScaled(initialAccumulatorValue, epsilon ** 2)));
  const { rateMultipliers } = options;
  const groups = parameterGroups(model, { family: 'sign', scaleEpsilon: scaleAccumulator, rateMultipliers });
  return new GroupedOptimizer({ className: 'Adagrad', learningRate, groups, inner });
}

/**
 * Lion in µP: rates as Adam's; weight decay as in {@link adamW}.
 *
 * @param model - one with base shapes; in SP this is Lion as published
 * @throws CoordCheckError BASE_SHAPES_MISSING
 * Source: Chen et al., Symbolic Discovery of Optimization Algorithms, arXiv:2302.06675.
 */
export function lion(model: ModelLike, options: LionOptions): MupOptimizer & DecayedRates {
  const { learningRate, beta1 = 0.9, beta2 = 0.99, weightDecay = 0, independentWeightDecay = false } = options;
  const inner = (rate: number): InnerOptimizer => new LionOptimizer(rate, { beta1, beta2 });
  const groups = parameterGroups(model, { family: 'sign', rateMultipliers: options.rateMultipliers });
  return new DecayingOptimizer(
    { className: 'Lion', learningRate, groups, inner },
    { weightDecay, independent: independentWeightDecay, variables: variablesOf(model) },
  );
}

/** Adam over some of a model's variables, with decay beside the update, under the class name of the whole. */
export function decayingAdam(
  model: ModelLike,
  { weightDecay = 0.01, independentWeightDecay = false, ...options }: AdamWOptions,
  group: { className: string; only?: ReadonlySet<string> },
): DecayingOptimizer {
  const decay = { weightDecay, independent: independentWeightDecay, variables: variablesOf(model) };
  return new DecayingOptimizer(adamGroups(model, options, group), decay);
}

function adamGroups(
  model: ModelLike,
  options: AdamOptions,
  { className, only }: { className: string; only?: ReadonlySet<string> },
): GroupedOptimizerOptions {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = tf.backend().epsilon(), scaleEpsilon = true } = options;
  const { rateMultipliers } = options;
  const groups = parameterGroups(model, { family: 'sign', scaleEpsilon, rateMultipliers, ...(only && { only }) });
  const inner = (rate: number, multipliers: GroupMultipliers): InnerOptimizer =>
    opened(tf.train.adam(rate, beta1, beta2, epsilon * multipliers.epsilon));
  return { className, learningRate, groups, inner };
}

/** TF.js adds its own epsilon to the accumulator, which cannot be set: the sum of both is what must scale. */
function startScaled(start: number, multiplier: number): number {
  if (multiplier === 1) return start;
  const epsilon = tf.backend().epsilon();
  return Math.max(0, (start + epsilon) * multiplier - epsilon);
}

/** TF.js declares its optimizers' rates as protected. */
function opened(optimizer: InstanceType<typeof tf.Optimizer>): InnerOptimizer {
  return optimizer as unknown as InnerOptimizer;
}
