import type { Variable } from '../engine/tf.js';
import { failure } from '../errors.js';
import { ABC, type Abc, type AbcTable } from '../parametrization/abc.js';
import { epsilonExponent } from '../parametrization/calculus.js';
import type { OptimizerFamily } from '../parametrization/optimizer-family.js';
import { roleOf, type Role } from '../parametrization/role.js';
import type { BaseShapes } from './base-shapes.js';
import type { ModelLike, NamedParameter } from './parameters.js';

/** How one parameter is scaled at this model's width. All multipliers are 1 at base width. */
export interface ParameterScaling {
  readonly parameter: NamedParameter;
  readonly role: Role;
  /** The parameter's shape at base width. */
  readonly baseShape: readonly number[];
  readonly infinite: readonly boolean[];
  /** Fan-in here over fan-in at base width; 1 where fan-in is finite. */
  readonly fanInMultiplier: number;
  /** Fan-out here over fan-out at base width; 1 where it is finite. A vector's one dimension counts as fan-out. */
  readonly fanOutMultiplier: number;
  /** Which form of µP this parameter is written in. */
  readonly table: AbcTable;
}

/** What `setBaseShapes` found out about a model. */
export interface ModelScaling {
  /** `sp`: every dimension is finite and nothing is scaled. */
  readonly parametrization: 'mup' | 'sp';
  /** By `variable.name`, the name under which gradients arrive. */
  readonly parameters: ReadonlyMap<string, ParameterScaling>;
  /** What the scaling was made from; null in SP. */
  readonly baseShapes: BaseShapes | null;
}

// Beside the model rather than on its tensors: a clone, a checkpoint or a second TF.js cannot lose or fake it.
const SCALINGS = new WeakMap<object, ModelScaling>();

/** What some model's base shapes have scaled: two models may share variables, as a nested one and what it is in. */
const SCALED = new WeakSet<Variable>();

/** Remembers a model's scaling. @throws CoordCheckError BASE_SHAPES_SET_TWICE if it already has one */
export function rememberScaling(model: ModelLike, scaling: ModelScaling): void {
  refuseScaled(model);
  SCALINGS.set(model, scaling);
  if (scaling.parametrization === 'sp') return;
  for (const { parameter } of scaling.parameters.values()) SCALED.add(parameter.variable);
}

/** @throws CoordCheckError BASE_SHAPES_SET_TWICE if the model already has base shapes: its init would be scaled twice */
export function refuseScaled(model: ModelLike): void {
  if (SCALINGS.has(model)) throw failure('BASE_SHAPES_SET_TWICE', {});
}

/** @throws CoordCheckError BASE_SHAPES_SET_TWICE if a parameter has base shapes as another model's: see above */
export function refuseScaledParameters(scalings: readonly ParameterScaling[]): void {
  const shared = scalings.find(({ parameter }) => SCALED.has(parameter.variable));
  if (shared !== undefined) throw failure('BASE_SHAPES_SET_TWICE', { parameter: shared.parameter.name });
}

/** A model's scaling. @throws CoordCheckError BASE_SHAPES_MISSING if it was never parametrized */
export function scalingOf(model: ModelLike): ModelScaling {
  const scaling = knownScaling(model);
  if (scaling === null) throw failure('BASE_SHAPES_MISSING', undefined);
  return scaling;
}

/** A model's scaling, or null for one that was never parametrized. */
export function knownScaling(model: ModelLike): ModelScaling | null {
  return SCALINGS.get(model) ?? null;
}

/**
 * The base shapes of a model that has some, to be saved beside a hand-written model's weights.
 *
 * @throws CoordCheckError BASE_SHAPES_MISSING if it was never parametrized, or is in SP
 */
export function baseShapesOf(model: ModelLike): BaseShapes {
  const { baseShapes } = scalingOf(model);
  if (baseShapes === null) throw failure('BASE_SHAPES_MISSING', undefined);
  return baseShapes;
}

/**
 * Works out a parameter's role and multipliers.
 *
 * @param parameter - at the target width
 * @param base - its base shape: a size per infinite dimension, null per finite one
 */
