/**
 * Runs `f` and puts something back afterwards: also when it throws, and where it returns a promise, once that settles.
 *
 * @param restore - puts it back
 * @returns what `f` returns; what `f` throws is thrown on
 */
export function restoring<T>(f: () => T, restore: () => void): T {
  let result: T;
  try {
    result = f();
  } catch (error) {
    restore();
    throw error;
  }
  if (result instanceof Promise) return result.finally(restore) as T;
  restore();
  return result;
}
