import type { Variable } from '../engine/tf.js';
import { failure } from '../errors.js';
import { ABC } from '../parametrization/abc.js';
import {
  isBaseShapes,
  loadBaseShapes,
  makeBaseShapes,
  refuseUnmatched,
  shapesOf,
  type BaseShapes,
} from './base-shapes.js';
import { isLayersModel, layerNames, namedParameters, type ModelLike } from './parameters.js';
import { rescaleInit } from './rescale.js';
import {
  hasMultiplier,
  parameterScaling,
  refuseScaled,
  rememberScaling,
  widthMultiplier,
  type ModelScaling,
  type ParameterScaling,
} from './scaling.js';
import { sharesVariable } from './shared-readout.js';

/** How base shapes are set. */
export interface SetBaseShapesOptions {
  /** The model at a second small width: tells which dimensions are infinite. Needed when `base` is a model. */
  delta?: ModelLike;
  /** Whether initial values are scaled to µP; false where they already are, for example loaded weights. */
  rescale?: boolean;
}

/**
 * Gives a model its base shapes: from then on its optimizers scale rates, and its initial values are scaled now.
 *
 * The forward pass is left alone, but for `mup.layers.readout`, which is told its width multiplier.
 *
 * @param model - freshly built, at any width; its variables are rescaled in place
 * @param base - the model at base width (with `delta`), base shapes, or the path of a file of them; null for SP
 * @returns the same model
 * @throws CoordCheckError BASE_SHAPES_SET_TWICE, BASE_SHAPES_UNMATCHED, BASE_SHAPES_DELTA_MISSING, INIT_UNKNOWN
 */
export function setBaseShapes<M extends ModelLike>(
  model: M,
  base: ModelLike | BaseShapes | string | URL | null,
  { delta, rescale = true }: SetBaseShapesOptions = {},
): M {
  refuseScaled(model);
  if (base === null) {
    rememberScaling(model, standardScaling(model));
    return model;
  }
  const baseModel = isModel(base) ? base : null;
  const scalings = scalingsOf(model, resolve(base, delta));
  if (baseModel !== null) refuseChangedFinite(scalings, shapesOf(baseModel));
  const baseValues = new Map(baseModel === null ? [] : namedParameters(baseModel).map((p) => [p.name, p.variable]));
  if (rescale) rescaleAll(scalings, baseValues);
  tellMultipliers(model, scalings);
  const parameters = new Map(scalings.map((scaling) => [scaling.parameter.variable.name, scaling]));
  rememberScaling(model, { parametrization: 'mup', parameters });
  return model;
}

function resolve(base: ModelLike | BaseShapes | string | URL, delta: ModelLike | undefined): BaseShapes {
  if (typeof base === 'string' || base instanceof URL) return loadBaseShapes(base);
  if (isBaseShapes(base)) return base;
  if (delta === undefined) throw failure('BASE_SHAPES_DELTA_MISSING', undefined);
  return makeBaseShapes(base, delta);
}

function isModel(base: ModelLike | BaseShapes | string | URL): base is ModelLike {
  return typeof base === 'object' && !(base instanceof URL) && !isBaseShapes(base);
}

function scalingsOf(model: ModelLike, shapes: BaseShapes): ParameterScaling[] {
  const parameters = namedParameters(model);
  const sizes = new Map(Object.entries(shapes.parameters));
  refuseUnmatched(new Map(parameters.map((p) => [p.name, p.variable.shape])), sizes, 'the base shapes');
  return parameters.map((parameter) => parameterScaling(parameter, sizes.get(parameter.name) ?? []));
}

/** A dimension equal at both small widths but different here grows with width after all: base and delta hid it. */
function refuseChangedFinite(
  scalings: readonly ParameterScaling[],
  base: ReadonlyMap<string, readonly number[]>,
): void {
  const problems = scalings.flatMap(({ parameter, infinite }) => {
    const { name, variable } = parameter;
    const changed = variable.shape.findIndex((size, i) => infinite[i] !== true && size !== base.get(name)?.[i]);
    if (changed < 0) return [];
    const sizes = `${variable.shape[changed]} here and ${base.get(name)?.[changed]} in the base and delta models`;
    return [`dimension ${changed} of ${name} is ${sizes}`];
  });
  if (problems.length > 0) throw failure('BASE_SHAPES_UNMATCHED', { problems });
}

function rescaleAll(scalings: readonly ParameterScaling[], base: ReadonlyMap<string, Variable>): void {
  for (const scaling of scalings) rescaleInit(scaling, base.get(scaling.parameter.name) ?? null);
}

function tellMultipliers(model: ModelLike, scalings: readonly ParameterScaling[]): void {
  for (const { parameter, role, fanInMultiplier } of scalings) {
    if (role === 'readout' && hasMultiplier(parameter.owner)) parameter.owner.widthMultiplier = fanInMultiplier;
  }
  if (!isLayersModel(model)) return;
  for (const layer of [...layerNames(model).keys()].filter((l) => sharesVariable(l))) {
    const shared = scalings.find(({ parameter }) => parameter.variable === layer.sharedVariable());
    if (shared !== undefined) layer.widthMultiplier = widthMultiplier(shared);
  }
}

/** SP: every dimension finite, so every multiplier is 1. */
function standardScaling(model: ModelLike): ModelScaling {
  const scalings = namedParameters(model).map((parameter): [string, ParameterScaling] => {
    const { shape, name } = parameter.variable;
    return [
      name,
      {
        ...parameterScaling(
          parameter,
          shape.map(() => null),
        ),
        table: ABC.sp,
      },
    ];
  });
  return { parametrization: 'sp', parameters: new Map(scalings) };
}
