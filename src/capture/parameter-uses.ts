import type { NamedParameter } from '../mup/parameters.js';
import type { Trainee, Trace, Use } from '../model/trainee.js';
import type { UseRecord } from '../records/run.js';
import type { Places, UsePlaces } from './run-spec.js';

/** What is looked at alone: a parameter, or one use of a tied one. */
export interface ParameterUse {
  readonly parameter: NamedParameter;
  readonly record: UseRecord;
  /** The takings of the parameter that belong to this use; null where it is the only one. */
  readonly takings: ReadonlySet<number> | null;
  /** Its own place as found at the narrowest width; null before that is known. */
  readonly places: UsePlaces['places'] | null;
}

/** A use of which nothing is known: the batch never met it, or the model does not show how. */
const UNKNOWN: Omit<Use, 'takings'> = { kind: 'elementwise', summed: null, times: 0, input: null, values: [] };

/**
 * Everything to be looked at alone, in the order of the model's parameters.
 *
 * A parameter that is used in several ways (an embedding that is the readout, too) is looked at in each: rate and init
 * are one, but what theory asks of them differs. Uses of one way (a recurrent kernel, a block shared over depth) have
 * the same exponents and are one.
 *
 * @param places - found at the narrowest width, with the names of uses
 */
export function parameterUses(trainee: Trainee, trace: Trace, places: Places | null): ParameterUse[] {
  const names = new Map(trainee.parameters.map(({ name, variable }) => [variable, name]));
  const recordOf = ({ kind, summed, times, input, values }: Omit<Use, 'takings'>, name: string | null): UseRecord => ({
    name,
    kind,
    summed: summed === null ? null : [...summed],
    input,
    ...(times > 1 && { times }),
    ...(values.length > 0 && { values: values.flatMap((variable) => names.get(variable) ?? []) }),
  });
  return trainee.parameters.flatMap((parameter) => {
    const uses = trace.uses.get(parameter.variable) ?? [];
    const known = places?.uses[parameter.name] ?? [];
    if (uses.length < 2) {
      const [use = UNKNOWN] = uses;
      return [{ parameter, record: recordOf(use, null), takings: null, places: known[0]?.places ?? null }];
    }
    return uses.map((use): ParameterUse => {
      const same = known.find(({ kind, summed }) => kind === use.kind && String(summed) === String(use.summed));
      const record = recordOf(use, same?.name ?? wayOf(use));
      return { parameter, record, takings: use.takings, places: same?.places ?? null };
    });
  });
}

/** Names the uses of tied parameters by the tap at which each first shows. */
export function namedUses(uses: readonly UsePlaces[]): UsePlaces[] {
  const names = new Set<string>();
  return uses.map((use) => {
    if (uses.length < 2) return use;
    const wanted = use.places[0]?.tap ?? use.name ?? '';
    const name = names.has(wanted) ? `${wanted}#${names.size + 1}` : wanted;
    names.add(name);
    return { ...use, name };
  });
}

/** A name for a use whose place is not known. */
function wayOf({ kind, summed }: Use): string {
  return kind === 'product' ? `product over ${summed?.join(' and ') ?? 'unknown axes'}` : kind;
}
