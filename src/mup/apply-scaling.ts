import { failure } from '../errors.js';
import { ABC } from '../parametrization/abc.js';
import { refuseUnmatched, type BaseShapes } from './base-shapes.js';
import { isLayersModel, layerNames, namedParameters, type ModelLike } from './parameters.js';
import { attachScaling } from './saved-scaling.js';
import {
  hasMultiplier,
  parameterScaling,
  rememberScaling,
  widthMultiplier,
  type ModelScaling,
  type ParameterScaling,
} from './scaling.js';
import { sharesVariable, type SharesVariable } from './shared-readout.js';

/**
 * Works out how every parameter of a model is scaled.
 *
 * @throws CoordCheckError BASE_SHAPES_UNMATCHED if the shapes are another model's, or call a dimension finite that has
 * grown; READOUT_MISPLACED if a declared readout does not lead from an infinite dimension to a finite one
 */
export function scalingsOf(model: ModelLike, shapes: BaseShapes): ParameterScaling[] {
  const parameters = namedParameters(model);
  const sizes = new Map(Object.entries(shapes.parameters));
  refuseUnmatched(new Map(parameters.map((p) => [p.name, p.variable.shape])), sizes, 'the base shapes');
  const scalings = parameters.map((parameter) => parameterScaling(parameter, sizes.get(parameter.name) ?? []));
  if (shapes.sizes !== undefined) refuseChangedFinite(scalings, shapes.sizes);
  refuseMisplaced(model, scalings);
  return scalings;
}

/** Makes a model scaled: tells its readouts their multiplier, and remembers all where optimizers and files find it. */
export function applyScaling(model: ModelLike, scalings: readonly ParameterScaling[], baseShapes: BaseShapes): void {
  for (const { parameter, role, fanInMultiplier } of scalings) {
    if (role === 'readout' && hasMultiplier(parameter.owner)) parameter.owner.widthMultiplier = fanInMultiplier;
  }
  for (const [layer, shared] of sharedReadouts(model, scalings)) layer.widthMultiplier = widthMultiplier(shared);
  const parameters = new Map(scalings.map((scaling) => [scaling.parameter.variable.name, scaling]));
  rememberScaling(model, { parametrization: 'mup', parameters, baseShapes });
  attachScaling(model, { parametrization: 'mup', baseShapes });
}

/** SP: every dimension finite, so every multiplier is 1. */
export function applyStandard(model: ModelLike): void {
  const scalings = namedParameters(model).map((parameter): [string, ParameterScaling] => {
    const finite = parameter.variable.shape.map(() => null);
    return [parameter.variable.name, { ...parameterScaling(parameter, finite), table: ABC.sp }];
  });
  const scaling: ModelScaling = { parametrization: 'sp', parameters: new Map(scalings), baseShapes: null };
  rememberScaling(model, scaling);
  attachScaling(model, { parametrization: 'sp' });
}

/** A dimension equal at both small widths but different here grows with width after all: base and delta hid it. */
function refuseChangedFinite(scalings: readonly ParameterScaling[], base: NonNullable<BaseShapes['sizes']>): void {
  const problems = scalings.flatMap(({ parameter, infinite }) => {
    const { name, variable } = parameter;
    const changed = variable.shape.findIndex((size, i) => infinite[i] !== true && size !== base[name]?.[i]);
    if (changed < 0) return [];
    const sizes = `${variable.shape[changed]} here and ${base[name]?.[changed]} in the base and delta models`;
    return [`dimension ${changed} of ${name} is ${sizes}`];
  });
  if (problems.length > 0) throw failure('BASE_SHAPES_UNMATCHED', { problems });
}

/** A readout's multiplier and Table 8 rates are right only from an infinite dimension to a finite one. */
function refuseMisplaced(model: ModelLike, scalings: readonly ParameterScaling[]): void {
  // Where nothing at all grows, the readout is not what is wrong.
  if (scalings.every(({ infinite }) => !infinite.includes(true))) return;
  const kernels = scalings.filter(({ parameter }) => hasMultiplier(parameter.owner) && parameter.variable.rank > 1);
  const misplaced = kernels.find(({ role }) => role !== 'readout');
  if (misplaced !== undefined) throw misplacement(misplaced, misplaced.parameter.name);
  for (const [layer, shared] of sharedReadouts(model, scalings)) {
    const what = `the transpose of ${shared.parameter.name}, used by ${layer.name}`;
    if (shared.role !== 'input') throw misplacement(shared, what);
  }
}

function misplacement({ parameter, infinite }: ParameterScaling, what: string): Error {
  const sizes = parameter.variable.shape.map((size, i) => `${size} (${infinite[i] === true ? 'infinite' : 'finite'})`);
  return failure('READOUT_MISPLACED', { what, shape: sizes.join(' × ') });
}

function sharedReadouts(
  model: ModelLike,
  scalings: readonly ParameterScaling[],
): [SharesVariable & { name: string }, ParameterScaling][] {
  if (!isLayersModel(model)) return [];
  const layers = [...layerNames(model).keys()].filter((layer) => sharesVariable(layer));
  return layers.flatMap((layer) => {
    const shared = scalings.find(({ parameter }) => parameter.variable === layer.sharedVariable());
    return shared === undefined ? [] : [[layer, shared]];
  });
}
