import { glob } from '../glob.js';
import type { RecordHeader } from '../records/run.js';
import type { Role } from '../parametrization/role.js';

/** What the user declared of one tap or parameter in `expect`. */
export interface Declared {
  /** How the report calls it; null where nothing was declared. */
  text: string | null;
  /** Frozen on purpose, or not to be judged at all. */
  isExempt: boolean;
  role: Role | null;
  /** Exponent of the initial value. */
  init: number | null;
}

/**
 * Finds what was declared of a name; of several globs that match, the last one counts.
 *
 * @param expect - the model's `expect`, by glob
 */
export function declarations(expect: RecordHeader['expect']): (name: string) => Declared {
  const entries = Object.entries(expect).map(([pattern, intent]) => ({ matches: glob(pattern), intent }));
  return (name) => {
    const intent = entries.findLast(({ matches }) => matches(name))?.intent;
    if (intent === undefined) return { text: null, isExempt: false, role: null, init: null };
    if (typeof intent === 'string') return { text: intent, isExempt: true, role: null, init: null };
    const { role = null, init = null } = intent;
    const parts = [role === null ? [] : [`role ${role}`], init === null ? [] : [`init width^${init}`]].flat();
    return { text: parts.join(', '), isExempt: false, role, init };
  };
}
