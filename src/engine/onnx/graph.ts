import type { OnnxAttribute } from './onnx-model.js';
import { valuesOf, type ElementType, type Values } from './element-type.js';

/** An ONNX operator's attributes. */
export type Attributes = Readonly<Record<string, OnnxAttribute>>;

/** What a node is, beyond ONNX's own operators. */
export const LEAF = 'Leaf';
/** Values baked into the compiled graph: shapes, axes, fixed factors. */
export const CONSTANT = 'Constant';
/** One number in every place of a shape; never stored unless somebody reads it. */
export const SPLAT = 'Splat';
/** One more output of an operator with several. */
export const OUTPUT = 'Output';

/** What makes a node. */
export interface NodeParts {
  op: string;
  inputs: readonly GraphNode[];
  shape: readonly number[];
  type: ElementType;
  attributes?: Attributes;
  /** Empty for ONNX's own operators. */
  domain?: string;
}

/** A value of the recorded graph: computed already, or the operator that will compute it. */
export class GraphNode {
  readonly op: string;
  readonly inputs: readonly GraphNode[];
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly attributes: Attributes;
  readonly domain: string;
  /** Number of elements. */
  readonly size: number;
  /** The computed values; null while they are only recorded, and again once they are freed. */
  values: Values | null = null;
  /** TF.js data that refer to this node: 0 means that nobody outside the graph can ask for it. */
  references = 0;

  /** Equal ids mean equal expressions of equal leaves, hence equal values. */
  readonly id: number;
  /** Grows with every node made: inputs have smaller ones. */
  readonly serial: number;
  /** The TF.js kernel that recorded it, for error messages. */
  readonly kernel: string;

  constructor(parts: NodeParts, { id, serial, kernel }: Pick<GraphNode, 'id' | 'serial' | 'kernel'>) {
    this.id = id;
    this.serial = serial;
    this.kernel = kernel;
    this.op = parts.op;
    this.inputs = parts.inputs;
    this.shape = parts.shape;
    this.type = parts.type;
    this.attributes = parts.attributes ?? NONE;
    this.domain = parts.domain ?? '';
    this.size = sizeOf(parts.shape);
  }

  /** Whether the node is there without computing anything. */
  get isGiven(): boolean {
    return this.values !== null || this.op === CONSTANT || this.op === SPLAT;
  }
}

const NONE: Attributes = {};
/** Expressions remembered at most; forgetting them costs a computation done twice, never a wrong one. */
const MOST_EXPRESSIONS = 50_000;
/** Host arrays up to this size are known again by their content: masks and scalars that the model makes anew each pass. */
const MOST_COMPARED = 16_384;

/**
 * Records expressions, each once: the same operator on the same inputs gives the same node.
 *
 * So a second forward pass costs only what differs from the first: from the parameter that was changed onwards.
 */
export class Graph {
  /** The TF.js kernel being recorded. */
  kernel = '';
  readonly #ids = new Map<string, number>();
  readonly #known = new Map<number, GraphNode>();
  /** Expressions recorded since the last tidying. */
  #recent: GraphNode[] = [];
  readonly #constants = new Map<string, GraphNode>();
  #lastId = 0;
  #lastSerial = 0;

  /** The node of an expression. */
  node(parts: NodeParts): GraphNode {
    const id = this.#idOf(expressionKey(parts));
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const node = this.#made(parts, id);
    this.#known.set(id, node);
    this.#recent.push(node);
    return node;
  }

  /** A node for values that come from outside; the array becomes the node's own. */
  leaf(values: Values, shape: readonly number[], type: ElementType): GraphNode {
    const isCompared = values.length <= MOST_COMPARED;
    const id = isCompared ? this.#idOf(`${LEAF}|${type}|${shape.join()}|${contentKey(values)}`) : ++this.#lastId;
    const node = this.#made({ op: LEAF, inputs: [], shape, type }, id);
    node.values = values;
    return node;
  }

  /** A baked constant; equal ones are one node. */
  constant(type: ElementType, numbers: readonly number[], shape: readonly number[] = [numbers.length]): GraphNode {
    const key = `${type}|${shape.join()}|${numbers.map(exact).join()}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const node = this.#made({ op: CONSTANT, inputs: [], shape, type, attributes: { key } }, ++this.#lastId);
    node.values = valuesOf(type, numbers);
    this.#constants.set(key, node);
    return node;
  }

  /** One number in every place of a shape. */
  splat(value: number, shape: readonly number[], type: ElementType): GraphNode {
    return this.node({ op: SPLAT, inputs: [], shape, type, attributes: { value: { float: value } } });
  }

  /** The same values under another shape of equal size. */
  reshape(x: GraphNode, shape: readonly number[]): GraphNode {
    if (sameNumbers(x.shape, shape)) return x;
    if (x.op === SPLAT) return this.splat(splatValue(x), shape, x.type);
    const base = baseOf(x);
    if (sameNumbers(base.shape, shape)) return base;
    return this.node({
      op: 'Reshape',
      inputs: [base, this.constant('int64', shape)],
      shape,
      type: x.type,
    });
  }

  /** Forgets a node whose values are gone or whose expression was never computed. */
  forget(node: GraphNode): void {
    if (this.#known.get(node.id) === node) this.#known.delete(node.id);
  }

  /** Forgets all expressions that nothing refers to; to be called before values they read are freed. */
  tidy(): void {
    for (const node of this.#recent) if (node.references === 0) this.forget(node);
    this.#recent = [];
    if (this.#ids.size > MOST_EXPRESSIONS) this.clear();
  }

  /** Forgets all expressions; recorded nodes stay valid, they are only not found again. */
  clear(): void {
    this.#ids.clear();
    this.#known.clear();
    this.#recent = [];
  }

  #idOf(key: string): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, ++this.#lastId);
    return this.#lastId;
  }

  #made(parts: NodeParts, id: number): GraphNode {
    return new GraphNode(parts, { id, serial: ++this.#lastSerial, kernel: this.kernel });
  }
}

/** The node whose values a chain of reshapes shows. */
export function baseOf(node: GraphNode): GraphNode {
  let base = node;
  while (base.op === 'Reshape' && base.values === null) base = base.inputs[0]!;
  return base;
}

/** The number in every place of a splat. */
export function splatValue(node: GraphNode): number {
  return (node.attributes['value'] as { float: number }).float;
}

/** Product of a shape's sizes; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const d of shape) size *= d;
  return size;
}

/** Whether two lists hold the same numbers in the same order. */
export function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function expressionKey({ op, inputs, shape, type, attributes, domain = '' }: NodeParts): string {
  let key = `${op}|${domain}|${type}|${shape.join()}|${attributes === undefined ? '' : attributesKey(attributes)}`;
  for (const input of inputs) key += `|${input.id}`;
  return key;
}

/** Attributes as text, -0, NaN and the infinities told apart. */
export function attributesKey(attributes: Attributes): string {
  return JSON.stringify(attributes, (_, value: unknown) => (typeof value === 'number' ? exact(value) : value));
}

function exact(value: number): number | string {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value);
}

/** 64 bits that stand for an array's bytes: two multiplicative hashes of its 32-bit words. */
function contentKey(values: Values): string {
  const words =
    values.byteOffset % 4 === 0 && values.byteLength % 4 === 0
      ? new Int32Array(values.buffer, values.byteOffset, values.byteLength / 4)
      : new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (const word of words) {
    a = Math.imul(a ^ word, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b + word, 0x85ebca6b);
    b ^= b >>> 13;
  }
  return `${a >>> 0}:${b >>> 0}`;
}
