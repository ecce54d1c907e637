import { failure } from '../errors.js';

/**
 * The value of a JSON text.
 *
 * @param where - the file's path, for the error's sentence
 * @throws CoordCheckError RESULT_INVALID
 */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw failure('RESULT_INVALID', { where, why: `text that is not JSON (${(cause as Error).message})` }, { cause });
  }
}
