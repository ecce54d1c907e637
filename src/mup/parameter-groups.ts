import { optimizerFamily, type OptimizerFamily } from '../parametrization/optimizer-family.js';
import { failure } from '../errors.js';
import type { ModelLike } from './parameters.js';
import { epsilonMultiplier, rateMultiplier, scalingOf } from './scaling.js';

/** What one variable's rate and epsilon are multiplied by. */
export interface GroupMultipliers {
  rate: number;
  epsilon: number;
}

/** Variables that share their multipliers, and so one inner optimizer. */
export interface ParameterGroup extends GroupMultipliers {
  /** Names of variables, in the model's order. */
  names: string[];
}

/** Multipliers of a variable that the model does not know, such as a loss's own scale. */
export const UNSCALED: GroupMultipliers = { rate: 1, epsilon: 1 };

/** Which of a model's variables are grouped, and by what. */
export interface GroupingOptions {
  /** Which column of rates applies. */
  family: OptimizerFamily;
  /** Also groups by epsilon's multiplier; false leaves every one at 1. */
  scaleEpsilon?: boolean;
  /** Names of the variables to group; all trainable ones unless given. */
  only?: ReadonlySet<string>;
}

/**
 * Splits a model's trainable variables into groups of equal multipliers, in the model's order.
 *
 * The first group is always the unscaled one, though it may be empty: variables of no model join it.
 *
 * @param model - one with base shapes
 * @throws CoordCheckError BASE_SHAPES_MISSING
 */
export function parameterGroups(
  model: ModelLike,
  { family, scaleEpsilon = false, only }: GroupingOptions,
): ParameterGroup[] {
  const groups: ParameterGroup[] = [{ ...UNSCALED, names: [] }];
  for (const [name, scaling] of scalingOf(model).parameters) {
    if (!scaling.parameter.trainable || only?.has(name) === false) continue;
    const rate = rateMultiplier(scaling, family);
    const epsilon = scaleEpsilon ? epsilonMultiplier(scaling) : 1;
    const group = groups.find((g) => g.rate === rate && g.epsilon === epsilon);
    if (group === undefined) groups.push({ rate, epsilon, names: [name] });
    else group.names.push(name);
  }
  return groups;
}

/** The family of an optimizer class, or `given`. @throws CoordCheckError OPTIMIZER_FAMILY_UNKNOWN if neither is known */
export function requireFamily(className: string, given: OptimizerFamily | undefined): OptimizerFamily {
  const family = given ?? optimizerFamily(className);
  if (family === null) throw failure('OPTIMIZER_FAMILY_UNKNOWN', { className });
  return family;
}
