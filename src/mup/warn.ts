import { AsyncLocalStorage } from 'node:async_hooks';

/** Set while something else reports the warnings: a check, which has notes of its own. */
const SILENCED = new AsyncLocalStorage<true>();

/** Class name of the warnings, for `process.on('warning')`. */
const WARNING = 'CoordCheckWarning';

/** Says something to whoever runs the program, as a Node warning of the class `CoordCheckWarning`. */
export function warn(sentence: string): void {
  if (SILENCED.getStore() === undefined) process.emitWarning(sentence, WARNING);
}

/**
 * Runs a function, async or not, in which base shapes are set without a warning on the terminal.
 *
 * For a caller that tells them itself, by `scalingWarnings(model)`, once for all its runs.
 */
export function withoutWarnings<T>(body: () => T): T {
  return SILENCED.run(true, body);
}
