import type { DataId, TensorInfo } from '@tensorflow/tfjs-core';
import { baseOf, CONSTANT, LEAF, sameNumbers, SPLAT, type Asked, type Graph, type GraphNode } from './graph.js';
import type { Plan } from './plan.js';
import {
  copied,
  sameAttributes,
  type Computation,
  type KernelCall,
  type RecordedCall,
  type RecordedOutput,
  type RecordedValue,
  type Recording,
} from './recording.js';
import { Recordings } from './recordings.js';

/** The node behind a tensor's data. */
type NodeOf = (dataId: DataId) => GraphNode;

/** What a kernel made of a call that was recorded: nothing where it declined. */
export interface Outcome {
  inputs: readonly TensorInfo[];
  nodes: readonly GraphNode[] | null;
  isList: boolean;
  asked: readonly Asked[];
}

/**
 * Follows a training step that is recorded as the one before was: from one computation to the next.
 *
 * A step's calls are compared with those of the step that came here the last time, one by one: kernel, attributes, and
 * which earlier value each input is. As long as they are the same, nothing is recorded: what a call hands out is known,
 * and in the end so is the plan. The first call that differs, by whatever made the model take another path, has the
 * calls before it recorded after all, and the step goes on as any other.
 *
 * The values of arrays and scalars are not compared, as they are fed; what a structure does depend on is: which small
 * arrays hold the same numbers, and what kernels asked of the numbers they were given.
 */
export class Replay {
  readonly #graph: Graph;
  readonly #recordings = new Recordings();
  /** Marks the nodes of the round under way: a round lasts from one computation to the next. */
  #round = 1;
  /** What is expected; null where the round is recorded. */
  #script: Recording | null = null;
  /** Calls that went as expected. */
  #at = 0;
  #calls: RecordedCall[] = [];
  #values: RecordedValue[] = [];
  /** The round's values, by number. */
  #nodes: GraphNode[] = [];
  /** The first given value of each node id. */
  readonly #firsts = new Map<number, number>();
  #isRepeatable = true;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** Whether all calls of the round went as expected so far. */
  get isFollowing(): boolean {
    return this.#script !== null;
  }

  /** The recorded call that this one repeats; null where it is another. */
  follow(call: KernelCall, nodeOf: NodeOf): RecordedCall | null {
    const expected = this.#script?.calls[this.#at];
    if (expected?.kernelName !== call.kernelName || expected.kernel !== call.kernel) return null;
    const before = this.#nodes.length;
    if (!this.#repeats(expected, call, nodeOf)) {
      this.#unbind(before);
      return null;
    }
    this.#at += 1;
    return expected;
  }

