import { failure } from '../errors.js';
import { glob } from '../glob.js';

/**
 * Factors given by glob over parameter names, as a function of the name: 1 where none matches, where several do their
 * product.
 *
 * @param names - the parameters there are
 * @param where - what the factors were given as, for the error's sentence
 * @throws CoordCheckError FACTOR_GLOB_UNKNOWN for a glob that matches nothing; FACTOR_INVALID for a factor that is not
 * finite and above 0
 */
export function factorsByGlob(
  factors: Readonly<Record<string, number>>,
  names: readonly string[],
  where: string,
): (name: string) => number {
  const compiled = Object.entries(factors).map(([pattern, factor]) => ({ pattern, matches: glob(pattern), factor }));
  const stray = compiled.find(({ matches }) => !names.some(matches));
  if (stray !== undefined) throw failure('FACTOR_GLOB_UNKNOWN', { where, glob: stray.pattern, known: names });
  const wrong = compiled.find(({ factor }) => !(factor > 0 && factor < Number.POSITIVE_INFINITY));
  if (wrong !== undefined) throw failure('FACTOR_INVALID', { where, glob: wrong.pattern, got: String(wrong.factor) });
  return (name) => compiled.reduce((product, { matches, factor }) => (matches(name) ? product * factor : product), 1);
}
