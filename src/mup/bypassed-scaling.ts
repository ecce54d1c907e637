import { tf } from '../engine/tf.js';
import { familyOfRole, optimizerFamily } from '../parametrization/optimizer-family.js';
import type { ModelLike } from './parameters.js';
import { isPositional } from './positional-state.js';
import { hasMultiplier, knownScaling, rateMultiplier, type ParameterScaling } from './scaling.js';

/** An optimizer, as far as its rates can be seen. */
interface RatedOptimizer {
  getClassName(): string;
  readonly learningRate?: number;
  effectiveLearningRate?(variableName: string): number;
}

/**
 * Says that an optimizer trains a model with base shapes past its scaling: every variable at one rate.
 *
 * That is one of TF.js's own (`tf.train.adam`), and one of ours that was made for another model; what a class of the user's
 * does to rates cannot be seen. At base width, in SP, and for a model without base shapes there is nothing to bypass.
 *
 * @returns the sentence, naming the variables that µP gives another rate; null where all is well
 */
export function bypassedScaling(model: ModelLike, optimizer: object): string | null {
  const scaling = knownScaling(model);
  const rated = optimizer as RatedOptimizer;
  const className = rated.getClassName();
  const family = optimizerFamily(className);
  if (scaling === null || isOfUser(rated) || isScaledAlone(rated, family === null)) return null;
  const scalings = [...scaling.parameters.values()].filter(({ parameter }) => parameter.trainable);
  const missed = scalings
    .map((s) => ({ ...s, multiplier: rateMultiplier(s, familyOfRole(family ?? 'sign', s.role)) }))
    .filter(({ multiplier }) => multiplier !== 1);
  if (missed.length === 0 || missed.some(({ parameter }) => hasOwnRate(rated, parameter.variable.name))) return null;
  const directions = [
    ...listed(
      'lower',
      missed.filter(({ multiplier }) => multiplier < 1),
    ),
    ...listed(
      'higher',
      missed.filter(({ multiplier }) => multiplier > 1),
    ),
  ];
  return (
    `${className} trains every variable at one rate, past the model's base shapes; µP's rates are ` +
    `${directions.join(', and ')}. Make it with mup.sgd, mup.adam, …, or as mup.scaled(optimizer, model).`
  );
}

/** Without sizes: the runs of a check, at all their widths, say it once. */
function listed(direction: string, scalings: readonly ParameterScaling[]): string[] {
  if (scalings.length === 0) return [];
  const names = scalings.slice(0, 4).map((s) => s.parameter.name + aside(s));
  const more = scalings.length > 4 ? ` and ${scalings.length - 4} more` : '';
  return [`${direction} for ${names.join(', ')}${more}`];
}

function isOfUser(optimizer: RatedOptimizer): boolean {
  const isOfTfjs = optimizer.constructor === tf.SGDOptimizer || isPositional(optimizer);
  return !isOfTfjs && optimizer.effectiveLearningRate === undefined;
}

/**
 * A class of which nothing is known but that it has rates per variable: its scaling is its own business. At a base rate
 * of 0, as in a warm-up's first step, no rate shows what it is multiplied by.
 */
function isScaledAlone({ effectiveLearningRate, learningRate }: RatedOptimizer, isUnknown: boolean): boolean {
  return effectiveLearningRate !== undefined && (isUnknown || learningRate === 0);
}

function hasOwnRate(optimizer: RatedOptimizer, name: string): boolean {
  return (
    optimizer.effectiveLearningRate !== undefined && optimizer.effectiveLearningRate(name) !== optimizer.learningRate
  );
}

function aside({ role, parameter }: ParameterScaling): string {
  return role === 'readout' && !hasMultiplier(parameter.owner) ? ' (by shape a readout)' : '';
}
