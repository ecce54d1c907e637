import { tf, type Tensor } from '../engine/tf.js';
import type { Tapped } from '../model/tap.js';
import type { Snapshot, Trace, TraceOptions } from '../model/trainee.js';
import type { ParameterUse } from './parameter-uses.js';
import type { Subject } from './subject.js';

type Swap = TraceOptions['swap'];

/** The change of one tap between two passes. */
export interface TapChange {
  name: string;
  change: Tensor;
}

/** A forward pass on the batch of step 0, drawing as every probe pass of the run; the caller disposes the taps. */
export async function probe(subject: Subject, swap?: Swap): Promise<Tapped[]> {
  const batch = await subject.batch(0);
  subject.trainee.reseed(`${subject.spec.seed}:probe`);
  return heldTaps(
    subject,
    subject.engine.step(() => subject.trainee.probe(batch, swap)),
  );
}

/** A probe that is followed kernel by kernel, as {@link Trainee.trace} says; the caller disposes the taps. */
export async function traced(subject: Subject): Promise<Trace> {
  const batch = await subject.batch(0);
  subject.trainee.reseed(`${subject.spec.seed}:probe`);
  const trace = subject.engine.step(() => subject.trainee.trace(batch));
  heldTaps(subject, trace.taps);
  return trace;
}

/** Has the tensors of taps freed with the run; the same taps. */
export function heldTaps<T extends readonly Tapped[]>({ held }: Subject, taps: T): T {
  for (const { tensor } of taps) held.hold(tensor);
  return taps;
}

/** A probe with every parameter at its initial value except one use of one, which has its trained value. */
export async function probeAlone(
  subject: Subject,
  { use, trained }: { use: ParameterUse; trained: Snapshot },
): Promise<Tapped[]> {
  return probeWith(subject, { others: subject.initial, use, value: trained });
}

/** A probe with every parameter at its trained value except one use of one, which has its initial value. */
export async function probeWithout(
  subject: Subject,
  { use, trained }: { use: ParameterUse; trained: Snapshot },
): Promise<Tapped[]> {
  return probeWith(subject, { others: trained, use, value: subject.initial });
}

async function probeWith(
  subject: Subject,
  { others, use, value: from }: { others: Snapshot; use: ParameterUse; value: Snapshot },
): Promise<Tapped[]> {
  const { parameter, takings } = use;
  const { variable } = parameter;
  const value = from.get(variable) as Tensor;
  subject.trainee.restore(others);
  if (takings !== null) return probe(subject, { variable, takings, value });
  variable.assign(value);
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
