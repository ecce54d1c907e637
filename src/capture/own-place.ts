import type { Engine } from '../engine/engine.js';
import { tf, type Tensor } from '../engine/tf.js';
import { disposeTaps, type Tapped } from '../model/tap.js';
import type { Trace } from '../model/trainee.js';
import type { NamedParameter } from '../mup/parameters.js';
import { centredSteps } from './centred-steps.js';
import { namedUses, parameterUses, type ParameterUse } from './parameter-uses.js';
import { changesOf, probe, probeAlone, traced, type TapChange } from './probes.js';
import type { Place, Places, UsePlaces } from './run-spec.js';
import type { Subject } from './subject.js';

/**
 * Two changes are constant multiples of each other above this |cosine|: rounding in single precision stays far
 * below the missing 1e-4, a nonlinearity far above it.
 */
const SAME_DIRECTION = 0.9999;

/**
 * Finds the own place of every use of every parameter by centred training, each looked at alone.
 *
 * An own place is a matter of structure, the same at every width: it is searched once, at the narrowest, where every
 * pass through the whole model is cheap. Matrices that first show at the same tap are told apart by taps of their own
 * products, and searched for again. Where depths are compared all matrices have such taps: what a branch adds to the
 * residual stream must be seen before it is added.
 *
 * @returns the places found; a use that never changes anything has none
 */
export async function findPlaces(subject: Subject): Promise<Places> {
  const initial = await traced(subject);
  const found = await search(subject, initial);
  const ownTaps = subject.spec.depth === null ? indistinguishable(found) : matricesOf(found).map(nameOf);
  subject.trainee.tapProductsOf(ownTaps);
  const again = ownTaps.length === 0 ? null : await traced(subject);
  const repeated = again?.taps ?? (await probe(subject));
  const isRepeatable = await isSamePass(subject, initial.taps, repeated);
  const uses = byParameter(again === null ? found : await search(subject, again));
  disposeTaps([...initial.taps, ...repeated]);
  return { ownTaps, isRepeatable, uses };
}

/** Engines that sum in parallel may round two passes differently; what is drawn anew differs by as much as it is. */
const ROUNDING = 1e-4;

async function isSamePass(
  { engine, held }: Subject,
  once: readonly Tapped[],
  again: readonly Tapped[],
): Promise<boolean> {
  const peaks = engine.step(() =>
    changesOf(once, again).flatMap(({ name, change }) => {
      const value = once.find((tapped) => tapped.name === name)?.tensor ?? change;
      return [change, value].map((x) => held.hold(tf.keep(tf.max(tf.abs(x)))));
    }),
  );
  const values = (await engine.read(peaks)).map(([value = 0]) => value);
  tf.dispose(peaks);
  // What is not finite is another matter.
  return !values.some((peak, i) => i % 2 === 0 && peak > ROUNDING * (values[i + 1] ?? 0));
}

interface Found {
  parameter: NamedParameter;
  use: UsePlaces;
}

/** @param trace - of a pass at initialization */
async function search(subject: Subject, trace: Trace): Promise<Found[]> {
  const uses = parameterUses(subject.trainee, trace, null);
  const placesOf = new Map<ParameterUse, Place[]>();
  await centredSteps(subject, uses, async ({ trained, pending, pulled }) => {
    const moved = new Set<ParameterUse>();
    for (const use of pending.filter(({ parameter: { name } }) => pulled.has(name))) {
      const taps = await probeAlone(subject, { use, trained });
      const places = await ownPlace(subject.engine, trace.taps, taps);
      disposeTaps(taps);
      if (places.length === 0) continue;
      placesOf.set(use, places);
      moved.add(use);
    }
    return moved;
  });
  return uses.map((use) => ({
    parameter: use.parameter,
    use: { ...use.record, places: placesOf.get(use) ?? [] },
  }));
}

function byParameter(found: readonly Found[]): Places['uses'] {
  const uses = new Map<string, UsePlaces[]>();
  for (const { parameter, use } of found) uses.set(parameter.name, [...(uses.get(parameter.name) ?? []), use]);
  return Object.fromEntries([...uses].map(([name, list]) => [name, namedUses(list)]));
}

