import type { Engine } from '../engine/engine.js';
import { tf, type Tensor } from '../engine/tf.js';
import type { Tapped } from '../model/tap.js';
import { sameShape } from './plain-run.js';

/**
 * Two changes are constant multiples of each other above this |cosine|: rounding in single precision stays far
 * below the missing 1e-4, a nonlinearity far above it.
 */
const SAME_DIRECTION = 0.9999;

/** One tap of a parameter's own place. */
export interface Place {
  tap: string;
  /** The change there, alive until the caller disposes it. */
  change: Tensor;
  /** Whether the initial value there is a constant multiple of the one at the first place, too. */
  sharesInitial: boolean;
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
  const moved = await movedTaps(engine, initial, after);
  const [first, ...rest] = moved;
  if (first === undefined) return [];
  const candidates = rest.filter(({ change }) => change.size === first.change.size);
  const firstInitial = initial.get(first.name) as Tensor;
  const cosines = await cosinesOf(engine, [
    ...candidates.map(({ change }): [Tensor, Tensor] => [first.change, change]),
    ...candidates.map(({ name }): [Tensor, Tensor] => [firstInitial, initial.get(name) as Tensor]),
  ]);
  const isSame = (index: number) => Math.abs(cosines[index] ?? 0) > SAME_DIRECTION;
  const places: Place[] = [{ tap: first.name, change: first.change, sharesInitial: true }];
  candidates.forEach(({ name, change }, i) => {
    if (isSame(i)) places.push({ tap: name, change, sharesInitial: isSame(candidates.length + i) });
  });
  const kept = new Set(places.map(({ change }) => change));
  for (const { change } of moved) if (!kept.has(change)) change.dispose();
  return places;
}

async function movedTaps(
  engine: Engine,
  initial: ReadonlyMap<string, Tensor>,
  after: readonly Tapped[],
): Promise<{ name: string; change: Tensor }[]> {
  const changes = after.flatMap(({ name, tensor }) => {
    const before = initial.get(name);
    return before === undefined || !sameShape(before, tensor) ? [] : [{ name, change: tf.sub(tensor, before) }];
  });
  const peaks = changes.map(({ change }) => tf.tidy(() => tf.max(tf.abs(change))));
  const values = await engine.read(peaks);
  tf.dispose(peaks);
  return changes.filter(({ change }, i) => {
    const isMoved = values[i]?.[0] !== 0;
    if (!isMoved) change.dispose();
    return isMoved;
  });
}

/** Cosine of the angle between the two tensors of each pair, flattened; NaN where one is exactly zero. */
async function cosinesOf(engine: Engine, pairs: readonly [Tensor, Tensor][]): Promise<number[]> {
  const products = pairs.map(([a, b]) =>
    tf.tidy(() => {
      const [x, y] = [unit(a), unit(b)];
      return tf.sum(tf.mul(x, y));
    }),
  );
  const values = await engine.read(products);
  tf.dispose(products);
  return values.map((value) => value[0] ?? Number.NaN);
}

/** Scaled to length 1, by way of its largest coordinate so that squares of tiny changes do not underflow. */
function unit(x: Tensor): Tensor {
  const flat = tf.reshape(x, [-1]);
  const scaled = tf.div(flat, tf.max(tf.abs(flat)));
  return tf.div(scaled, tf.sqrt(tf.sum(tf.square(scaled))));
}
