import type { GraphNode } from './graph.js';
import { Plan, structureOf } from './plan.js';
import type { Machinery } from './step.js';

/** Compiled plans kept: a run has about ten structures, and its width comes back with the next seed. */
const MOST_PLANS = 64;

/** Plans by structure; those used last stay. */
export class Plans {
  readonly #machinery: Machinery;
  readonly #plans = new Map<string, Plan>();
  readonly #structures = new WeakMap<Plan, string>();
  /** Plans made so far. */
  made = 0;

  constructor(machinery: Machinery) {
    this.#machinery = machinery;
  }

  /** The plan of a list of nodes, compiled where its structure is new. */
  of(nodes: readonly GraphNode[], wanted: ReadonlySet<GraphNode>): Plan {
    const structure = structureOf(nodes, wanted);
    const known = this.#plans.get(structure);
    if (known !== undefined) {
      this.touch(known);
      return known;
    }
    const plan = new Plan(nodes, wanted, this.#machinery);
    this.#plans.set(structure, plan);
    this.#structures.set(plan, structure);
    this.made += 1;
    const [oldest] = this.#plans;
    if (this.#plans.size > MOST_PLANS && oldest !== undefined) {
      oldest[1].dispose();
      this.#plans.delete(oldest[0]);
    }
    return plan;
  }

  /** Marks a plan as used now. */
  touch(plan: Plan): void {
    const structure = this.#structures.get(plan)!;
    this.#plans.delete(structure);
    this.#plans.set(structure, plan);
  }

  dispose(): void {
    for (const plan of this.#plans.values()) plan.dispose();
    this.#plans.clear();
  }
}
