import { loadBaseShapes, makeBaseShapes, saveBaseShapes } from './base-shapes.js';
import { initializers } from './initializers.js';
import { layers } from './layers.js';
import { adam, adamW, scaled, sgd } from './optimizers.js';
import { parametrize } from './parametrize.js';
import { setBaseShapes } from './set-base-shapes.js';

export { loadBaseShapes, makeBaseShapes, saveBaseShapes, type BaseShapes } from './base-shapes.js';
export { initializers } from './initializers.js';
export { layers, type ReadoutConfig, type ReadoutLayer } from './layers.js';
export {
  adam,
  adamW,
  scaled,
  sgd,
  type AdamOptions,
  type AdamWOptions,
  type MupOptimizer,
  type ScaledOptions,
  type SgdOptions,
} from './optimizers.js';
export type { ModelLike, LayersModelLike, HandWrittenLike } from './parameters.js';
export { parametrize, type ParametrizeOptions } from './parametrize.js';
export { setBaseShapes, type SetBaseShapesOptions } from './set-base-shapes.js';

/** µP for TF.js models: base shapes, initial values and learning rates that scale with width. */
export const mup = {
  parametrize,
  setBaseShapes,
  makeBaseShapes,
  saveBaseShapes,
  loadBaseShapes,
  layers,
  initializers,
  sgd,
  adam,
  adamW,
  scaled,
};
