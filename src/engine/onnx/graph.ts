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

/** Something a kernel may want to know of numbers that are there when it is recorded. */
export type Question = (values: Values) => unknown;

/** A question, and what it was answered. */
export interface Asked {
  node: GraphNode;
  ask: Question;
  answer: unknown;
}

/** A value of the recorded graph: computed already, or the operator that will compute it. */
export class GraphNode {
  readonly op: string;
  /** Dropped once the node is computed: what led to it is no longer needed. */
  inputs: readonly GraphNode[];
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
  /** The round of a {@link Replay} that met this node last, and its number there. */
  round = 0;
  value = 0;
  /** Operator, attributes, type and shape as text. */
  readonly signature: string;
  /** Equal numbers mean equal values; grows with every new expression. */
  readonly id: number;
  /** Grows with every node made: inputs have smaller ones. */
  readonly serial: number;
  /** The TF.js kernel that recorded it, for error messages. */
  readonly kernel: string;

  constructor(parts: NodeParts, made: Pick<GraphNode, 'id' | 'serial' | 'kernel' | 'signature'>) {
    this.op = parts.op;
    this.inputs = parts.inputs;
    this.shape = parts.shape;
    this.type = parts.type;
    this.attributes = parts.attributes ?? NONE;
    this.domain = parts.domain ?? '';
    this.size = sizeOf(parts.shape);
    this.signature = made.signature;
    this.id = made.id;
    this.serial = made.serial;
    this.kernel = made.kernel;
  }

  /** Whether the node is there without computing anything. */
  get isGiven(): boolean {
    return this.values !== null || this.op === CONSTANT || this.op === SPLAT;
  }
}

const NONE: Attributes = {};
const NO_QUESTIONS: readonly Asked[] = [];
/** Host arrays up to this size are known again by their content: masks and scalars that the model makes anew each pass. */
const MOST_COMPARED = 16_384;

/**
 * Records expressions, each once: the same operator on the same inputs gives the same node.
 *
 * So a second forward pass costs only what differs from the first: from the parameter that was changed onwards.
 * Expressions are remembered until they are computed.
 */
export class Graph {
  /** The TF.js kernel being recorded. */
  kernel = '';
  #asked: Asked[] = [];
  readonly #expressions = new Map<string, GraphNode>();
  /** Ids of leaves by their content. */
  readonly #contents = new Map<string, number>();
  /** The same for single floats, of which an optimizer makes several for every parameter. */
  readonly #floats = new Map<number, number>();
  readonly #constants = new Map<string, GraphNode>();
  #last = 0;

  /** The node of an expression. */
  node(parts: NodeParts): GraphNode {
    const signature = signatureOf(parts);
    let key = signature;
    for (const input of parts.inputs) key += `|${input.id}`;
    const known = this.#expressions.get(key);
    if (known !== undefined) return known;
    const node = this.#made(parts, signature);
    this.#expressions.set(key, node);
    return node;
  }

  /** A node for values that come from outside; the array becomes the node's own. */
  leaf(values: Values, shape: readonly number[], type: ElementType): GraphNode {
    const parts = { op: LEAF, inputs: [], shape, type };
    // Keys of a map do not tell 0 from -0.
    const isFloat = type === 'float32' && shape.length === 0 && values[0] !== 0;
    const node = isFloat
      ? this.#float(parts, values[0] as number)
      : this.#made(parts, signatureOf(parts), values.length <= MOST_COMPARED ? values : null);
    node.values = values;
    return node;
  }

  #float(parts: NodeParts, value: number): GraphNode {
    const serial = ++this.#last;
    const id = this.#floats.get(value) ?? serial;
    this.#floats.set(value, id);
    return new GraphNode(parts, { id, serial, kernel: this.kernel, signature: FLOAT_SIGNATURE });
  }

  /** A baked constant; equal ones are one node. */
  constant(type: ElementType, numbers: readonly number[], shape: readonly number[] = [numbers.length]): GraphNode {
    const key = `${type}|${shape.join()}|${numbers.map(exact).join()}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const node = this.#made({ op: CONSTANT, inputs: [], shape, type }, `${CONSTANT}|${key}`);
    node.values = valuesOf(type, numbers);
    this.#constants.set(key, node);
    return node;
  }

  /** One number in every place of a shape. */
  splat(value: number, shape: readonly number[], type: ElementType): GraphNode {
    return this.node({ op: SPLAT, inputs: [], shape, type, attributes: { value: { float: value } } });
  }

  /** A node as the given parts would make it, for whoever knows them already: it is not found again. */
  standIn(parts: NodeParts, { signature, kernel }: Pick<GraphNode, 'signature' | 'kernel'>): GraphNode {
    const serial = ++this.#last;
    return new GraphNode(parts, { id: serial, serial, kernel, signature });
  }

  /**
   * Asks something of numbers that are there. Kernels look at numbers only by this: what they record then depends on the
   * answer, and a repeated call is asked again.
   */
  ask(node: GraphNode, ask: Question): unknown {
    const answer = ask(node.values!);
    this.#asked.push({ node, ask, answer });
    return answer;
  }

  /** What was asked since this was called last. */
  takeQuestions(): readonly Asked[] {
    if (this.#asked.length === 0) return NO_QUESTIONS;
    const asked = this.#asked;
    this.#asked = [];
    return asked;
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

  /** Forgets all expressions: to be called before values they read are freed. Nodes stay valid, they are not found again. */
  forget(): void {
    this.#expressions.clear();
    this.#contents.clear();
    this.#floats.clear();
  }

  #made(parts: NodeParts, signature: string, content: Values | null = null): GraphNode {
    const serial = ++this.#last;
    const id = content === null ? serial : this.#idOfContent(`${signature}|${contentKey(content)}`, serial);
    return new GraphNode(parts, { id, serial, kernel: this.kernel, signature });
  }

  #idOfContent(key: string, fresh: number): number {
    const known = this.#contents.get(key);
    if (known !== undefined) return known;
    this.#contents.set(key, fresh);
    return fresh;
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
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

function signatureOf({ op, shape, type, attributes, domain = '' }: NodeParts): string {
  return `${op}|${domain}|${type}|${shape.join()}|${attributes === undefined ? '' : attributesKey(attributes)}`;
}

const FLOAT_SIGNATURE = signatureOf({ op: LEAF, inputs: [], shape: [], type: 'float32' });

function attributesKey(attributes: Attributes): string {
  let key = '';
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'number') key += `${name}=${exact(value)};`;
    else if (typeof value === 'string') key += `${name}='${value}';`;
    else if ('float' in value) key += `${name}=f${exact(value.float)};`;
    else key += `${name}=${value.join()};`;
  }
  return key;
}

/** A number as text, with -0 told from 0. */
function exact(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Arrays up to this size are compared as text: asking a small array for its buffer costs more than the graph node. */
const MOST_SPELT = 8;

/** Text that stands for an array's bytes: its numbers, or two multiplicative hashes of its 32-bit words. */
function contentKey(values: Values): string {
  if (values.length <= MOST_SPELT) {
    let text = '';
    for (const value of values) text += `${typeof value === 'number' ? exact(value) : value},`;
    return text;
  }
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