  #repeats({ attributes, inputs, questions, outputs }: RecordedCall, call: KernelCall, nodeOf: NodeOf): boolean {
    if (!sameAttributes(attributes, call.attributes)) return false;
    let at = 0;
    for (const name in call.inputs) {
      const info = call.inputs[name];
      if (!isPresent(info)) continue;
      const expected = inputs[at];
      if (expected?.name !== name || !sameNumbers(info.shape, expected.shape)) return false;
      if (!this.#isValue(nodeOf(info.dataId), expected.value, info.dtype)) return false;
      at += 1;
    }
    if (at !== inputs.length) return false;
    for (const { value, ask, answer } of questions) if (ask(this.#nodes[value]!.values!) !== answer) return false;
    const first = outputs?.[0];
    if (first?.isLeaf !== true) return true;
    this.#graph.kernel = call.kernelName;
    const made = call.kernel(this.#graph, {}, call.attributes) as GraphNode;
    return this.#isValue(made, first.value, made.type);
  }

  /** Whether a node is the value of a number; one met for the first time may become it. */
  #isValue(node: GraphNode, value: number, dtype: string): boolean {
    if (node.round === this.#round) return node.value === value;
    // Values are numbered in the order in which they are met.
    if (value !== this.#nodes.length) return false;
    const expected = this.#script!.values[value]!;
    if (!expected.isGiven || dtype !== expected.parts.type || !fits(node, expected)) return false;
    if ((this.#firsts.get(node.id) ?? value) !== expected.equals) return false;
    this.#bind(node);
    return true;
  }

  /** The node that a call which went as expected hands out. */
  node({ value }: RecordedOutput): GraphNode {
    const known = this.#nodes[value];
    if (known !== undefined) return known;
    const { parts, signature, kernel } = this.#script!.values[value]!;
    const node = this.#graph.standIn(parts, { signature, kernel });
    this.#mark(node);
    return node;
  }

  /**
   * Gives up following: records what went as expected so far.
   *
   * @returns the recorded nodes, by the number that the nodes handed out instead bear
   */
  depart(): readonly GraphNode[] {
    const { calls, values } = this.#script!;
    this.#script = null;
    this.#calls = calls.slice(0, this.#at);
    this.#values = values.slice(0, this.#nodes.length);
    const real = this.#nodes.map((node, i) => (values[i]!.isGiven ? node : null));
    for (const { kernelName, kernel, inputs, outputs, attributes } of this.#calls) {
      if (outputs === null || outputs[0]?.isLeaf === true) continue;
      this.#graph.kernel = kernelName;
      const given = inputs.map(({ name, value, shape }) => [name, this.#graph.reshape(real[value]!, shape)] as const);
      const made = [kernel(this.#graph, Object.fromEntries(given), attributes)!].flat();
      for (const [i, { value }] of outputs.entries()) real[value] ??= baseOf(made[i]!);
    }
    this.#graph.takeQuestions();
    this.#nodes = [];
    for (const node of real) this.#mark(node!);
    return this.#nodes;
  }

  /** Notes a call that was recorded. */
  note(call: KernelCall, { inputs, nodes, isList, asked }: Outcome, nodeOf: NodeOf): void {
    const { kernelName, kernel, attributes } = call;
    const names = Object.keys(call.inputs).filter((name) => isPresent(call.inputs[name]));
    const read = inputs.map(({ dataId }) => this.#given(nodeOf(dataId)));
    const outputs = nodes?.map((node): RecordedOutput => {
      const base = baseOf(node);
      const isLeaf = base.op === LEAF && base.round !== this.#round;
      // A leaf made of other arrays would have to be made of the new ones.
      if (isLeaf && (inputs.length > 0 || isList)) this.#isRepeatable = false;
      const sharedWith = inputs.findIndex(({ dataId }) => nodeOf(dataId) === base);
      return { value: isLeaf ? this.#given(base) : this.#made(base), shape: [...node.shape], sharedWith, isLeaf };
    });
    this.#calls.push({
      kernelName,
      kernel,
      attributes: copied(attributes),
      inputs: inputs.map(({ shape }, i) => ({ name: names[i]!, value: read[i]!, shape: [...shape] })),
      questions: asked.map(({ node, ask, answer }) => ({ value: this.#given(node), ask, answer })),
      outputs: outputs ?? null,
      isList,
    });
  }

  #given(node: GraphNode): number {
    if (node.round === this.#round) return node.value;
    // A node of a step that failed is neither computed nor ever will be.
    if (!node.isGiven) this.#isRepeatable = false;
    const equals = this.#firsts.get(node.id) ?? this.#nodes.length;
    this.#values.push({ ...described(node), isGiven: true, equals });
    return this.#bind(node);
  }

  #made(node: GraphNode): number {
    if (node.round === this.#round) return node.value;
    if (node.values !== null) this.#isRepeatable = false;
    this.#values.push({ ...described(node), isGiven: false, equals: this.#nodes.length });
    return this.#mark(node);
  }

  /**
   * How to compute what the round has handed out, where it went as expected to its end.
   *
   * @param pending - the nodes asked for
   */
  ready(pending: ReadonlySet<GraphNode>): { plan: Plan; nodes: readonly GraphNode[] } | null {
    if (this.#script?.calls.length !== this.#at) return null;
    const { plan, places, others, wanted } = this.#script.computation;
    if (plan.isDisposed) return null;
    if (pending.size !== wanted.size) return null;
    for (const node of pending) if (node.round !== this.#round || !wanted.has(node.value)) return null;
    return { plan, nodes: places.map((value, i) => others[i] ?? this.#nodes[value]!) };
  }

  /** Notes how a round that was recorded is computed; to be called before it is. */
  planned(plan: Plan, nodes: readonly GraphNode[], wanted: ReadonlySet<GraphNode>): void {
    const isSeen = (node: GraphNode) => node.round === this.#round;
    const isOwn = (node: GraphNode) => isSeen(node) || node.values === null || node.op === CONSTANT;
    if (!this.#isRepeatable || !nodes.every(isOwn) || ![...wanted].every(isSeen)) return;
    const computation: Computation = {
      plan,
      places: nodes.map((node) => (isSeen(node) ? node.value : -1)),
      others: nodes.map((node) => (isSeen(node) ? null : node)),
      wanted: new Set([...wanted].map(({ value }) => value)),
    };
    this.#recordings.add({ calls: this.#calls, values: this.#values, computation });
  }

  /** Notes that a round went as expected, and is computed. */
  repeated(): void {
    this.#recordings.repeat(this.#script!);
  }

  /** Begins the next round: nothing recorded is found again. */
  end(): void {
    this.#round += 1;
    // The same again where the round ended without having computed anything.
    this.#script = this.#recordings.expected;
    this.#at = 0;
    this.#isRepeatable = true;
    this.#firsts.clear();
    this.#nodes = [];
    // The arrays are the recording's now.
    this.#calls = [];
    this.#values = [];
  }

  #bind(node: GraphNode): number {
    const value = this.#mark(node);
    if (!this.#firsts.has(node.id)) this.#firsts.set(node.id, value);
    return value;
  }

  #mark(node: GraphNode): number {
    node.round = this.#round;
    node.value = this.#nodes.length;
    return this.#nodes.push(node) - 1;
  }

  #unbind(length: number): void {
    for (const node of this.#nodes.splice(length)) {
      node.round = 0;
      if (this.#firsts.get(node.id) === node.value) this.#firsts.delete(node.id);
    }
  }
}

function isPresent(info: TensorInfo | null | undefined): info is TensorInfo {
  return info !== undefined && info !== null;
}

function described(node: GraphNode): Omit<RecordedValue, 'isGiven' | 'equals'> {
  const { op, shape, type, attributes, domain, signature, kernel } = node;
  return {
    parts: { op, inputs: [], shape, type, attributes, domain },
    signature,
    kernel,
    hasNumbers: node.values !== null,
    constant: op === CONSTANT ? node : null,
  };
}

/** Whether a structure that has the one value has the other in its place. */
function fits(node: GraphNode, { parts, signature, hasNumbers, constant }: RecordedValue): boolean {
  if (constant !== null || node.op === CONSTANT) return node === constant;
  if (node.type !== parts.type || !sameNumbers(node.shape, parts.shape)) return false;
  if (hasNumbers) return node.values !== null;
  return node.op === SPLAT && node.signature === signature;
}
