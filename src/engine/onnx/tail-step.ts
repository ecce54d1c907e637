import type { ElementwiseOp, Program } from './elementwise/program.js';
import { SPLAT, splatValue, type GraphNode } from './graph.js';
import type { Layout, Machinery, Step } from './step.js';
import { arraysOf, isWholeReduction, type TailGroup } from './stages.js';

/**
 * A group of tail nodes as one program, computed in one pass. A result takes the place of an array that nobody needs
 * any more, so that an optimizer's step needs no memory of its own.
 */
export function tailStep(layout: Layout, group: TailGroup, { heap, programs }: Machinery): Step {
  const { program, arrays, scalars, outputs, sums } = tailProgram(layout, group);
  const divisors = sums.map((i) => divisorOf(layout.nodes[i]!));
  const mayGo = overwritable(layout, group);
  return {
    run(nodes) {
      const read = arrays.map((i) => nodes[i]!.values as Float32Array);
      const donors = arrays.filter((i) => mayGo.has(i) && nodes[i]!.references === 0 && heap.holds(nodes[i]!.values!));
      const written = outputs.map((i) => {
        const donor = donors.pop();
        if (donor === undefined) return heap.floats(nodes[i]!.size);
        const values = nodes[donor]!.values as Float32Array;
        nodes[donor]!.values = null;
        return values;
      });
      const numbers = scalars.map((i) => numberOf(nodes[i]!));
      const totals = programs.run(program, { arrays: read, outputs: written, scalars: numbers });
      outputs.forEach((i, k) => (nodes[i]!.values = written[k]!));
      sums.forEach((i, k) => {
        nodes[i]!.values = Float32Array.of(totals[k]! / divisors[k]!);
      });
    },
    dispose() {},
  };
}

interface TailProgram {
  program: Program;
  /** Positions of the nodes behind the program's arrays, scalars, outputs and sums. */
  arrays: readonly number[];
  scalars: readonly number[];
  outputs: readonly number[];
  sums: readonly number[];
}

function tailProgram({ nodes, position, stored }: Layout, group: TailGroup): TailProgram {
  const inGroup = new Set(group);
  const read = [...new Set(group.flatMap((i) => nodes[i]!.inputs))];
  const outside = read.map((x) => position.get(x)!).filter((i) => !inGroup.has(i));
  const isArray = new Set(group.flatMap((i) => arraysOf(nodes[i]!)));
  const used = new Set(group.flatMap((i) => operandsOf(nodes[i]!)));
  const arrays = outside.filter((i) => isArray.has(nodes[i]!));
  const scalars = outside.filter((i) => !isArray.has(nodes[i]!) && used.has(nodes[i]!));
  const steps = group.filter((i) => !isWholeReduction(nodes[i]!));
  const sums = group.filter((i) => isWholeReduction(nodes[i]!));
  const number = new Map([...arrays, ...scalars, ...steps].map((i, value) => [nodes[i]!, value]));
  const outputs = steps.filter((i) => stored.has(i));
  return {
    arrays,
    scalars,
    outputs,
    sums,
    program: {
      arrays: arrays.length,
      scalars: scalars.length,
      steps: steps.map((i) => ({
        op: nodes[i]!.op as ElementwiseOp,
        operands: nodes[i]!.inputs.map((x) => number.get(x)!),
      })),
      outputs: outputs.map((i) => number.get(nodes[i]!)!),
      sums: sums.map((i) => number.get(nodes[i]!.inputs[0]!)!),
    },
  };
}

/** What a tail node computes with: a reduction's axes are no operand. */
function operandsOf(node: GraphNode): readonly GraphNode[] {
  return isWholeReduction(node) ? node.inputs.slice(0, 1) : node.inputs;
}

/** Positions of arrays that no later step reads: results may take their place. */
function overwritable({ nodes, position, staging }: Layout, group: TailGroup): ReadonlySet<number> {
  const inGroup = new Set(group);
  const read = new Set(group.flatMap((i) => nodes[i]!.inputs.map((x) => position.get(x)!)));
  nodes.forEach((node, i) => {
    const isLater = staging.stages[i] === 'after' || (staging.stages[i] === 'tail' && !inGroup.has(i));
    if (isLater) for (const input of node.inputs) read.delete(position.get(input)!);
  });
  return read;
}

/** What the sum of all coordinates is divided by. */
function divisorOf({ op, inputs }: GraphNode): number {
  return op === 'ReduceMean' ? inputs[0]!.size : 1;
}

function numberOf(node: GraphNode): number {
  return node.op === SPLAT ? splatValue(node) : Number(node.values![0]);
}
