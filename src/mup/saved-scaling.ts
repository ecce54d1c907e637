import { failure } from '../errors.js';
import { isBaseShapes, type BaseShapes } from './base-shapes.js';
import { isLayersModel, type LayersModelLike, type ModelLike } from './parameters.js';

/** Under which name a saved model carries its base shapes. */
const KEY = 'coordcheck';

/** What a saved model carries: the base shapes its scaling was made from, or that it is in SP. */
export type SavedScaling =
  | { readonly parametrization: 'mup'; readonly baseShapes: BaseShapes }
  | { readonly parametrization: 'sp' };

/** TF.js's own place for what is saved with a model beside its topology and weights. */
interface HasMetadata {
  getUserDefinedMetadata(): Record<string, unknown> | null | undefined;
  setUserDefinedMetadata(metadata: Record<string, unknown>): void;
}

/**
 * Puts base shapes where `model.save` and `tf.loadLayersModel` carry them along, beside the user's own metadata.
 *
 * A hand-written model has no such place; its base shapes are saved to a file.
 */
export function attachScaling(model: ModelLike, saved: SavedScaling): void {
  if (!hasMetadata(model)) return;
  model.setUserDefinedMetadata({ ...model.getUserDefinedMetadata(), [KEY]: saved });
}

/** What a loaded model carries; null if it carries no base shapes. @throws CoordCheckError BASE_SHAPES_INVALID */
export function attachedScaling(model: ModelLike): SavedScaling | null {
  const saved = hasMetadata(model) ? model.getUserDefinedMetadata()?.[KEY] : undefined;
  if (saved === undefined || saved === null) return null;
  const { parametrization, baseShapes } = saved as { parametrization?: unknown; baseShapes?: unknown };
  if (parametrization === 'sp') return { parametrization };
  if (parametrization === 'mup' && isBaseShapes(baseShapes)) return { parametrization, baseShapes };
  throw failure('BASE_SHAPES_INVALID', { path: "the model's metadata", why: 'they have another form' });
}

function hasMetadata(model: ModelLike): model is LayersModelLike & HasMetadata {
  return isLayersModel(model) && 'setUserDefinedMetadata' in model;
}
