import { failure, type CoordCheckError } from '../errors.js';
import { visible } from '../visible.js';

/** What a matcher expected of its caller, what came, where, and what to do. */
interface Refusal {
  where: string;
  expected: string;
  got: string;
  hint: string;
}

/**
 * The error of a matcher that was used wrongly; the caller throws it.
 *
 * Test runners print errors as they are, so names that come out of a result are made visible here.
 */
export function refusal({ where, expected, got, hint }: Refusal): CoordCheckError {
  return failure('SETTING_INVALID', {
    where: visible(where),
    expected: visible(expected),
    got: visible(got),
    hint: visible(hint),
  });
}
