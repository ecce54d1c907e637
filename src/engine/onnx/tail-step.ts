import type { ElementwiseOp, Program } from './elementwise/program.js';
import { SPLAT, splatValue, type GraphNode } from './graph.js';
import type { Heap } from './heap.js';
import { isOverwritable, type Layout, type Machinery, type Step } from './step.js';
import { arraysOf, isOuterProduct, isWholeReduction, type TailGroup } from './stages.js';

/**
 * A group of tail nodes as one program, computed in one pass. A result takes the place of an array that nobody needs
 * any more, so that an optimizer's step needs no memory of its own.
 */
export function tailStep(layout: Layout, group: TailGroup, { heap, programs }: Machinery): Step {
  const { program, arrays, rows, columns, scalars, outputs, sums } = tailProgram(layout, group);
  const divisors = sums.map((i) => divisorOf(layout.nodes[i]!));
  const mayGo = overwritable(layout, group);
  return {
    run(nodes) {
      const valuesAt = (positions: readonly number[]) => positions.map((i) => nodes[i]!.values as Float32Array);
      const read = valuesAt(arrays);
      const donors = arrays.filter((i) => mayGo.has(i) && isOverwritable(nodes[i]!, heap));
      const written = outputs.map((i) => {
        const donor = donors.pop();
        if (donor === undefined) return heap.floats(nodes[i]!.size);
        const values = nodes[donor]!.values as Float32Array;
        nodes[donor]!.values = null;
        return values;
      });
      const numbers = scalars.map((i) => numberOf(nodes[i]!));
      const vectors = { rows: valuesAt(rows), columns: valuesAt(columns) };
      const totals = freeing(heap, written, () =>
        programs.run(program, { arrays: read, outputs: written, ...vectors, scalars: numbers }),
      );
      outputs.forEach((i, k) => (nodes[i]!.values = written[k]!));
      sums.forEach((i, k) => {
        nodes[i]!.values = Float32Array.of(totals[k]! / divisors[k]!);
      });
    },
    dispose() {},
  };
}

/** Runs a function, and frees arrays, which are no node's yet, where it throws. */
function freeing<T>(heap: Heap, arrays: readonly Float32Array[], f: () => T): T {
  try {
    return f();
  } catch (error) {
    for (const array of arrays) heap.free(array);
    throw error;
  }
}

/** Positions of the nodes behind a program's values, outputs and sums. */
interface Parts {
  arrays: readonly number[];
  rows: readonly number[];
  columns: readonly number[];
  scalars: readonly number[];
  steps: readonly number[];
  outputs: readonly number[];
  sums: readonly number[];
}

function tailProgram(layout: Layout, group: TailGroup): Parts & { program: Program } {
  const parts = partsOf(layout, group);
  return { ...parts, program: programOf(layout.nodes, parts) };
}

function partsOf({ nodes, position, stored }: Layout, group: TailGroup): Parts {
  const inGroup = new Set(group);
  const positionsOf = (read: readonly GraphNode[]) => [...new Set(read)].map((x) => position.get(x)!);
  const members = group.map((i) => nodes[i]!);
  const products = members.filter(isOuterProduct).map(({ inputs }) => inputs as [GraphNode, GraphNode]);
  const elementwise = members.filter((node) => !isOuterProduct(node));
  const outside = positionsOf(elementwise.flatMap(operandsOf)).filter((i) => !inGroup.has(i));
  const isArray = new Set(elementwise.flatMap(arraysOf));
  const steps = group.filter((i) => !isWholeReduction(nodes[i]!));
  return {
    arrays: outside.filter((i) => isArray.has(nodes[i]!)),
    rows: positionsOf(products.map(([a]) => a)),
    columns: positionsOf(products.map(([, b]) => b)),
    scalars: outside.filter((i) => !isArray.has(nodes[i]!)),
    steps,
    outputs: steps.filter((i) => stored.has(i)),
    sums: group.filter((i) => isWholeReduction(nodes[i]!)),
  };
}

function programOf(nodes: readonly GraphNode[], parts: Parts): Program {
  const { arrays, rows, columns, scalars, steps, outputs, sums } = parts;
  const numbered = (positions: readonly number[], first: number) =>
    new Map(positions.map((i, k) => [nodes[i]!, first + k] as const));
  const vectors = arrays.length + rows.length + columns.length;
  const number = new Map([...numbered(arrays, 0), ...numbered([...scalars, ...steps], vectors)]);
  const [rowNumber, columnNumber] = [numbered(rows, arrays.length), numbered(columns, arrays.length + rows.length)];
  const stepOf = (node: GraphNode): Program['steps'][number] => {
    const [a, b] = node.inputs;
    if (isOuterProduct(node)) return { op: 'Mul', operands: [rowNumber.get(a!)!, columnNumber.get(b!)!] };
    return { op: node.op as ElementwiseOp, operands: node.inputs.map((x) => number.get(x)!) };
  };
  return {
    arrays: arrays.length,
    rows: rows.length,
    columns: columns.length,
    scalars: scalars.length,
    steps: steps.map((i) => stepOf(nodes[i]!)),
    outputs: outputs.map((i) => number.get(nodes[i]!)!),
    sums: sums.map((i) => number.get(nodes[i]!.inputs[0]!)!),
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
