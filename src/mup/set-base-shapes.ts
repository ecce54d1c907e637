import { failure } from '../errors.js';
import { applyScaling, applyStandard, scalingsOf } from './apply-scaling.js';
import {
  baseShapesOfRecord,
  isBaseShapes,
  isModel,
  isShapeRecord,
  makeBaseShapes,
  type BaseShapes,
  type ShapeSource,
} from './base-shapes.js';
import { bypassedScaling } from './bypassed-scaling.js';
import { loadBaseShapes } from './base-shapes-file.js';
import { namedParameters, type ModelLike } from './parameters.js';
import { rescaling } from './rescale.js';
import { attachedScaling } from './saved-scaling.js';
import { refuseScaled, refuseScaledParameters, type ParameterScaling } from './scaling.js';
import { scalingWarnings } from './scaling-warnings.js';
import { warn } from './warn.js';

/** How base shapes are set. */
export interface SetBaseShapesOptions {
  /** The same at a second small width: tells which dimensions are infinite. Needed when `base` is a model or sizes. */
  delta?: ShapeSource;
  /** Whether initial values are scaled to µP; false where they already are, for example loaded weights. */
  rescale?: boolean;
}

/** What base shapes are set from. */
export type BaseSource = ShapeSource | BaseShapes | string | URL;

/**
 * Gives a model its base shapes: from then on its optimizers scale rates, and its initial values are scaled now.
 *
 * The forward pass is left alone, but for `mup.layers.readout`, which is told its width multiplier. A layers model that
 * is saved carries its base shapes along. What is probably not meant (`scalingWarnings`) is said as a Node warning.
 *
 * @param model - freshly built, at any width; its variables are rescaled in place
 * @param base - the model at base width or a record of its sizes (both with `delta`), base shapes, or the path of a
 * file of them; null for SP
 * @returns the same model
 * @throws CoordCheckError BASE_SHAPES_SET_TWICE, BASE_SHAPES_SAVED (a loaded model that carries some),
 * BASE_SHAPES_UNMATCHED, BASE_SHAPES_DELTA_MISSING, BASE_SHAPES_INVALID, READOUT_MISPLACED, INIT_UNKNOWN
 */
export function setBaseShapes<M extends ModelLike>(
  model: M,
  base: BaseSource | null,
  { delta, rescale = true }: SetBaseShapesOptions = {},
): M {
  refuseScaled(model);
  if (rescale && attachedScaling(model) !== null) throw failure('BASE_SHAPES_SAVED', undefined);
  if (base === null) {
    applyStandard(model);
    return model;
  }
  const shapes = resolve(base, delta);
  const scalings = scalingsOf(model, shapes);
  if (rescale) rescaleAll(scalings, isModel(base) ? base : null);
  applyScaling(model, scalings, shapes);
  for (const sentence of scalingWarnings(model)) warn(sentence);
  return model;
}

/**
 * Gives a loaded model the base shapes it was saved with: its optimizers scale rates again, and no value is touched.
 *
 * A compiled optimizer that was saved with it (`includeOptimizer`) comes back as TF.js's own class, which knows nothing of
 * base shapes: a Node warning says so. Make it anew, and give it its state by `setWeights`. AdamW, Lion and Muon are no
 * classes of TF.js's, which cannot load a model that was saved with one: save it without, and its `getWeights` apart.
 *
 * @param model - from `tf.loadLayersModel`; what was saved had base shapes, or was in SP
 * @returns the same model
 * @throws CoordCheckError BASE_SHAPES_NOT_SAVED if it carries none; BASE_SHAPES_SET_TWICE
 */
export function restoreBaseShapes<M extends ModelLike>(model: M): M {
  refuseScaled(model);
  const saved = attachedScaling(model);
  if (saved === null) throw failure('BASE_SHAPES_NOT_SAVED', undefined);
  if (saved.parametrization === 'sp') applyStandard(model);
  else applyScaling(model, scalingsOf(model, saved.baseShapes), saved.baseShapes);
  const { optimizer } = model as { optimizer?: object | null };
  const sentence = optimizer ? bypassedScaling(model, optimizer) : null;
  if (sentence !== null) warn(sentence);
  return model;
}

function resolve(base: BaseSource, delta: ShapeSource | undefined): BaseShapes {
  if (typeof base === 'string' || base instanceof URL) return loadBaseShapes(base);
  if (isBaseShapes(base)) return base;
  if (isShapeRecord(base) && Object.values(base).some((sizes) => sizes.includes(null))) return baseShapesOfRecord(base);
  if (!isModel(base) && !isShapeRecord(base)) {
    const why = 'it is no model, record of sizes, base shapes or path of a file of them';
    throw failure('BASE_SHAPES_INVALID', { path: 'what was given as base', why });
  }
  if (delta === undefined) throw failure('BASE_SHAPES_DELTA_MISSING', undefined);
  return makeBaseShapes(base, delta);
}

function rescaleAll(scalings: readonly ParameterScaling[], base: ModelLike | null): void {
  const values = new Map(base === null ? [] : namedParameters(base).map((p) => [p.name, p.variable]));
  refuseScaledParameters(scalings);
  // All or none: what fails half-way would scale the first half twice when it is tried again.
  const rescalings = scalings.map((scaling) => rescaling(scaling, values.get(scaling.parameter.name) ?? null));
  for (const rescale of rescalings) rescale();
}
