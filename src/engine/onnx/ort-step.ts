import { failure } from '../../errors.js';
import { directSums, type DirectSum } from './direct-sums.js';
import type { DirectUpdate } from './direct-updates.js';
import { CONSTANT, OUTPUT, SPLAT, splatValue, type GraphNode } from './graph.js';
import type { OnnxGraph, OnnxOperator } from './onnx-model.js';
import { arrayOf, valuesOf } from './element-type.js';
import type { OrtTensor } from './ort.js';
import { isOverwritable, type Layout, type Machinery, type Step } from './step.js';
import type { Stage } from './stages.js';
import { topological } from './topological.js';

/**
 * A stage that ONNX Runtime computes: its nodes as one compiled graph. Everything that can differ between two lists of
 * the same structure is fed; results are written straight into memory of ours.
 *
 * @throws CoordCheckError ENGINE_FAILED, naming the TF.js kernel that recorded the operator
 */
export function ortStep(layout: Layout, stage: Stage, machinery: Machinery): Step {
  const { graph, ...ports } = onnxGraphOf(layout, stage);
  const feeds = ports.feeds.map(named);
  const results = ports.results.map(named);
  const { ort, heap, threads } = machinery;
  const session = guarded(() => ort.session(graph, { threads }));
  return {
    run(nodes) {
      const given: Record<string, OrtTensor> = {};
      for (const { i, name } of feeds) given[name] = ort.tensor(nodes[i]!.type, nodes[i]!.values!, nodes[i]!.shape);
      // An updated value is written over the one before, where nobody else has that.
      const overwritten = ports.donors.map((at) => {
        const donor = at === null ? null : nodes[at]!;
        return donor !== null && isOverwritable(donor, heap) ? donor : null;
      });
      const values = results.map(({ i }, k) => {
        const { type, size } = nodes[i]!;
        return overwritten[k]?.values ?? (type === 'float32' ? heap.floats(size) : arrayOf(type, size));
      });
      const wanted: Record<string, OrtTensor> = {};
      results.forEach(({ i, name }, k) => (wanted[name] = ort.tensor(nodes[i]!.type, values[k]!, nodes[i]!.shape)));
      try {
        guarded(() => session.run(given, wanted));
      } catch (error) {
        values.forEach((array, k) => overwritten[k] === null && heap.free(array));
        throw error;
      }
      for (const donor of overwritten) if (donor !== null) donor.values = null;
      // Only now: a node whose values are set counts as computed.
      results.forEach(({ i }, k) => (nodes[i]!.values = values[k]!));
    },
    dispose: () => session.dispose(),
  };
}

/** The position of the value that a node updates in place; null for any other node. */
function updatedBy({ nodes, staging, position }: Layout, i: number): number | null {
  const update = staging.updates.get(nodes[i]!);
  return update === undefined ? null : position.get(update.value)!;
}

function guarded<T>(f: () => T): T {
  try {
    return f();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw failure('ENGINE_FAILED', { engine: 'onnx', why }, { cause: error });
  }
}

function named(i: number): { i: number; name: string } {
  return { i, name: nameOf(i) };
}

/** The name of a node's value in the compiled graph. */
function nameOf(index: number): string {
  return `n${index}`;
}

interface StageGraph {
  graph: OnnxGraph;
  /** Positions of the nodes fed, and of those the graph computes for others. */
  feeds: readonly number[];
  results: readonly number[];
  /** For each result the position of the value that it updates; null where it updates none. */
  donors: readonly (number | null)[];
}

function onnxGraphOf(layout: Layout, stage: Stage): StageGraph {
  const { nodes, staging, position, stored } = layout;
  const mine = nodes.filter((_, i) => staging.stages[i] === stage);
  const own = topological(mine, (node) => staging.updates.get(node)?.awaited ?? [])
    .map((node) => position.get(node)!)
    .filter((i) => staging.stages[i] === stage);
  const read = new Set(own.flatMap((i) => nodes[i]!.inputs.map((x) => position.get(x)!)));
  const outside = [...read].filter((i) => staging.stages[i] !== stage);
  const constants = outside.filter((i) => nodes[i]!.op === CONSTANT);
  const allSplats = outside.filter((i) => nodes[i]!.op === SPLAT);
  const splats = allSplats.filter((i) => nodes[i]!.size !== 1);
  const numbers = allSplats.filter((i) => nodes[i]!.size === 1);
  const feeds = outside.filter((i) => !constants.includes(i) && !allSplats.includes(i));
  const results = own.filter((i) => stored.has(i));
  const further = furtherOutputs(nodes);
  const sums = directSums(layout, stage);
  const replaced = new Set([...sums.values()].map((sum) => sum.replaced));
  for (const { scaled, product } of staging.updates.values()) {
    for (const x of [scaled, product]) replaced.add(position.get(x)!);
  }
  const operators = own
    .filter((i) => nodes[i]!.op !== OUTPUT && !replaced.has(i))
    .flatMap((i) => {
      const [sum, update] = [sums.get(i), staging.updates.get(nodes[i]!)];
      if (sum !== undefined) return sumOperators({ nodes, position }, i, sum);
      if (update !== undefined) return updateOperators({ nodes, position }, i, update);
      return operatorOf({ nodes, position, further }, i);
    });
  const port = (i: number) => ({ name: nameOf(i), type: nodes[i]!.type, shape: nodes[i]!.shape });
  return {
    feeds,
    results,
    donors: results.map((i) => updatedBy(layout, i)),
    graph: {
      operators: [...splats.map((i) => expansion(nodes[i]!, i)), ...operators],
      constants: [
        ...constants.map((i) => ({ ...port(i), values: nodes[i]!.values! })),
        ...numbers.map((i) => ({ ...port(i), values: valuesOf(nodes[i]!.type, [splatValue(nodes[i]!)]) })),
        ...splats.flatMap((i) => splatParts(nodes[i]!, i)),
        ...[...sums].flatMap(([i, { count }]) => (count === null ? [] : [countConstant(i, count)])),
      ],
      inputs: feeds.map(port),
      outputs: results.map(port),
    },
  };
}

