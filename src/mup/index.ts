import { applyTargetSettings } from './apply-target-settings.js';
import { targetRates } from './target-rates.js';
import { attentionScale } from './attention-scale.js';
import { makeBaseShapes } from './base-shapes.js';
import { loadBaseShapes, saveBaseShapes } from './base-shapes-file.js';
import { bypassedScaling } from './bypassed-scaling.js';
import { initializers } from './initializers.js';
import { layers } from './layers.js';
import { multiplyInit, multiplyUpdates } from './multiplied.js';
import { muon } from './muon.js';
import { adagrad, adam, adamW, lion, rmsprop, sgd } from './optimizers.js';
import { parametrize } from './parametrize.js';
import { scaled } from './scaled-optimizer.js';
import { baseShapesOf } from './scaling.js';
import { scalingWarnings, undeclaredReadouts } from './scaling-warnings.js';
import { schedule } from './scheduled-optimizer.js';
import { schedules } from './schedules.js';
import { restoreBaseShapes, setBaseShapes } from './set-base-shapes.js';
import { loadTargetSettings } from './target-settings.js';

export { applyTargetSettings } from './apply-target-settings.js';
export { targetRates } from './target-rates.js';
export { attentionScale, type AttentionScaleOptions } from './attention-scale.js';
export { makeBaseShapes, type BaseShapes, type ShapeRecord, type ShapeSource } from './base-shapes.js';
export { loadBaseShapes, saveBaseShapes } from './base-shapes-file.js';
export { bypassedScaling } from './bypassed-scaling.js';
export { initializers } from './initializers.js';
export { layers, type ReadoutConfig, type ReadoutLayer } from './layers.js';
export type { DecayedRates, DecayOptions } from './decaying-optimizer.js';
export type { ScaledRates } from './inner-optimizer.js';
export { multiplyInit, multiplyUpdates, type FactorsByName } from './multiplied.js';
export { muon, type MuonOptions } from './muon.js';
export {
  adagrad,
  adam,
  adamW,
  lion,
  rmsprop,
  sgd,
  type AdagradOptions,
  type AdamOptions,
  type AdamWOptions,
  type LionOptions,
  type MupOptimizer,
  type RmspropOptions,
  type SgdOptions,
} from './optimizers.js';
export type { ModelLike, LayersModelLike, HandWrittenLike } from './parameters.js';
export { parametrize, type ParametrizeOptions } from './parametrize.js';
export { scaled, type ScaledOptions } from './scaled-optimizer.js';
export { baseShapesOf } from './scaling.js';
export { schedule } from './scheduled-optimizer.js';
export { schedules, type DecayScheduleOptions, type Schedule } from './schedules.js';
export { scalingWarnings, undeclaredReadouts } from './scaling-warnings.js';
export { restoreBaseShapes, setBaseShapes, type BaseSource, type SetBaseShapesOptions } from './set-base-shapes.js';
export { loadTargetSettings, type TargetParameter, type TargetSettings } from './target-settings.js';
export type { ShapeLayout, ShapeTranslation } from './translate-shapes.js';
export type { DecayForm } from './variable-settings.js';
export { withoutWarnings } from './warn.js';

/** µP for TF.js models: base shapes, initial values and learning rates that scale with width. */
export const mup = {
  parametrize,
  setBaseShapes,
  restoreBaseShapes,
  makeBaseShapes,
  baseShapesOf,
  saveBaseShapes,
  loadBaseShapes,
  scalingWarnings,
  undeclaredReadouts,
  bypassedScaling,
  layers,
  initializers,
  sgd,
  adam,
  adamW,
  rmsprop,
  adagrad,
  lion,
  muon,
  scaled,
  multiplyInit,
  multiplyUpdates,
  schedule,
  schedules,
  attentionScale,
  loadTargetSettings,
  applyTargetSettings,
  targetRates,
};
