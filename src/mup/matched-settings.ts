import { failure } from '../errors.js';
import { forwardMultiplier, isMultiplied, tiedLayers } from './optimizer-settings.js';
import { namedParameters, type ModelLike, type NamedParameter } from './parameters.js';
import type { HasWidthMultiplier } from './scaling.js';
import type { TargetParameter, TargetSettings } from './target-settings.js';

/** A parameter of the model, and what the settings say of it. */
export interface Matched {
  parameter: NamedParameter;
  row: TargetParameter;
}

/**
 * Each trained parameter of a model with its settings.
 *
 * @throws CoordCheckError TARGET_SETTINGS_UNMATCHED for other parameters, shapes or ties, and for a multiplier without a
 * layer that takes it
 */
export function matched(model: ModelLike, { parameters, targetWidth }: TargetSettings): Matched[] {
  const trained = namedParameters(model).filter(({ trainable }) => trainable);
  const rows = new Map(Object.entries(parameters));
  const names = new Set(trained.map(({ name }) => name));
  const problems = [...rows.keys()].filter((name) => !names.has(name)).map((name) => `the model has no ${name}`);
  const found = trained.flatMap((parameter): Matched[] => {
    const row = rows.get(parameter.name);
    const found = row === undefined ? ['is not among the settings'] : whyOther(model, parameter, row);
    problems.push(...found.map((problem) => `${parameter.name} ${problem}`));
    return row === undefined ? [] : [{ parameter, row }];
  });
  if (problems.length > 0) throw failure('TARGET_SETTINGS_UNMATCHED', { problems, targetWidth });
  return found;
}

function whyOther(
  model: ModelLike,
  parameter: NamedParameter,
  { shape, multiplier, tied = {} }: TargetParameter,
): string[] {
  const own = parameter.variable.shape;
  if (own.join() !== shape.join()) return [`has the shape [${own.join(', ')}], in the settings [${shape.join(', ')}]`];
  const layers = new Map(tiedLayers(model, parameter));
  const absent = Object.keys(tied).filter((name) => !layers.has(name));
  return [
    ...whyNotMultiplied(multiplier, isMultiplied(parameter) ? takerOf(parameter) : null),
    ...absent.map((name) => `is to be used by ${name}, too, and is not`),
    ...[...layers].flatMap(([name, layer]) =>
      Object.hasOwn(tied, name)
        ? whyNotMultiplied(tied[name] ?? null, layer).map((problem) => `${problem} in ${name}`)
        : [`is used by ${name}, too, of which the settings say nothing`],
    ),
  ];
}

function whyNotMultiplied(multiplier: number | null, layer: HasWidthMultiplier | null): string[] {
  if (multiplier === null) return [];
  if (layer === null) {
    return multiplier === 1 ? [] : [`is to be multiplied by ${multiplier}, but its layer takes no multiplier`];
  }
  const own = forwardMultiplier(layer);
  if (own === multiplier || (own !== 0 && multiplier !== 0)) return [];
  return [`is to be multiplied by ${multiplier}, which is no multiple of the ${own} of its layer`];
}

/** The layer that multiplies where a parameter is used, of a parameter that is multiplied. */
export function takerOf({ owner }: NamedParameter): HasWidthMultiplier {
  return owner as unknown as HasWidthMultiplier;
}
