import { ABC } from '../parametrization/abc.js';
import { optimizerFamily, type OptimizerFamily } from '../parametrization/optimizer-family.js';
import { failure } from '../errors.js';
import { factorsByGlob } from './factors-by-glob.js';
import { namedParameters, type ModelLike } from './parameters.js';
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
  /** Names of the variables to group; all unless given. */
  only?: ReadonlySet<string>;
  rateMultipliers?: RateMultipliers | undefined;
}

/**
 * Factors of one's own for the rates of parameters, by glob over their names; where several match, their product.
 *
 * Beside what width asks for: a constant a role, or what depth asks for (`{ 'block*': (depth / baseDepth) ** -0.5 }`).
 */
export type RateMultipliers = Readonly<Record<string, number>>;

/**
 * Splits a model's variables into groups of equal multipliers, in the model's order.
 *
 * Frozen ones too, which may be unfrozen while they are trained. The first group is always the unscaled one, though it
 * may be empty: variables of no model join it.
 *
 * @param model - one with base shapes
 * @throws CoordCheckError BASE_SHAPES_MISSING, BASE_SHAPES_OUTGROWN, FACTOR_GLOB_UNKNOWN, FACTOR_INVALID
 */
export function parameterGroups(
  model: ModelLike,
  { family, scaleEpsilon = false, only, rateMultipliers = {} }: GroupingOptions,
): ParameterGroup[] {
  const { parameters } = scalingOf(model);
  refuseAdded(model, parameters);
  const names = [...parameters.values()].map(({ parameter }) => parameter.name);
  const own = factorsByGlob(rateMultipliers, names, 'rateMultipliers');
  const groups: ParameterGroup[] = [{ ...UNSCALED, names: [] }];
  for (const [name, scaling] of parameters) {
    if (only?.has(name) === false) continue;
    const rate = rateMultiplier(scaling, family) * own(scaling.parameter.name);
    const epsilon = scaleEpsilon ? epsilonMultiplier(scaling) : 1;
    const group = groups.find((g) => g.rate === rate && g.epsilon === epsilon);
    if (group === undefined) groups.push({ rate, epsilon, names: [name] });
    else group.names.push(name);
  }
  return groups;
}

/** What a model has got since its base shapes were set would be taken for a variable of no model, and not be scaled. */
function refuseAdded(model: ModelLike, parameters: ReadonlyMap<string, unknown>): void {
  const added = namedParameters(model).filter(({ variable }) => !parameters.has(variable.name));
  if (added.length > 0) throw failure('BASE_SHAPES_OUTGROWN', { names: added.map(({ name }) => name) });
}

/**
 * The family of an optimizer class, or `given`.
 *
 * @throws CoordCheckError OPTIMIZER_FAMILY_UNKNOWN if neither is known
 */
export function requireFamily(className: string, given: OptimizerFamily | undefined): OptimizerFamily {
  const family = given === undefined ? optimizerFamily(className) : known(given);
  if (family === null) throw failure('OPTIMIZER_FAMILY_UNKNOWN', { className, given });
  return family;
}

/** Past the type checker anything may be given; an unknown family would scale every rate by NaN. */
function known(given: OptimizerFamily): OptimizerFamily | null {
  return Object.hasOwn(ABC.sp.hidden.c, given) ? given : null;
}
