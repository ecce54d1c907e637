import type { DataId, DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { failure } from '../../errors.js';
import { tf } from '../tf.js';
import { ProgramRunner } from './elementwise/run-program.js';
import { baseOf, Graph, SPLAT, splatValue, type GraphNode } from './graph.js';
import { Heap } from './heap.js';
import { TensorData } from './tensor-data.js';
import { arrayOf, type ElementType, type Values } from './element-type.js';
import type { Ort } from './ort.js';
import { Plans } from './plans.js';
import type { KernelCall, RecordedCall, RecordedOutput } from './recording.js';
import { Replay } from './replay.js';
import { topological } from './topological.js';

/** Smaller arrays stay outside the engine's memory: they are never worth generated code. */
const SMALLEST_IN_HEAP = 64;

const NOTHING: readonly GraphNode[] = [];

/** What a backend has done since it was made. */
export interface LazyStats {
  /** Times something recorded was computed. */
  flushes: number;
  /** Structures compiled. */
  plans: number;
  /** Of the computations those whose every call repeated what was recorded before. */
  replays: number;
}

/**
 * A TF.js backend that computes nothing when a kernel is called: it records the kernel as nodes of a graph. When
 * values are read, everything that is still referred to is computed at once; what TF.js disposed meanwhile never is.
 */
export class LazyBackend extends tf.KernelBackend {
  readonly graph = new Graph();
  readonly heap: Heap;
  readonly stats: LazyStats = { flushes: 0, plans: 0, replays: 0 };
  /** Data that came from another backend, which knows them by an object of its own. */
  readonly #moved = new tf.DataStorage<TensorData>(this, tf.engine());
  #held = 0;
  /** Nodes that are referred to and not yet computed. */
  readonly #pending = new Set<GraphNode>();
  /** Computed nodes that nobody refers to, which recorded nodes may still read. */
  #dead: GraphNode[] = [];
  readonly #plans: Plans;
  readonly #replay: Replay;
  /** Data handed out since the last computation for calls that repeat what was recorded before. */
  #repeated: TensorData[] = [];
  /** False records every call anew, for who compares. */
  replays = true;

  constructor(ort: Ort, { threads }: { threads: number }) {
    super();
    this.heap = new Heap();
    const programs = new ProgramRunner(this.heap);
    this.#plans = new Plans({ ort, heap: this.heap, programs, threads });
    this.#replay = new Replay(this.graph);
  }

  /** Records a call of a kernel; null where the kernel declines it. */
  record(call: KernelCall): TensorInfo | TensorInfo[] | null {
    if (this.#replay.isFollowing) {
      const repeated = this.replays ? this.#replay.follow(call, this.#nodeOf) : null;
      if (repeated !== null) return this.#handOutAgain(repeated, call);
      this.#depart();
    }
    const { kernelName, kernel, attributes } = call;
    const given: Record<string, GraphNode> = {};
    const inputs: TensorInfo[] = [];
    this.graph.kernel = kernelName;
    for (const [name, info] of Object.entries(call.inputs)) {
      if (!info) continue;
      if (info.dtype === 'string' || info.dtype === 'complex64') return null;
      given[name] = this.graph.reshape(this.nodeOf(info.dataId), info.shape);
      inputs.push(info);
    }
    const result = kernel(this.graph, given, attributes);
    const isList = Array.isArray(result);
    const nodes = result === null || isList ? result : [result];
    this.#replay.note(call, { inputs, nodes, isList, asked: this.graph.takeQuestions() }, this.#nodeOf);
    if (nodes === null) return null;
    const infos = nodes.map((node) => this.#handOut(node, inputs));
    return isList ? infos : infos[0]!;
  }

  readonly #nodeOf = (dataId: DataId): GraphNode => this.nodeOf(dataId);

  /** A tensor of a node; one that only shows an input under another shape shares that input's data. */
  #handOut(node: GraphNode, inputs: readonly TensorInfo[]): TensorInfo {
    const base = baseOf(node);
    const dtype = node.type as DataType;
    const shape = [...node.shape];
    const same = inputs.find(({ dataId }) => this.nodeOf(dataId) === base);
    if (same !== undefined) return this.#shared(same, shape);
    return { dataId: this.#made(base), shape, dtype };
  }

  #shared({ dataId, dtype }: TensorInfo, shape: number[]): TensorInfo {
    this.#dataOf(dataId).count += 1;
    return { dataId, shape, dtype };
  }

  /** What a call hands out that repeats a recorded one. */
  #handOutAgain({ outputs, inputs, isList }: RecordedCall, call: KernelCall): TensorInfo | TensorInfo[] | null {
    if (outputs === null) return null;
    if (!isList) return this.#handOutOne(outputs[0]!, inputs, call);
    return outputs.map((output) => this.#handOutOne(output, inputs, call));
  }

  #handOutOne(output: RecordedOutput, inputs: RecordedCall['inputs'], call: KernelCall): TensorInfo {
    // TF.js makes a copy of its own.
    const shape = output.shape as number[];
    if (output.sharedWith >= 0) return this.#shared(call.inputs[inputs[output.sharedWith]!.name]!, shape);
    const node = this.#replay.node(output);
    const dataId = this.#made(node);
    this.#repeated.push(dataId);
    return { dataId, shape, dtype: node.type as DataType };
  }

  /** Records what repeated an earlier step so far: from here on this one is another. */
  #depart(): void {
    const real = this.#replay.depart();
    for (const entry of this.#repeated) {
      const node = real[entry.node.value]!;
      // What a kernel made itself is the same, and counted already.
      if (entry.count === 0 || node === entry.node) continue;
      this.#pending.delete(entry.node);
      entry.node = node;
      node.references += 1;
      if (!node.isGiven) this.#pending.add(node);
    }
    this.#repeated = [];
  }

  #made(node: GraphNode, count = 1, text: unknown = null): TensorData {
    node.references += 1;
    if (!node.isGiven) this.#pending.add(node);
    this.#held += 1;
    return new TensorData(this, { node, count, text });
  }

  /** What a tensor's data are; those of another backend are moved here first. */
  #dataOf(dataId: DataId): TensorData {
    return this.#isOwn(dataId) ? dataId : this.#moved.get(dataId);
  }

  #isOwn(dataId: DataId): dataId is TensorData {
    return dataId instanceof TensorData && dataId.backend === this && dataId.count > 0;
  }

  #has(dataId: DataId): boolean {
    return this.#isOwn(dataId) || this.#moved.has(dataId);
  }

  override write(values: unknown, shape: number[], dtype: DataType): DataId {
    return this.#written(values, { shape, dtype, count: 1 });
  }

  override move(dataId: DataId, values: unknown, shape: number[], dtype: DataType, refCount: number): void {
    this.#moved.set(dataId, this.#written(values, { shape, dtype, count: refCount }));
  }

  #written(values: unknown, { shape, dtype, count }: { shape: number[]; dtype: DataType; count: number }): TensorData {
    if (dtype === 'string' || dtype === 'complex64')
      return this.#made(this.graph.leaf(new Float32Array(0), [0], 'float32'), count, values);
    const type = dtype as ElementType;
    return this.#made(this.graph.leaf(this.#owned(values as ArrayLike<number>, type), shape, type), count);
  }

  /** The values as an array of our own: the caller may change its array later. */
  #owned(values: ArrayLike<number>, type: ElementType): Values {
    if (type === 'float32' && this.heap.claims(values)) return values as Float32Array;
    if (type === 'float32' && values.length === 1) return Float32Array.of(values[0]!);
    const isLarge = type === 'float32' && values.length >= SMALLEST_IN_HEAP;
    const own = (isLarge ? this.heap.floats(values.length) : arrayOf(type, values.length)) as Float32Array;
    if (type === 'bool') for (let i = 0; i < own.length; i += 1) own[i] = values[i] ? 1 : 0;
    else own.set(values);
    return own;
  }

  /** The node behind a tensor's data. */
  nodeOf(dataId: DataId): GraphNode {
    return this.#dataOf(dataId).node;
  }

  override readSync(dataId: DataId): never {
    const { node, text } = this.#dataOf(dataId);
    if (text !== null) return text as never;
    if (node.values === null && node.op === SPLAT) {
      return (arrayOf(node.type, node.size) as Float32Array).fill(splatValue(node)) as never;
    }
    if (node.values === null) this.flush();
    // Asked for anew: where the step did not repeat the one before, it is another node only now.
    const { values, kernel } = this.nodeOf(dataId);
    if (values === null) {
      throw failure('ENGINE_FAILED', { engine: 'onnx', why: `${kernel} was recorded in a step that failed` });
    }
    // A copy: our array is used again once the tensor is disposed.
    return values.slice() as never;
  }

  override async read(dataId: DataId): Promise<never> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.#has(dataId)) return true;
    const entry = this.#dataOf(dataId);
    entry.count -= 1;
    if (!force && entry.count > 0) return false;
    entry.count = 0;
    if (entry !== dataId) this.#moved.delete(dataId);
    this.#held -= 1;
    const { node } = entry;
    node.references -= 1;
    if (node.references > 0) return true;
    if (!this.#pending.delete(node) && node.values !== null) this.#dead.push(node);
    if (this.#pending.size === 0) this.#sweep();
    return true;
  }

  override refCount(dataId: DataId): number {
    return this.#has(dataId) ? this.#dataOf(dataId).count : 0;
  }

  override incRef(dataId: DataId): void {
    this.#dataOf(dataId).count += 1;
  }

  override numDataIds(): number {
    return this.#held;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override timerAvailable(): boolean {
    return false;
  }

  /**
   * Computes everything recorded that is still referred to.
   *
   * @throws CoordCheckError ENGINE_FAILED; what was recorded is then lost, and whoever reads it is told so
   */
  flush(): void {
    try {
      if (this.#pending.size > 0) this.#compute();
    } finally {
      this.#pending.clear();
      this.#sweep();
    }
  }

  #compute(): void {
    const repeated = this.#replay.ready(this.#pending);
    if (repeated !== null) {
      this.#replay.repeated();
      this.#plans.touch(repeated.plan);
      repeated.plan.run(repeated.nodes);
      this.stats.replays += 1;
    } else {
      if (this.#replay.isFollowing) this.#depart();
      const wanted = [...this.#pending].toSorted((a, b) => a.serial - b.serial);
      const nodes = topological(wanted);
      const all = new Set(wanted);
      const plan = this.#plans.of(nodes, all);
      this.stats.plans = this.#plans.made;
      this.#replay.planned(plan, nodes, all);
      plan.run(nodes);
      for (const node of nodes) node.inputs = NOTHING;
    }
    this.stats.flushes += 1;
  }

  /** Frees values that nobody can ask for any more. Only when nothing recorded is left that could read them. */
  #sweep(): void {
    this.graph.forget();
    this.#replay.end();
    this.#repeated = [];
    for (const node of this.#dead) {
      if (node.references > 0 || node.values === null) continue;
      if (node.type === 'float32') this.heap.free(node.values);
      node.values = null;
    }
    this.#dead = [];
  }

  override dispose(): void {
    this.#plans.dispose();
    this.graph.forget();
  }
}
