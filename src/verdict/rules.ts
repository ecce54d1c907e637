import { CAUSES } from './causes.js';
import type { Rule } from './rule.js';
import { frozenParameter } from './rules/frozen-parameter.js';
import { growingCoordinate } from './rules/growing-coordinate.js';
import { growingPropagation } from './rules/growing-propagation.js';
import { nonFiniteValue } from './rules/non-finite-value.js';
import { unscaledInit } from './rules/unscaled-init.js';
import { unscaledUpdate } from './rules/unscaled-update.js';

export { CAUSES };
export type { Rule } from './rule.js';

/** The catalogue, in the order reports list it. */
export const RULES: readonly Rule[] = [
  nonFiniteValue,
  unscaledUpdate,
  unscaledInit,
  growingCoordinate,
  growingPropagation,
  frozenParameter,
] as readonly Rule[];
