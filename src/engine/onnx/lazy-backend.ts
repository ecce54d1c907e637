import type { DataId, DataType, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import { failure } from '../../errors.js';
import { tf } from '../tf.js';
import { ProgramRunner } from './elementwise/run-program.js';
import { baseOf, Graph, SPLAT, splatValue, type GraphNode } from './graph.js';
import { Heap } from './heap.js';
import type { OnnxKernel } from './kernels/kernel.js';
import { arrayOf, type ElementType, type Values } from './element-type.js';
import type { Ort } from './ort.js';
import { Plan, structureOf, topological } from './plan.js';
import type { Machinery } from './step.js';

/** Smaller arrays stay outside the engine's memory: they are never worth generated code. */
const SMALLEST_IN_HEAP = 64;
/** Compiled plans kept: a run has about ten structures, and its width comes back with the next seed. */
const MOST_PLANS = 64;

/** What a TF.js tensor's data are: a node, or values this engine does not compute with (text). */
interface Entry {
  node: GraphNode;
  text: unknown;
  /** Tensors that share the data. */
  count: number;
}

const NOTHING: readonly GraphNode[] = [];

/** What a backend has done since it was made. */
export interface LazyStats {
  /** Times something recorded was computed. */
  flushes: number;
  /** Structures compiled. */
  plans: number;
}

/**
 * A TF.js backend that computes nothing when a kernel is called: it records the kernel as nodes of a graph. When
 * values are read, everything that is still referred to is computed at once; what TF.js disposed meanwhile never is.
 */
export class LazyBackend extends tf.KernelBackend {
  readonly graph = new Graph();
  readonly heap: Heap;
  readonly stats: LazyStats = { flushes: 0, plans: 0 };
  readonly #machinery: Machinery;
  readonly #data = new tf.DataStorage<Entry>(this, tf.engine());
  /** Nodes that are referred to and not yet computed. */
  readonly #pending = new Set<GraphNode>();
  /** Computed nodes that nobody refers to, which recorded nodes may still read. */
  #dead: GraphNode[] = [];
  readonly #plans = new Map<string, Plan>();

  constructor(ort: Ort, { threads }: { threads: number }) {
    super();
    this.heap = new Heap();
    const programs = new ProgramRunner(this.heap);
    this.#machinery = { ort, heap: this.heap, programs, threads };
  }

  /** Records a call of a kernel; null where the kernel declines it. */
  record(
    kernelName: string,
    kernel: OnnxKernel,
    { inputs, attrs }: { inputs: NamedTensorInfoMap; attrs: Readonly<Record<string, unknown>> },
  ): TensorInfo | TensorInfo[] | null {
    const given: Record<string, GraphNode> = {};
    this.graph.kernel = kernelName;
    for (const [name, info] of Object.entries(inputs)) {
      if (!info) continue;
      if (info.dtype === 'string' || info.dtype === 'complex64') return null;
      given[name] = this.graph.reshape(this.nodeOf(info.dataId), info.shape);
    }
    const result = kernel(this.graph, given, attrs);
    if (result === null) return null;
    const infos = Object.values(inputs).filter((info) => info !== undefined && info !== null);
    return Array.isArray(result) ? result.map((node) => this.#handOut(node, infos)) : this.#handOut(result, infos);
  }

  /** A tensor of a node; one that only shows an input under another shape shares that input's data. */
  #handOut(node: GraphNode, inputs: readonly TensorInfo[]): TensorInfo {
    const base = baseOf(node);
    const dtype = node.type as DataType;
    const shape = [...node.shape];
    const same = inputs.find(({ dataId }) => this.nodeOf(dataId) === base);
    if (same !== undefined) {
      this.incRef(same.dataId);
      return { dataId: same.dataId, shape, dtype };
    }
    return { dataId: this.#register({}, base, 1), shape, dtype };
  }

  #register(dataId: DataId, node: GraphNode, count: number, text: unknown = null): DataId {
    node.references += 1;
    if (!node.isGiven) this.#pending.add(node);
    this.#data.set(dataId, { node, text, count });
    return dataId;
  }

  override write(values: unknown, shape: number[], dtype: DataType): DataId {
    return this.#write({}, { values, shape, dtype, count: 1 });
  }

  override move(dataId: DataId, values: unknown, shape: number[], dtype: DataType, refCount: number): void {
    this.#write(dataId, { values, shape, dtype, count: refCount });
  }

  #write(
    dataId: DataId,
    { values, shape, dtype, count }: { values: unknown; shape: number[]; dtype: DataType; count: number },
  ): DataId {
    if (dtype === 'string' || dtype === 'complex64') {
      return this.#register(dataId, this.graph.leaf(new Float32Array(0), [0], 'float32'), count, values);
    }
    const type = dtype as ElementType;
    return this.#register(dataId, this.graph.leaf(this.#owned(values as ArrayLike<number>, type), shape, type), count);
  }

  /** The values as an array of our own: the caller may change its array later. */
  #owned(values: ArrayLike<number>, type: ElementType): Values {
    if (type === 'float32' && this.heap.claims(values)) return values as Float32Array;
    const isLarge = type === 'float32' && values.length >= SMALLEST_IN_HEAP;
    const own = (isLarge ? this.heap.floats(values.length) : arrayOf(type, values.length)) as Float32Array;
    if (type === 'bool') for (let i = 0; i < own.length; i += 1) own[i] = values[i] ? 1 : 0;
    else own.set(values);
    return own;
  }

  /** The node behind a tensor's data. */
  nodeOf(dataId: DataId): GraphNode {
    return this.#data.get(dataId).node;
  }

  override readSync(dataId: DataId): never {
    const { node, text } = this.#data.get(dataId);
    if (text !== null) return text as never;
    if (node.values === null && node.op === SPLAT) {
      return (arrayOf(node.type, node.size) as Float32Array).fill(splatValue(node)) as never;
    }
    if (node.values === null) this.flush();
    if (node.values === null) {
      throw failure('ENGINE_FAILED', { engine: 'onnx', why: `${node.kernel} was recorded in a step that failed` });
    }
    // A copy: our array is used again once the tensor is disposed.
    return node.values.slice() as never;
  }

  override async read(dataId: DataId): Promise<never> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.#data.has(dataId)) return true;
    const entry = this.#data.get(dataId);
    entry.count -= 1;
    if (!force && entry.count > 0) return false;
    this.#data.delete(dataId);
    const { node } = entry;
    node.references -= 1;
    if (node.references > 0) return true;
    if (!this.#pending.delete(node) && node.values !== null) this.#dead.push(node);
    if (this.#pending.size === 0) this.#sweep();
    return true;
  }

  override refCount(dataId: DataId): number {
    return this.#data.has(dataId) ? this.#data.get(dataId).count : 0;
  }

  override incRef(dataId: DataId): void {
    this.#data.get(dataId).count += 1;
  }

  override numDataIds(): number {
    return this.#data.numDataIds();
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
    const wanted = [...this.#pending].toSorted((a, b) => a.serial - b.serial);
    this.#pending.clear();
    try {
      if (wanted.length > 0) this.#compute(wanted);
    } finally {
      this.#sweep();
    }
  }

  #compute(wanted: readonly GraphNode[]): void {
    const nodes = topological(wanted);
    this.#planOf(nodes, new Set(wanted)).run(nodes);
    for (const node of nodes) node.inputs = NOTHING;
    this.stats.flushes += 1;
  }

  #planOf(nodes: readonly GraphNode[], wanted: ReadonlySet<GraphNode>): Plan {
    const structure = structureOf(nodes, wanted);
    const known = this.#plans.get(structure);
    if (known !== undefined) {
      // The plans used last stay.
      this.#plans.delete(structure);
      this.#plans.set(structure, known);
      return known;
    }
    const plan = new Plan(nodes, wanted, this.#machinery);
    this.#plans.set(structure, plan);
    this.stats.plans += 1;
    const [oldest] = this.#plans;
    if (this.#plans.size > MOST_PLANS && oldest !== undefined) {
      oldest[1].dispose();
      this.#plans.delete(oldest[0]);
    }
    return plan;
  }

  /** Frees values that nobody can ask for any more. Only when nothing recorded is left that could read them. */
  #sweep(): void {
    this.graph.forget();
    for (const node of this.#dead) {
      if (node.references > 0 || node.values === null) continue;
      if (node.type === 'float32') this.heap.free(node.values);
      node.values = null;
    }
    this.#dead = [];
  }

  override dispose(): void {
    for (const plan of this.#plans.values()) plan.dispose();
    this.#plans.clear();
    this.graph.forget();
  }
}
