import { failure } from '../errors.js';
import type { Hyperparameters } from '../model/definition.js';

/**
 * The learning rate that a model declares, around which it is tried where nothing else is asked for.
 *
 * @param flag - what names something else to be tried, for the hint
 * @throws CoordCheckError LEARNING_RATE_UNDECLARED where it declares none above 0
 */
export function declaredRate(declared: Hyperparameters, flag: '--grid' | '--space'): number {
  const rate = declared['learningRate'];
  if (typeof rate === 'number' && rate > 0) return rate;
  throw failure('LEARNING_RATE_UNDECLARED', { known: Object.keys(declared).join(', ') || 'none', flag });
}
