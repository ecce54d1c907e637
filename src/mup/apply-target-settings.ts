import { tf, type Tensor, type Variable } from '../engine/tf.js';
import { failure } from '../errors.js';
import { matched, takerOf, type Matched } from './matched-settings.js';
import { forwardMultiplier, isMultiplied, tiedLayers } from './optimizer-settings.js';
import type { ModelLike } from './parameters.js';
import type { HasWidthMultiplier } from './scaling.js';
import type { TargetSettings } from './target-settings.js';

/** How far from 1 a measured factor may be and still be taken for 1: the rounding of a mean square in float32. */
const ROUNDING = 1e-5;

/**
 * Gives a model of the target's width the initial sizes and the multipliers of its settings. No base shapes are needed.
 *
 * Each initial value is multiplied, in place, so that its root mean square is `initStd`. Multipliers go to
 * `mup.layers.readout` and `sharedReadout`. What is null in the settings stays as it is.
 *
 * @param model - freshly built, with the parameters that the settings name
 * @returns the same model
 * @throws CoordCheckError TARGET_SETTINGS_UNMATCHED for other parameters or shapes, for a multiplier without a layer that
 * takes it, and for a parameter that starts at zero and is not to; nothing is changed then
 */
export function applyTargetSettings<M extends ModelLike>(model: M, settings: TargetSettings): M {
  const rows = matched(model, settings);
  // All that is wrong before anything is changed.
  const factors = resizing(rows, settings.targetWidth);
  for (const { parameter, row } of rows) {
    resize(parameter.variable, factors.get(parameter.variable) ?? 1);
    if (isMultiplied(parameter)) multiplyIn(takerOf(parameter), row.multiplier);
    for (const [name, layer] of tiedLayers(model, parameter)) multiplyIn(layer, row.tied?.[name] ?? null);
  }
  return model;
}

/** Sets a layer's width multiplier so that it multiplies by this in all. */
function multiplyIn(layer: HasWidthMultiplier, multiplier: number | null): void {
  const own = forwardMultiplier(layer);
  if (multiplier !== null && own !== multiplier) layer.widthMultiplier *= own / multiplier;
}

/** What each initial value is to be multiplied by. */
function resizing(rows: readonly Matched[], targetWidth: number): Map<Variable, number> {
  const problems: string[] = [];
  const factors = rows.map(({ parameter: { name, variable }, row: { initStd } }): [Variable, number] => {
    if (initStd === null) return [variable, 1];
    const own = tf.tidy(() => tf.sqrt(tf.mean(tf.square(variable))).dataSync<'float32'>()[0] ?? 0);
    if (own === 0 && initStd > 0) problems.push(`${name} starts at zero, in the settings at an RMS of ${initStd}`);
    const factor = own === 0 ? 1 : initStd / own;
    return [variable, Math.abs(factor - 1) < ROUNDING ? 1 : factor];
  });
  if (problems.length > 0) throw failure('TARGET_SETTINGS_UNMATCHED', { problems, targetWidth });
  return new Map(factors);
}

function resize(variable: Variable, factor: number): void {
  if (factor !== 1) tf.tidy(() => variable.assign(tf.mul<Tensor>(variable, factor)));
}