function operatorOf(
  { nodes, position, further }: Pick<Layout, 'nodes' | 'position'> & { further: ReturnType<typeof furtherOutputs> },
  i: number,
): OnnxOperator {
  const { op, domain, inputs, attributes, kernel } = nodes[i]!;
  return {
    name: `${kernel} ${i}`,
    op,
    domain,
    inputs: inputs.map((x) => nameOf(position.get(x)!)),
    outputs: [nameOf(i), ...namesOf(further.get(nodes[i]!) ?? [])],
    attributes,
  };
}

/** ONNX's own operator, without attributes. */
const PLAIN = { domain: '', attributes: {} };

/** A sum, or a mean as a sum and its division, which are the same numbers. */
function sumOperators(
  { nodes, position }: Pick<Layout, 'nodes' | 'position'>,
  i: number,
  { op, x, count }: DirectSum,
): OnnxOperator[] {
  const { inputs, attributes, kernel } = nodes[i]!;
  const [name, sum] = [`${kernel} ${i}`, count === null ? nameOf(i) : `${nameOf(i)}_sum`];
  const axes = nameOf(position.get(inputs[1]!)!);
  const operator = { name, op, domain: '', inputs: [nameOf(position.get(x)!), axes], outputs: [sum], attributes };
  if (count === null) return [operator];
  const operands = [sum, countConstant(i, count).name];
  return [operator, { ...PLAIN, name: `${name} count`, op: 'Div', inputs: operands, outputs: [nameOf(i)] }];
}

/**
 * A product added to what it updates; the rate is a factor of the smaller operand.
 *
 * For whom the product has to wait, the rate does: it is expanded by none of their axes, which leaves it as it is.
 */
function updateOperators(
  { nodes, position }: Pick<Layout, 'nodes' | 'position'>,
  i: number,
  { value, rate, product, awaited }: DirectUpdate,
): OnnxOperator[] {
  const { kernel } = nodes[i]!;
  const { inputs, attributes } = product;
  const smaller = inputs[0]!.size < inputs[1]!.size ? 0 : 1;
  const nameAt = (x: GraphNode) => nameOf(position.get(x)!);
  const [name, scaled] = [`${kernel} ${i}`, `${nameOf(i)}_scaled`];
  const waiting = awaited.flatMap((reader, k): OnnxOperator[] => {
    const [none, late] = [`${nameOf(i)}_none_${k}`, `${nameOf(i)}_rate_${k}`];
    const early = k === 0 ? nameAt(rate) : `${nameOf(i)}_rate_${k - 1}`;
    const noAxes = { start: 0, end: 0 };
    return [
      {
        ...PLAIN,
        name: `${name} wait ${k}`,
        op: 'Shape',
        inputs: [nameAt(reader)],
        outputs: [none],
        attributes: noAxes,
      },
      { ...PLAIN, name: `${name} late ${k}`, op: 'Expand', inputs: [early, none], outputs: [late] },
    ];
  });
  const lastRate = waiting.at(-1)?.outputs[0] ?? nameAt(rate);
  const operands = inputs.map((x, k) => (k === smaller ? scaled : nameAt(x)));
  return [
    ...waiting,
    { ...PLAIN, name: `${name} rate`, op: 'Mul', inputs: [lastRate, nameAt(inputs[smaller]!)], outputs: [scaled] },
    { ...PLAIN, name, op: 'Gemm', inputs: [...operands, nameAt(value)], outputs: [nameOf(i)], attributes },
  ];
}

function countConstant(i: number, count: number): OnnxGraph['constants'][number] {
  return { name: `${nameOf(i)}_count`, type: 'float32', shape: [], values: Float32Array.of(count) };
}

/** Nodes that stand for a second or later output, with their positions, by the operator they belong to. */
function furtherOutputs(nodes: readonly GraphNode[]): ReadonlyMap<GraphNode, { index: number; at: number }[]> {
  const outputs = new Map<GraphNode, { index: number; at: number }[]>();
  nodes.forEach((node, at) => {
    if (node.op !== OUTPUT) return;
    const operator = node.inputs[0]!;
    const output = { index: node.attributes['index'] as number, at };
    outputs.set(operator, [...(outputs.get(operator) ?? []), output]);
  });
  return outputs;
}

/** Names of an operator's outputs after the first; empty text where nobody reads one. */
function namesOf(outputs: readonly { index: number; at: number }[]): string[] {
  const count = Math.max(0, ...outputs.map(({ index }) => index));
  return Array.from({ length: count }, (_, k) => {
    const output = outputs.find(({ index }) => index === k + 1);
    return output === undefined ? '' : nameOf(output.at);
  });
}

function expansion({ kernel }: GraphNode, i: number): OnnxOperator {
  return {
    ...PLAIN,
    name: `${kernel} ${i}`,
    op: 'Expand',
    inputs: [`${nameOf(i)}_value`, `${nameOf(i)}_shape`],
    outputs: [nameOf(i)],
  };
}

function splatParts(node: GraphNode, i: number): OnnxGraph['constants'][number][] {
  const { type, shape } = node;
  return [
    { name: `${nameOf(i)}_value`, type, shape: [], values: valuesOf(type, [splatValue(node)]) },
    { name: `${nameOf(i)}_shape`, type: 'int64', shape: [shape.length], values: valuesOf('int64', shape) },
  ];
}
