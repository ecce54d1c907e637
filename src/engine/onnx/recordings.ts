import type { Plan } from './plan.js';
import type { Recording } from './recording.js';

/**
 * Recordings kept of a plan. One alone would not do: where a structure comes twice in a row and then another, what follows
 * depends on which of the two it is. They hold one another, so without a limit steps that never repeat would pile up.
 */
const MOST_OF_A_PLAN = 8;

/** What was recorded, in the order in which it came: of each recording what followed it the last time. */
export class Recordings {
  /** By their plan, those used last at the end. */
  readonly #known = new WeakMap<Plan, Set<Recording>>();
  #last: Recording | null = null;

  /** What followed the latest one the last time. */
  get expected(): Recording | null {
    return this.#last?.next ?? null;
  }

  /**
   * Adds one, which is now the latest: another one of its plan, so that each place of a structure in an order that comes back
   * has its own; or the one of its plan that was used longest ago, written anew.
   */
  add(recorded: Omit<Recording, 'next'>): void {
    const { plan } = recorded.computation;
    const known = this.#known.get(plan) ?? new Set();
    this.#known.set(plan, known);
    const [oldest] = known;
    const isFull = oldest !== undefined && known.size >= MOST_OF_A_PLAN;
    this.repeat(isFull ? Object.assign(oldest, recorded) : this.#another(recorded, known));
  }

  #another(recorded: Omit<Recording, 'next'>, known: ReadonlySet<Recording>): Recording {
    const recording: Recording = { ...recorded, next: null };
    const before = [...known].at(-1);
    // What followed the structure the last time is expected again, be it the structure itself.
    if (before !== undefined) recording.next = before === this.#last ? recording : before.next;
    return recording;
  }

  /** Notes that one came again, and is now the latest. */
  repeat(recording: Recording): void {
    const known = this.#known.get(recording.computation.plan)!;
    known.delete(recording);
    known.add(recording);
    if (this.#last !== null) this.#last.next = recording;
    this.#last = recording;
  }
}
