import { parameterName } from '../parameter-name.js';
import { failure } from '../errors.js';
import { disposeTaps } from '../model/tap.js';
import type { Trace } from '../model/trainee.js';
import { parameterUses, type ParameterUse } from './parameter-uses.js';
import { prescribedFactors } from './prescribed-factors.js';
import { traced } from './probes.js';
import type { Subject } from './subject.js';

/**
 * Puts a prescription's multipliers into every later pass of a run's model. Does nothing where there are none.
 *
 * Uses of tied parameters have names only once places are known; until then theirs are left out, which changes no place.
 *
 * @throws CoordCheckError PRESCRIPTION_UNMATCHED where a multiplier names a place that this run does not have
 */
export async function multiplyForward(subject: Subject): Promise<void> {
  const { multipliers } = prescribedFactors(subject.spec);
  const places = Object.entries(multipliers);
  if (places.length === 0) return;
  const trace = await traced(subject);
  disposeTaps(trace.taps);
  const uses = parameterUses(subject.trainee, trace, subject.spec.places);
  const products = new Map<number, number>();
  const found: { variable: ParameterUse['parameter']['variable']; takings: ReadonlySet<number>; factor: number }[] = [];
  for (const [place, factor] of places) {
    const ordinal = ordinalAt(trace, place);
    const use = uses.find(
      ({ parameter, record }) => parameterName({ parameter: parameter.name, use: record.name }) === place,
    );
    if (ordinal !== undefined) products.set(ordinal, factor);
    else if (use?.takings) found.push({ variable: use.parameter.variable, takings: use.takings, factor });
    else if (subject.spec.places !== null) throw unmatched(place, trace, uses);
  }
  subject.trainee.multiplyForward({ products, uses: found });
}

/** Repeats of a tap are numbered from 1 where some run has several. */
function ordinalAt({ products }: Trace, place: string): number | undefined {
  return (products.get(place) ?? products.get(place.replace(/#1$/, '')))?.ordinal;
}

function unmatched(place: string, { products }: Trace, uses: readonly ParameterUse[]): Error {
  const tied = uses.flatMap(({ parameter, record }) =>
    record.name === null ? [] : parameterName({ parameter: parameter.name, use: record.name }),
  );
  return failure('PRESCRIPTION_UNMATCHED', { name: place, known: [...products.keys(), ...tied].join(', ') || 'none' });
}
