import type * as z from 'zod';
import { failure } from '../errors.js';

/**
 * The value of a saved JSON text, in which nothing is trusted: every field is checked.
 *
 * @param where - the file's path, for the error's sentence
 * @throws CoordCheckError RESULT_INVALID where the text is not JSON, or not what the schema describes
 */
export function parseSaved<T>(schema: z.ZodType<T>, text: string, where: string): T {
  const parsed = schema.safeParse(parseJson(text, where));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue && issue.path.length > 0 ? issue.path.join('.') : 'the whole file';
  throw failure('RESULT_INVALID', { where, why: `${issue?.message ?? 'something else'} at ${place}` });
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw failure('RESULT_INVALID', { where, why: `text that is not JSON (${(cause as Error).message})` }, { cause });
  }
}
