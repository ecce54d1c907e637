import { CAUSES } from './causes.js';
import type { Rule } from './rule.js';
import { frozenParameter } from './rules/frozen-parameter.js';
import { growingCoordinate } from './rules/growing-coordinate.js';
import { growingPropagation } from './rules/growing-propagation.js';
import { nonFiniteValue } from './rules/non-finite-value.js';
import { overwrittenRate } from './rules/overwritten-rate.js';
import { unscaledDecay } from './rules/unscaled-decay.js';
import { unscaledEpsilon } from './rules/unscaled-epsilon.js';
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
  overwrittenRate,
  unscaledDecay,
  unscaledEpsilon,
] as readonly Rule[];
