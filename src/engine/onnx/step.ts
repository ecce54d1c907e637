import type { ProgramRunner } from './elementwise/run-program.js';
import type { GraphNode } from './graph.js';
import type { Heap } from './heap.js';
import type { Ort } from './ort.js';
import type { Staging } from './stages.js';

/** What steps of a plan compute with. */
export interface Machinery {
  ort: Ort;
  heap: Heap;
  programs: ProgramRunner;
  threads: number;
}

/** A part of a plan: computes some nodes, which it names by their position in the list the plan is run on. */
export interface Step {
  run(nodes: readonly GraphNode[]): void;
  dispose(): void;
}

/** What a step may know of the list it is made for. */
export interface Layout {
  nodes: readonly GraphNode[];
  staging: Staging;
  position: ReadonlyMap<GraphNode, number>;
  /** Nodes whose values are stored: asked for from outside, or by a later stage. */
  stored: ReadonlySet<number>;
}

/** Whether nobody outside the graph can ask for a node's values any more, and the array is ours to write a result into. */
export function isOverwritable({ references, values }: GraphNode, heap: Heap): boolean {
  return references === 0 && heap.holds(values!);
}
