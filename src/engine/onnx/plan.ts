import { CONSTANT, LEAF, type GraphNode } from './graph.js';
import { ortStep } from './ort-step.js';
import { stagesOf, type Stage } from './stages.js';
import type { Layout, Machinery, Step } from './step.js';
import { tailStep } from './tail-step.js';

/** What tells plans apart: the same text means the same operators on arrays of the same shapes, whatever their values. */
export function structureOf(nodes: readonly GraphNode[], wanted: ReadonlySet<GraphNode>): string {
  const position = new Map<GraphNode, number>();
  let text = '';
  nodes.forEach((node, i) => {
    position.set(node, i);
    if (node.values !== null && node.op !== CONSTANT) text += `${LEAF}|${node.type}|${node.shape.join()}`;
    else {
      text += node.signature;
      for (const input of node.inputs) text += `,${position.get(input)}`;
      if (wanted.has(node)) text += '!';
    }
    text += ';';
  });
  return text;
}

/**
 * How a recorded graph is computed, made once for each structure and run on every list of nodes that has it.
 *
 * A step frees what no later one needs and nobody outside refers to, so that gradients make room for each other.
 */
export class Plan {
  readonly #steps: readonly Step[];
  readonly #done: readonly (readonly number[])[];
  readonly #machinery: Machinery;
  #isDisposed = false;

  constructor(nodes: readonly GraphNode[], wanted: ReadonlySet<GraphNode>, machinery: Machinery) {
    this.#machinery = machinery;
    const staging = stagesOf(nodes, wanted);
    const position = new Map(nodes.map((node, i) => [node, i]));
    const layout: Layout = { nodes, staging, position, stored: storedNodes({ nodes, staging, position }, wanted) };
    const steps: { step: Step; of: readonly number[] }[] = [];
    const stageNodes = (stage: Stage) => nodes.flatMap((_, i) => (staging.stages[i] === stage ? [i] : []));
    const [main, after] = [stageNodes('main'), stageNodes('after')];
    if (main.length > 0) steps.push({ step: ortStep(layout, 'main', machinery), of: main });
    for (const group of staging.groups) steps.push({ step: tailStep(layout, group, machinery), of: group });
    if (after.length > 0) steps.push({ step: ortStep(layout, 'after', machinery), of: after });
    this.#steps = steps.map(({ step }) => step);
    this.#done = lastUses(
      layout,
      steps.map(({ of }) => of),
    );
  }

  /** Computes the nodes that were wanted when the plan was made, of a list with the same structure. */
  run(nodes: readonly GraphNode[]): void {
    try {
      this.#steps.forEach((step, i) => {
        step.run(nodes);
        for (const index of this.#done[i]!) this.#release(nodes[index]!);
      });
    } catch (error) {
      for (const node of nodes) if (node.op !== CONSTANT) this.#release(node);
      throw error;
    }
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const step of this.#steps) step.dispose();
  }

  #release(node: GraphNode): void {
    if (node.references > 0) return;
    if (node.values !== null && node.type === 'float32') this.#machinery.heap.free(node.values);
    node.values = null;
  }
}

const ORDER: readonly Stage[] = ['given', 'main', 'tail', 'after'];

function storedNodes(
  { nodes, staging, position }: Omit<Layout, 'stored'>,
  wanted: ReadonlySet<GraphNode>,
): ReadonlySet<number> {
  const stored = new Set(nodes.flatMap((node, i) => (wanted.has(node) ? [i] : [])));
  nodes.forEach((node, i) => {
    const stage = ORDER.indexOf(staging.stages[i]!);
    if (stage === 0) return;
    for (const input of node.inputs) {
      const at = position.get(input)!;
      const its = ORDER.indexOf(staging.stages[at]!);
      if (its > 0 && its < stage) stored.add(at);
    }
  });
  return stored;
}

/** For each step, the positions of nodes that no later step reads. */
function lastUses({ nodes, position }: Layout, steps: readonly (readonly number[])[]): number[][] {
  const last = new Map<number, number>();
  steps.forEach((of, step) => {
    for (const i of of) {
      last.set(i, step);
      for (const input of nodes[i]!.inputs) if (input.op !== CONSTANT) last.set(position.get(input)!, step);
    }
  });
  const done: number[][] = steps.map(() => []);
  for (const [i, step] of last) done[step]!.push(i);
  return done;
}