/**
 * Matrices that first show where another one does, so that something may lie between one of them and that tap; and those
 * that show nowhere, for the end of their branch starts at zero.
 */
function indistinguishable(found: readonly Found[]): string[] {
  const matrices = matricesOf(found);
  const first = ({ use }: Found) => use.places[0]?.tap;
  const names = matrices
    .filter((one) => first(one) === undefined || matrices.some((other) => other !== one && first(other) === first(one)))
    .map(nameOf);
  return [...new Set(names)];
}

function matricesOf(found: readonly Found[]): Found[] {
  return found.filter(({ parameter, use }) => parameter.variable.rank > 1 && use.kind !== 'elementwise');
}

function nameOf({ parameter }: Found): string {
  return parameter.name;
}

/**
 * Where a parameter's isolated change shows unmixed: the first tap that moves, and every later one whose change is
 * a constant multiple of the change there (multipliers, reshapes, bias and residual adds).
 *
 * @param before - taps of the initial pass, in forward order
 * @param after - taps of the same pass with that one parameter changed
 * @returns the places in forward order; empty where the change is exactly zero everywhere
 */
export async function ownPlace(engine: Engine, before: readonly Tapped[], after: readonly Tapped[]): Promise<Place[]> {
  const initial = new Map(before.map(({ name, tensor }) => [name, tensor]));
  const changes = engine.step(() => keptChanges(before, after));
  try {
    const [first, ...rest] = await movedTaps(engine, changes);
    if (first === undefined) return [];
    const candidates = rest.filter(({ change }) => change.size === first.change.size);
    const cosines = await cosinesAt(engine, { first, candidates, initial });
    const isSame = (index: number) => isSameDirection(cosines[index] ?? 0);
    const others = candidates.flatMap(({ name }, i) =>
      isSame(i) ? [{ tap: name, sharesInitial: isSame(candidates.length + i) }] : [],
    );
    return [{ tap: first.name, sharesInitial: true }, ...others];
  } finally {
    tf.dispose(changes.map(({ change }) => change));
  }
}

/** Whether a cosine says that two changes are constant multiples of each other. */
export function isSameDirection(cosine: number): boolean {
  return Math.abs(cosine) > SAME_DIRECTION;
}

/**
 * Cosine of the angle between two tensors, flattened, as a scalar; NaN where one is exactly zero.
 *
 * Each is scaled by its largest coordinate first, so that squares of tiny changes do not underflow; product and norms
 * are summed alike, so that what single precision loses in long sums cancels.
 */
export function cosine(a: Tensor, b: Tensor): Tensor {
  return tf.tidy(() => {
    const [x, y] = [scaled(a), scaled(b)];
    const norms = tf.sqrt(tf.mul(tf.sum(tf.square(x)), tf.sum(tf.square(y))));
    return tf.div(tf.sum(tf.mul(x, y)), norms);
  });
}

function keptChanges(before: readonly Tapped[], after: readonly Tapped[]): TapChange[] {
  const changes = changesOf(before, after);
  for (const { change } of changes) tf.keep(change);
  return changes;
}

async function movedTaps(engine: Engine, changes: readonly TapChange[]): Promise<TapChange[]> {
  const peaks = changes.map(({ change }) => tf.tidy(() => tf.max(tf.abs(change))));
  const values = await engine.read(peaks);
  tf.dispose(peaks);
  return changes.filter((_, i) => values[i]?.[0] !== 0);
}

/** Cosines of the changes with the first, then of the initial values with the first's. */
async function cosinesAt(
  engine: Engine,
  at: { first: TapChange; candidates: readonly TapChange[]; initial: ReadonlyMap<string, Tensor> },
): Promise<number[]> {
  const { first, candidates, initial } = at;
  const valueAt = ({ name }: TapChange) => initial.get(name) as Tensor;
  const products = [
    ...candidates.map((other) => cosine(first.change, other.change)),
    ...candidates.map((other) => cosine(valueAt(first), valueAt(other))),
  ];
  const values = await engine.read(products);
  tf.dispose(products);
  return values.map((value) => value[0] ?? Number.NaN);
}

function scaled(x: Tensor): Tensor {
  const flat = tf.reshape(x, [-1]);
  return tf.div(flat, tf.max(tf.abs(flat)));
}
