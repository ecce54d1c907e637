import { tf, type Tensor } from '../engine/tf.js';
import type { NamedParameter } from '../mup/parameters.js';
import type { Tapped } from '../model/tap.js';
import type { Snapshot } from '../model/trainee.js';
import type { Subject } from './subject.js';

/** The change of one tap between two passes. */
export interface TapChange {
  name: string;
  change: Tensor;
}

/** A forward pass on the batch of step 0, drawing as every probe pass of the run; the caller disposes the taps. */
export async function probe(subject: Subject): Promise<Tapped[]> {
  const batch = await subject.batch(0);
  subject.trainee.reseed(`${subject.spec.seed}:probe`);
  return subject.engine.step(() => subject.trainee.probe(batch));
}

/** A probe with every parameter at its initial value except one, which has its trained value. */
export async function probeAlone(
  subject: Subject,
  { parameter, trained }: { parameter: NamedParameter; trained: Snapshot },
): Promise<Tapped[]> {
  const { variable } = parameter;
  subject.trainee.restore(subject.initial);
  variable.assign(trained.get(variable) as Tensor);
  return probe(subject);
}

/** A probe with every parameter at its trained value except one, which has its initial value. */
export async function probeWithout(
  subject: Subject,
  { parameter, trained }: { parameter: NamedParameter; trained: Snapshot },
): Promise<Tapped[]> {
  const { variable } = parameter;
  subject.trainee.restore(trained);
  variable.assign(subject.initial.get(variable) as Tensor);
  return probe(subject);
}

/** Change of every tap between two passes; inside a tidy. Taps whose shape differs between them have none. */
export function changesOf(before: readonly Tapped[], after: readonly Tapped[]): TapChange[] {
  const initial = new Map(before.map(({ name, tensor }) => [name, tensor]));
  return after.flatMap(({ name, tensor }) => {
    const start = initial.get(name);
    return start === undefined || !sameShape(start, tensor) ? [] : [{ name, change: tf.sub(tensor, start) }];
  });
}

/** True where two tensors can be subtracted coordinate by coordinate. */
export function sameShape(a: Tensor, b: Tensor): boolean {
  return a.shape.length === b.shape.length && a.shape.every((size, i) => size === b.shape[i]);
}
