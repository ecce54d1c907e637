import type { ModelLike } from './parameters.js';
import { hasMultiplier, knownScaling, type ParameterScaling } from './scaling.js';

/**
 * What is allowed but probably not meant in a model's base shapes, a sentence each; none for a model without any, or in SP.
 *
 * - No dimension is infinite: base and delta were alike, so nothing is scaled.
 * - An infinite dimension has its base size while others grew: what should set it does not know the width.
 * - An infinite dimension shrank while others grew: the order of dimensions was mistaken.
 * - Some readouts are declared, as `mup.layers.readout`, and others are not.
 */
export function scalingWarnings(model: ModelLike): string[] {
  const scaling = knownScaling(model);
  if (scaling === null || scaling.parametrization === 'sp') return [];
  const scalings = [...scaling.parameters.values()];
  if (scalings.every(({ infinite }) => !infinite.includes(true))) return [NOTHING_GROWS];
  return [...stuckDimensions(scalings), ...mixedReadouts(scalings)];
}

/**
 * Readouts that were found by their shape alone (an infinite dimension in, none out), by parameter name.
 *
 * They are scaled as readouts, in Table 3's form. The `mup` package refuses them: there they must be MuReadout.
 */
export function undeclaredReadouts(model: ModelLike): string[] {
  return namesOf(undeclared([...(knownScaling(model)?.parameters.values() ?? [])]));
}

const NOTHING_GROWS =
  'Base shapes in which no dimension is infinite: base and delta have the same sizes, so nothing is scaled. Choose ' +
  'base and delta widths apart, and see that the builder uses the width it is given.';

function stuckDimensions(scalings: readonly ParameterScaling[]): string[] {
  const dimensions = scalings.flatMap(({ parameter, infinite, baseShape }) =>
    parameter.variable.shape.flatMap((size, i) =>
      infinite[i] === true ? [{ where: `dimension ${i} of ${parameter.name}`, size, base: baseShape[i] ?? size }] : [],
    ),
  );
  const grown = dimensions.some(({ size, base }) => size > base);
  // Below base width everything shrinks, and at it nothing has changed.
  if (!grown) return [];
  const stuck = dimensions.filter(({ size, base }) => size === base);
  const shrunk = dimensions.filter(({ size, base }) => size < base);
  return [
    ...listed('Infinite, but of the same size here as at base width, while other dimensions grew', stuck, '.'),
    ...listed('Infinite, but smaller here than at base width, while other dimensions grew', shrunk, ORDER),
  ];
}

const ORDER = '. Is the order of dimensions right?';

/** Without sizes: the runs of a check, at all their widths, say it once. */
function listed(what: string, dimensions: readonly { where: string }[], end: string): string[] {
  if (dimensions.length === 0) return [];
  const names = dimensions.slice(0, 4).map(({ where }) => where);
  const more = dimensions.length > 4 ? ` and ${dimensions.length - 4} more` : '';
  return [`${what}: ${names.join(', ')}${more}${end}`];
}

function mixedReadouts(scalings: readonly ParameterScaling[]): string[] {
  const declared = scalings.filter(({ role, parameter }) => role === 'readout' && hasMultiplier(parameter.owner));
  const byShape = namesOf(undeclared(scalings));
  if (declared.length === 0 || byShape.length === 0) return [];
  const example = namesOf(declared)[0] ?? '';
  return [
    `${byShape.join(', ')}: by shape a readout, but not declared with mup.layers.readout as ${example} is. It is scaled ` +
      'as one, in the form of Table 3.',
  ];
}

function undeclared(scalings: readonly ParameterScaling[]): ParameterScaling[] {
  return scalings.filter(({ role, parameter }) => role === 'readout' && !hasMultiplier(parameter.owner));
}

function namesOf(scalings: readonly ParameterScaling[]): string[] {
  return scalings.map(({ parameter }) => parameter.name);
}
