import { tf, type Tensor } from '../engine/tf.js';
import { disposeTaps, type Tapped } from '../model/tap.js';
import { centredSteps, type CentredState } from './centred-steps.js';
import type { HeldTensors } from './held-tensors.js';
import { sizeOf, type Measurements } from './measurements.js';
import { cosine, isSameDirection, ownPlace } from './own-place.js';
import type { ParameterUse } from './parameter-uses.js';
import { changesOf, probe, probeAlone, probeWithout } from './probes.js';
import type { Place } from './run-spec.js';
import type { Subject } from './subject.js';

/**
 * The centred run: the loss is taken on outputs − initial outputs, so that ∂L/∂output is the same at every width.
 *
 * After each update every parameter is looked at alone, at its own place. The *isolated* update of p is the forward
 * pass with every parameter at its initial value except p, minus the initial pass; the *propagated* part is the change
 * there with every parameter updated except p.
 *
 * Where places are known, all passes of a step are recorded before any value is read, and of each only what lies at the
 * place is kept: a lazy engine then computes the common part once, and of the rest only the stretch from the parameter to
 * its place.
 *
 * @returns the inert parameters: those whose gradient is rounding only
 */
export async function centredRun(
  subject: Subject,
  measurements: Measurements,
  { initialTaps, uses, onStep }: { initialTaps: readonly Tapped[]; uses: readonly ParameterUse[]; onStep: () => void },
): Promise<string[]> {
  return centredSteps(subject, uses, async (state) => {
    await measureCentredChange(subject, measurements, { step: state.step, initialTaps });
    const looks: Look[] = [];
    for (const use of state.pending) {
      const isPulled = state.pulled.has(use.parameter.name);
      looks.push(isPulled ? await lookAt(subject, { use, state, initialTaps }) : { use, seen: [] });
    }
    const lastTap = initialTaps.at(-1)?.name ?? '';
    const moved = await readLooks(subject, measurements, { looks, step: state.step, lastTap });
    await measurements.flush();
    onStep();
    return moved;
  });
}

async function measureCentredChange(
  subject: Subject,
  measurements: Measurements,
  { step, initialTaps }: { step: number; initialTaps: readonly Tapped[] },
): Promise<void> {
  const taps = await probe(subject);
  subject.engine.step(() => {
    for (const { name, change } of changesOf(initialTaps, taps)) {
      measurements.add({ step, subject: 'tap', name, quantity: 'centredChange' }, change);
    }
  });
  disposeTaps(taps);
}

/** A use looked at alone: what was seen at each tap of its place, as scalars still to be read; nothing without a gradient. */
interface Look {
  use: ParameterUse;
  seen: readonly { tap: string; scalars: Partial<Record<Seen, Tensor>> }[];
}

/** Sizes at a tap, and the cosine of the isolated change there with the one at the first tap of the place. */
type Seen = 'isolatedUpdate' | 'propagated' | 'init' | 'direction';

async function lookAt(
  subject: Subject,
  at: { use: ParameterUse; state: CentredState; initialTaps: readonly Tapped[] },
): Promise<Look> {
  const { use, state, initialTaps } = at;
  const { engine, held } = subject;
  const alone = await probeAlone(subject, { use, trained: state.trained });
  // Known places are empty where the narrowest model never moved there; here it may.
  const places = use.places?.length ? use.places : await ownPlace(engine, initialTaps, alone);
  const own = changesAt(subject, { places, before: initialTaps, after: alone });
  // Nothing passes through a vector: what propagates at its place is its layer's matrix's doing.
  const isMatrix = use.parameter.variable.rank > 1 && places.length > 0;
  const others = isMatrix ? await probeWithout(subject, { use, trained: state.trained }) : [];
  const propagated = changesAt(subject, { places, before: initialTaps, after: others });
  const initial = new Map(initialTaps.map(({ name, tensor }) => [name, tensor]));
  const seen = places.map(({ tap, sharesInitial }) => ({
    tap,
    scalars: engine.step(() => {
      const [first, change, passed] = [own.get(places[0]?.tap ?? ''), own.get(tap), propagated.get(tap)];
      return {
        ...(change && { isolatedUpdate: heldSize(held, change) }),
        ...(change && first && change !== first && { direction: held.hold(tf.keep(cosine(first, change))) }),
        ...(passed && { propagated: heldSize(held, passed) }),
        ...(sharesInitial && { init: heldSize(held, initial.get(tap) as Tensor) }),
      };
    }),
  }));
  tf.dispose([...own.values(), ...propagated.values()]);
  return { use, seen };
}

/** The change at each tap of a place, held; disposes the taps it was made from. */
function changesAt(
  subject: Subject,
  { places, before, after }: { places: readonly Place[]; before: readonly Tapped[]; after: readonly Tapped[] },
): Map<string, Tensor> {
  const wanted = new Set(places.map(({ tap }) => tap));
  const there = after.filter(({ name }) => wanted.has(name));
  const changes = subject.engine.step(() =>
    changesOf(before, there).map((c) => ({ ...c, change: subject.held.hold(tf.keep(c.change)) })),
  );
  disposeTaps(after);
  return new Map(changes.map(({ name, change }) => [name, change]));
}

function heldSize(held: HeldTensors, x: Tensor): Tensor {
  return held.hold(tf.keep(sizeOf(x, 'meanAbs')));
}

/** Reads what was seen, all at once, and records it. @returns the uses that moved their place */
async function readLooks(
  subject: Subject,
  measurements: Measurements,
  { looks, step, lastTap }: { looks: readonly Look[]; step: number; lastTap: string },
): Promise<ReadonlySet<ParameterUse>> {
  const scalars = looks.flatMap(({ seen }) => seen.flatMap((place) => Object.values(place.scalars)));
  const values = await subject.engine.read(scalars);
  tf.dispose(scalars);
  const numbers = new Map(scalars.map((scalar, i) => [scalar, values[i]?.[0] ?? Number.NaN]));
  const moved = new Set<ParameterUse>();
  for (const { use, seen } of looks) {
    const { name } = use.record;
    const named = { name: use.parameter.name, ...(name === null ? {} : { use: name }) };
    const row = { step, subject: 'parameter', ...named, statistic: 'meanAbs' } as const;
    const numberAt = ({ scalars }: Look['seen'][number], what: Seen) => numbers.get(scalars[what] as Tensor);
    const first = seen[0] && numberAt(seen[0], 'isolatedUpdate');
    if (first === undefined || first === 0) {
      measurements.put({ ...row, tap: lastTap, quantity: 'isolatedUpdate' }, 0);
      continue;
    }
    moved.add(use);
    for (const place of seen) {
      if (!isSameDirection(numberAt(place, 'direction') ?? 1)) continue;
      for (const quantity of ['isolatedUpdate', 'propagated', 'init'] as const) {
        const value = numberAt(place, quantity);
        const at = quantity === 'init' ? { ...row, step: 0 } : row;
        if (value !== undefined) measurements.put({ ...at, tap: place.tap, quantity }, value);
      }
    }
  }
  return moved;
}
