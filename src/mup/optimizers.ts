import { tf } from '../engine/tf.js';
import { made } from './anew.js';
import { DecayingOptimizer, RegularizedOptimizer, type DecayedRates, type DecayOptions } from './decaying-optimizer.js';
import { GroupedOptimizer, type GroupedOptimizerOptions } from './grouped-optimizer.js';
import { opened, type InnerOptimizer, type ScaledRates } from './inner-optimizer.js';
import { LionOptimizer } from './lion.js';
import type { GroupMultipliers, RateMultipliers } from './parameter-groups.js';
import type { ModelLike } from './parameters.js';

/** An optimizer whose rates are scaled by width. */
export type MupOptimizer = InstanceType<typeof tf.Optimizer> & ScaledRates;

/** What all optimizers have in common. */
export interface RateOptions {
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

/** What Adam and AdamW have in common; defaults are TF.js's own. */
interface MomentOptions extends RateOptions {
  /** 0.9 unless given. */
  beta1?: number;
  /** 0.999 unless given. */
  beta2?: number;
  /** The backend's epsilon unless given: 1e-7, where PyTorch has 1e-8. */
  epsilon?: number;
  /** Keeps epsilon in proportion to each parameter's gradient as width grows; true unless given. */
  scaleEpsilon?: boolean;
}

/** Adam's settings, at base width. */
export interface AdamOptions extends MomentOptions {
  /** Added to the gradient as weightDecay · θ, as PyTorch's Adam does; 0 unless given. */
  weightDecay?: number;
}

/** AdamW's settings, at base width; `weightDecay` is 0.01 unless given. */
export interface AdamWOptions extends MomentOptions, DecayOptions {}

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
 * @throws CoordCheckError BASE_SHAPES_MISSING, BASE_SHAPES_OUTGROWN, SETTING_INVALID, FACTOR_GLOB_UNKNOWN, FACTOR_INVALID
 */
export function sgd(model: ModelLike, options: SgdOptions): MupOptimizer & DecayedRates {
  const { learningRate, momentum = 0, nesterov = false, weightDecay, rateMultipliers } = options;
  const inner = (rate: number): InnerOptimizer =>
    opened(momentum === 0 ? tf.train.sgd(rate) : tf.train.momentum(rate, momentum, nesterov));
  const className = momentum === 0 ? 'SGD' : 'Momentum';
  const grouping = { family: 'sgd', rateMultipliers } as const;
  const settings = { className, learningRate, model, grouping, inner };
  return made('mup.sgd', options, () => new RegularizedOptimizer(settings, weightDecay));
}

/**
 * Adam in µP: hidden and readout rates fall as 1/m, and epsilon follows the gradient.
 *
 * Weight decay here is L2 regularisation, scaled as the `mup` package's MuAdam scales it: it grows as m where a rate
 * falls as 1/m. But Adam divides by the size of gradient and decay together, so that this does not keep the decay's
 * effect: a hidden gradient falls as 1/m, its decay term m · θ grows as √m, and takes over in wide models. It is here for
 * who comes from MuAdam; a decay whose effect stays is {@link adamW}'s.
 *
 * @param model - one with base shapes; in SP and at base width this is `tf.train.adam`, bit for bit without weight decay
 * @throws CoordCheckError BASE_SHAPES_MISSING, BASE_SHAPES_OUTGROWN, SETTING_INVALID, FACTOR_GLOB_UNKNOWN, FACTOR_INVALID
 */
export function adam(model: ModelLike, options: AdamOptions): MupOptimizer & DecayedRates {
  const settings = adamGroups(model, options, { className: 'Adam' });
  return made('mup.adam', options, () => new RegularizedOptimizer(settings, options.weightDecay));
}

/**
 * AdamW in µP: Adam, and a decay that takes the same from every variable at every width.
 *
 * Coupled to the rate, as PyTorch has it, decay grows as m where a rate falls as 1/m: what a weight loses in a step
 * stays learningRate · weightDecay. Independent of the rate, it is weightDecay itself. All trainable variables decay, as
 * in PyTorch.
 *
 * @param model - one with base shapes
 * @throws CoordCheckError BASE_SHAPES_MISSING, BASE_SHAPES_OUTGROWN, SETTING_INVALID, FACTOR_GLOB_UNKNOWN, FACTOR_INVALID
 */
export function adamW(model: ModelLike, options: AdamWOptions): MupOptimizer & DecayedRates {
  return made('mup.adamW', options, () => decayingAdam(model, options, { className: 'AdamW' }));
}

/**
 * RMSProp in µP: rates as Adam's, and the epsilon inside the root follows the squared gradient.
 *
 * @param model - one with base shapes; in SP and at base width this is `tf.train.rmsprop`, bit for bit
 * @throws CoordCheckError BASE_SHAPES_MISSING, BASE_SHAPES_OUTGROWN, SETTING_INVALID, FACTOR_GLOB_UNKNOWN, FACTOR_INVALID
 */
export function rmsprop(model: ModelLike, options: RmspropOptions): MupOptimizer {
  const { learningRate, decay = 0.9, momentum = 0, epsilon = tf.backend().epsilon(), centered = false } = options;
  const inner = (rate: number, multipliers: GroupMultipliers): InnerOptimizer =>
    opened(tf.train.rmsprop(rate, decay, momentum, epsilon * multipliers.epsilon ** 2, centered));
  const { rateMultipliers, scaleEpsilon = true } = options;
  const grouping = { family: 'sign', scaleEpsilon, rateMultipliers } as const;
  const settings = { className: 'RMSProp', learningRate, model, grouping, inner };
  return made('mup.rmsprop', options, () => new GroupedOptimizer(settings));
}

/**
 * Adagrad in µP: rates as Adam's, and the start of the accumulator follows the squared gradient.
 *
 * @param model - one with base shapes; in SP and at base width this is `tf.train.adagrad`, bit for bit
 * @throws CoordCheckError BASE_SHAPES_MISSING, BASE_SHAPES_OUTGROWN, SETTING_INVALID, FACTOR_GLOB_UNKNOWN, FACTOR_INVALID
 */
export function adagrad(model: ModelLike, options: AdagradOptions): MupOptimizer {
  const { learningRate, initialAccumulatorValue = 0.1, scaleAccumulator = true, rateMultipliers } = options;
  const inner = (rate: number, { epsilon }: GroupMultipliers): InnerOptimizer =>
    opened(tf.train.adagrad(rate, startScaled(initialAccumulatorValue, epsilon ** 2)));
  const grouping = { family: 'sign', scaleEpsilon: scaleAccumulator, rateMultipliers } as const;
  const settings = { className: 'Adagrad', learningRate, model, grouping, inner };
  return made('mup.adagrad', options, () => new GroupedOptimizer(settings));
}

/**
 * Lion in µP: rates as Adam's; weight decay as in {@link adamW}.
 *
 * @param model - one with base shapes; in SP this is Lion as published
 * @throws CoordCheckError BASE_SHAPES_MISSING, BASE_SHAPES_OUTGROWN, SETTING_INVALID, FACTOR_GLOB_UNKNOWN, FACTOR_INVALID
 * Source: Chen et al., Symbolic Discovery of Optimization Algorithms, arXiv:2302.06675.
 */
export function lion(model: ModelLike, options: LionOptions): MupOptimizer & DecayedRates {
  const { learningRate, beta1 = 0.9, beta2 = 0.99, rateMultipliers } = options;
  const inner = (rate: number): InnerOptimizer => new LionOptimizer(rate, { beta1, beta2 });
  const grouping = { family: 'sign', rateMultipliers } as const;
  const settings = { className: 'Lion', learningRate, model, grouping, inner };
  return made('mup.lion', options, () => new DecayingOptimizer(settings, options));
}

/** Adam over some of a model's variables, with decay beside the update, under the class name of the whole. */
export function decayingAdam(
  model: ModelLike,
  { weightDecay = 0.01, independentWeightDecay = false, ...options }: AdamWOptions,
  group: { className: string; only?: ReadonlySet<string> },
): DecayingOptimizer {
  return new DecayingOptimizer(adamGroups(model, options, group), { weightDecay, independentWeightDecay });
}

function adamGroups(
  model: ModelLike,
  options: MomentOptions,
  { className, only }: { className: string; only?: ReadonlySet<string> },
): GroupedOptimizerOptions {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = tf.backend().epsilon(), scaleEpsilon = true } = options;
  const { rateMultipliers } = options;
  const grouping = { family: 'sign', scaleEpsilon, rateMultipliers, ...(only && { only }) } as const;
  const inner = (rate: number, multipliers: GroupMultipliers): InnerOptimizer =>
    opened(tf.train.adam(rate, beta1, beta2, epsilon * multipliers.epsilon));
  return { className, learningRate, model, grouping, inner };
}

/** TF.js adds its own epsilon to the accumulator, which cannot be set: the sum of both is what must scale. */
function startScaled(start: number, multiplier: number): number {
  if (multiplier === 1) return start;
  const epsilon = tf.backend().epsilon();
  return Math.max(0, (start + epsilon) * multiplier - epsilon);
}
