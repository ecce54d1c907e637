import type { CheckResult } from '../verdict/result.js';
import type { SweepResult } from '../verdict/sweep-result.js';
import { refusal } from './refusal.js';

/** The kinds of results that matchers take: by their schema, what they are, and how one comes by them. */
const KINDS = {
  'coordcheck/result': { what: 'the result of a check', call: 'check' },
  'coordcheck/sweep': { what: 'the result of a sweep', call: 'sweep' },
} as const;

/**
 * What a matcher was given, as the result of a check.
 *
 * @throws CoordCheckError SETTING_INVALID where it is none: a forgotten `await`, or the result of a sweep
 */
export function asCheck(received: unknown, matcher: string): CheckResult {
  return asResult(received, matcher, 'coordcheck/result') as CheckResult;
}

/**
 * What a matcher was given, as the result of a sweep.
 *
 * @throws CoordCheckError SETTING_INVALID where it is none: a forgotten `await`, or the result of a check
 */
export function asSweep(received: unknown, matcher: string): SweepResult {
  return asResult(received, matcher, 'coordcheck/sweep') as SweepResult;
}

function asResult(received: unknown, matcher: string, wanted: keyof typeof KINDS): unknown {
  const schema = typeof received === 'object' && received !== null && 'schema' in received ? received.schema : null;
  if (schema === wanted) return received;
  const isPromise = received instanceof Promise;
  const { what, call } = KINDS[wanted];
  const other = Object.entries(KINDS).find(([kind]) => kind === schema)?.[1].what;
  throw refusal({
    where: `expect(…).${matcher}()`,
    expected: what,
    got: isPromise ? 'a promise' : (other ?? typeof received),
    hint: isPromise ? `Await it: expect(await ${call}(…)).` : `Give what \`await ${call}(…)\` returned.`,
  });
}