export function parameterScaling(parameter: NamedParameter, base: readonly (number | null)[]): ParameterScaling {
  const { shape } = parameter.variable;
  const { layerClass, name } = parameter;
  const infinite = base.map((size) => size !== null);
  const baseShape = shape.map((size, i) => base[i] ?? size);
  const axes = axesToFanOut(parameter);
  const at = <T>(values: readonly T[]): T[] => axes.map((axis) => values[axis] as T);
  const role = roleOf({ shape: at(shape), infinite: at(infinite), layerClass, name });
  const ratios = shape.map((size, i) => size / (baseShape[i] ?? size));
  const multipliers = at(ratios).filter((_, i) => at(infinite)[i] === true);
  const isFanOut = role === 'hidden' || role === 'input' || role === 'vector';
  const fanOutMultiplier = isFanOut ? (multipliers.at(-1) ?? 1) : 1;
  // A vector of rank 2 has one infinite dimension too; several infinite dimensions before the last make one fan-in.
  const fanIns = role === 'hidden' ? multipliers.slice(0, -1) : role === 'readout' ? multipliers : [];
  const fanInMultiplier = fanIns.reduce((product, m) => product * m, 1);
  const table = role === 'readout' && hasMultiplier(parameter.owner) ? ABC['mup-table8'] : ABC['mup-table3'];
  return { parameter, role, baseShape, infinite, fanInMultiplier, fanOutMultiplier, table };
}

/**
 * The axes of a weight in the order that has fan-out last, its own inverse: TF.js lays kernels out so, but for a
 * transposed convolution's, whose last two are swapped.
 */
export function axesToFanOut({ layerClass, variable: { rank } }: NamedParameter): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const isTransposed = rank > 2 && /^Conv\dDTranspose$/.test(layerClass ?? '');
  return isTransposed ? [...axes.slice(0, -2), rank - 1, rank - 2] : axes;
}

/** A layer that divides by a width multiplier in its own forward pass: the Table 8 readout. */
export interface HasWidthMultiplier {
  widthMultiplier: number;
}

/** True for the layers whose forward pass carries the width multiplier. */
export function hasMultiplier(layer: object | null): layer is HasWidthMultiplier {
  return layer !== null && 'widthMultiplier' in layer;
}

/** The multiplier that the table's exponents are of: fan-in where it is infinite, else fan-out. */
export function widthMultiplier({ role, fanInMultiplier, fanOutMultiplier }: ParameterScaling): number {
  return role === 'hidden' || role === 'readout' ? fanInMultiplier : fanOutMultiplier;
}

/** What the initial std is multiplied by from base width to this one: m^-b. */
export function initMultiplier(scaling: ParameterScaling): number {
  return widthMultiplier(scaling) ** -row(scaling).b;
}

/**
 * What the learning rate is multiplied by: m^-c.
 *
 * Under SGD a hidden matrix also takes fan-out over fan-in, which is 1 where both grow alike: its gradient follows
 * 1/fan-out, its effect fan-in. Under Muon it takes the root of that.
 */
export function rateMultiplier(scaling: ParameterScaling, family: OptimizerFamily): number {
  const rate = widthMultiplier(scaling) ** -row(scaling).c[family];
  if (scaling.role !== 'hidden' || family === 'sign') return rate;
  const ratio = scaling.fanOutMultiplier / scaling.fanInMultiplier;
  return rate * (family === 'sgd' ? ratio : Math.sqrt(ratio));
}

/** What Adam's epsilon is multiplied by, so that it stays in proportion to the parameter's gradient. */
export function epsilonMultiplier(scaling: ParameterScaling): number {
  const { role, table, fanInMultiplier, fanOutMultiplier } = scaling;
  // A gradient's size is set where it comes from: the fan-out side, but for the readout, whose fan-out is finite.
  return (role === 'readout' ? fanInMultiplier : fanOutMultiplier) ** epsilonExponent(role, table);
}

function row({ table, role }: ParameterScaling): Abc {
  return table[role];
}
