import type { Optimizer } from '../engine/tf.js';
import { isLayersModel, layerNames, namedParameters, type ModelLike, type NamedParameter } from './parameters.js';
import { hasMultiplier, type HasWidthMultiplier } from './scaling.js';
import { sharesVariable } from './shared-readout.js';
import type { TargetParameter, TargetSettings } from './target-settings.js';
import { showsSettings, variableSettings } from './variable-settings.js';

/** What is done with a parameter while it is trained: all of its settings but where it starts from. */
export type TrainedParameter = Omit<TargetParameter, 'initStd'>;

/** What an optimizer does with a model's parameters. */
export interface OptimizerSettings {
  optimizer: TargetSettings['optimizer'];
  /** Whether it has rates for each parameter; null for a class that does not show what it does. */
  isPerParameter: boolean | null;
  /** Those that are trained, by name. */
  parameters: Record<string, TrainedParameter>;
}

/**
 * What an optimizer does with each parameter of a model, and what the forward pass multiplies it by.
 *
 * The multiplier is outputMultiplier / widthMultiplier of the layer that owns a matrix, where the layer has those, else
 * 1: what a model multiplies by in code of its own is not seen.
 */
export function optimizerSettings(model: ModelLike, optimizer: Optimizer): OptimizerSettings {
  const trained = namedParameters(model).filter(({ trainable }) => trainable);
  const found = trained.map((parameter) => ({
    parameter,
    settings: variableSettings(optimizer, parameter.variable.name),
  }));
  const known = found.flatMap(({ settings }) => settings ?? []);
  const decaying = known.find(({ weightDecay }) => weightDecay > 0) ?? known[0];
  return {
    optimizer: {
      className: optimizer.getClassName?.() ?? optimizer.constructor.name,
      config: sharedConfig(optimizer),
      decayForm: decaying?.decayForm ?? 'decoupled',
      isScheduled: (optimizer as { isScheduled?: unknown }).isScheduled === true,
    },
    isPerParameter: known.length < found.length ? null : showsSettings(optimizer),
    parameters: Object.fromEntries(
      found.map(({ parameter, settings }): [string, TrainedParameter] => {
        const tied = tiedMultipliers(model, parameter);
        const { learningRate = null, weightDecay = null, epsilon = null } = settings ?? {};
        const multiplier = multiplierOf(parameter);
        const row = { shape: [...parameter.variable.shape], learningRate, multiplier, weightDecay, epsilon };
        return [parameter.name, Object.keys(tied).length === 0 ? row : { ...row, tied }];
      }),
    ),
  };
}

/** What a layer with a width multiplier multiplies its input by; `outputMultiplier` is ours, a user's own may lack it. */
export function forwardMultiplier(layer: HasWidthMultiplier & { outputMultiplier?: number }): number {
  return (layer.outputMultiplier ?? 1) / layer.widthMultiplier;
}

/** Layers with a multiplier that use a parameter of another's, by their names. */
export function tiedLayers(model: ModelLike, { variable }: NamedParameter): [string, HasWidthMultiplier][] {
  if (!isLayersModel(model)) return [];
  return [...layerNames(model)].flatMap(([layer, name]): [string, HasWidthMultiplier][] =>
    sharesVariable(layer) && layer.sharedVariable() === variable ? [[name, layer]] : [],
  );
}

/** Layers with a multiplier multiply what meets their matrix; the bias stays as it is. */
export function isMultiplied({ owner, variable }: NamedParameter): boolean {
  return hasMultiplier(owner) && variable.rank > 1;
}

function multiplierOf(parameter: NamedParameter): number {
  return isMultiplied(parameter) ? forwardMultiplier(parameter.owner as unknown as HasWidthMultiplier) : 1;
}

function tiedMultipliers(model: ModelLike, parameter: NamedParameter): Record<string, number> {
  return Object.fromEntries(tiedLayers(model, parameter).map(([name, layer]) => [name, forwardMultiplier(layer)]));
}

/** Settings that are told for each parameter, and so not here. */
const TOLD = new Set(['learningRate', 'epsilon']);

function sharedConfig(optimizer: Optimizer): Record<string, number | string | boolean> {
  // A user's own need not show any.
  const config = (optimizer as Partial<Optimizer>).getConfig?.() ?? {};
  return Object.fromEntries(Object.entries(config).filter(isShared));
}

function isShared(entry: [string, unknown]): entry is [string, number | string | boolean] {
  return !TOLD.has(entry[0]) && ['number', 'string', 'boolean'].includes(typeof entry[1]);
}
