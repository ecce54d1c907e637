import type { Engine } from '../engine/engine.js';
import { tf, type Tensor } from '../engine/tf.js';
import { disposeTaps, type Tapped } from '../model/tap.js';
import { centredSteps } from './centred-steps.js';
import { changesOf, probeAlone, type TapChange } from './probes.js';
import type { Place, Places } from './run-spec.js';
import type { Subject } from './subject.js';

/**
 * Two changes are constant multiples of each other above this |cosine|: rounding in single precision stays far
 * below the missing 1e-4, a nonlinearity far above it.
 */
const SAME_DIRECTION = 0.9999;

/**
 * Finds every parameter's own place by centred training, each parameter looked at alone.
 *
 * An own place is a matter of structure, the same at every width: it is searched once, at the narrowest, where every
 * pass through the whole model is cheap.
 *
 * @returns the places found; a parameter that never changes anything has none
 */
export async function findPlaces(subject: Subject, initialTaps: readonly Tapped[]): Promise<Places> {
  const places: Record<string, Place[]> = {};
  await centredSteps(subject, async ({ trained, pending }) => {
    const moved = new Set<string>();
    for (const parameter of pending) {
      const taps = await probeAlone(subject, { parameter, trained });
      const found = await ownPlace(subject.engine, initialTaps, taps);
      disposeTaps(taps);
      if (found.length === 0) continue;
      places[parameter.name] = found;
      moved.add(parameter.name);
    }
    return moved;
  });
  return places;
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
  const moved = await movedTaps(engine, changes);
  const [first, ...rest] = moved;
  const candidates = rest.filter(({ change }) => change.size === first?.change.size);
  const cosines = first === undefined ? [] : await cosinesAt(engine, { first, candidates, initial });
  tf.dispose(changes.map(({ change }) => change));
  if (first === undefined) return [];
  const isSame = (index: number) => isSameDirection(cosines[index] ?? 0);
  const others = candidates.flatMap(({ name }, i) =>
    isSame(i) ? [{ tap: name, sharesInitial: isSame(candidates.length + i) }] : [],
  );
  return [{ tap: first.name, sharesInitial: true }, ...others];
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
