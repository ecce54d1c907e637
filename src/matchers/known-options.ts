import { refusal } from './refusal.js';

/**
 * Refuses options that a matcher does not have: a misspelt one would leave the assertion weaker than it reads.
 *
 * @throws CoordCheckError SETTING_INVALID where `options` is no object, or has an option that is not `known`
 */
export function requireKnownOptions(options: unknown, known: readonly string[], matcher: string): void {
  const isObject = typeof options === 'object' && options !== null;
  const unknown = isObject ? Object.keys(options).find((name) => !known.includes(name)) : undefined;
  if (isObject && unknown === undefined) return;
  throw refusal({
    where: `expect(…).${matcher}()`,
    expected: isObject ? 'options by their names' : 'an object of options',
    got: unknown === undefined ? String(options) : JSON.stringify(unknown),
    hint: `Known: ${known.join(', ')}.`,
  });
}
