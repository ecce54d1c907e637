import { bypassedScaling, scalingWarnings, withoutWarnings, type ModelLike } from '../mup/index.js';

/**
 * What is allowed but probably not meant in how a model is scaled and trained, a sentence each: its base shapes, and an
 * optimizer that trains past them. None for a model without base shapes.
 */
export function scalingRemarks(model: object, optimizer: object): string[] {
  const bypassed = bypassedScaling(model as ModelLike, optimizer);
  return [...scalingWarnings(model as ModelLike), ...(bypassed === null ? [] : [bypassed])];
}

/** Builds a model without remarks on the terminal: {@link scalingRemarks} tells them, once for all runs. */
export const builtQuietly = withoutWarnings;
