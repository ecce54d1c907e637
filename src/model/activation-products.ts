import type { KernelCall } from '../engine/kernel-watch.js';
import type { Tensor } from '../engine/tf.js';
import { contractionOf } from './contraction.js';

/** A sum over products of two activations, such as an attention logit q·k. */
export interface ActivationProduct {
  /** Which one of its pass. */
  readonly ordinal: number;
  /** How many terms it sums over: the head size of attention logits. */
  readonly summed: number;
  /** What q·k is multiplied by in the forward pass, before and after the sum, as far as by scalars. */
  readonly factor: number;
}

interface Product {
  readonly ordinal: number;
  readonly summed: number;
  readonly operands: readonly Tensor[];
  /** What is averaged with it as weights, once that is known. */
  values: Tensor | null;
  /** Scalings after the sum: at the last of them it has its final size. */
  links: number;
  isTapped: boolean;
  isAttention: boolean;
}

/** A tensor that is a constant multiple of an activation product, or of some other activation. */
interface Chain {
  readonly product: Product | null;
  readonly factor: number;
  readonly link: number;
}

/** Kernels whose output holds the same numbers as their input, or some of them. */
const STRUCTURAL = new Set(['Reshape', 'Transpose', 'Identity', 'Cast', 'Slice', 'StridedSlice', 'SplitV']);

/** Kernels that mask logits. */
const MASKING = new Set(['Add', 'Sub', 'Select', 'Minimum', 'Maximum', 'Multiply']);

/** Where attention logits have their final size: the ordinal of the product in its pass, and the scaling after it. */
export interface LogitsPlace {
  readonly ordinal: number;
  readonly link: number;
}

/**
 * Follows the activation products of one forward pass through the scalings around them.
 *
 * What goes through a softmax, masked or not, is an attention logit.
 */
export class ActivationProducts {
  readonly #isData: (tensor: Tensor) => boolean;
  readonly #readsFactors: boolean;
  readonly #products: Product[] = [];
  readonly #chains = new Map<number, Chain>();
  readonly #masked = new Map<number, Product>();
  /** What a softmax made of logits, dropped out or not. */
  readonly #weights = new Map<number, Product>();

  /**
   * @param isData - whether a tensor depends on the batch
   * @param options - `readsFactors` where {@link shownBy} is asked; the factors are NaN without
   */
  constructor(isData: (tensor: Tensor) => boolean, { readsFactors = false }: { readsFactors?: boolean } = {}) {
    this.#isData = isData;
    this.#readsFactors = readsFactors;
  }

  /**
   * Follows one kernel.
   *
   * @param isFixed - whether what does not depend on the batch is constant: no variable is in it
   * @returns where an output is a multiple of an activation product, which one and after how many scalings
   */
  called(call: KernelCall, outputs: readonly Tensor[], isFixed: boolean): LogitsPlace | null {
    const { kernelName, inputs } = call;
    const data = inputs.filter(([, tensor]) => this.#isData(tensor));
    const [first] = data;
    if (first === undefined) return null;
    this.#followWeights(call, data, outputs);
    if (STRUCTURAL.has(kernelName)) return this.#extend(first[1], outputs, { factor: 1, isLink: false });
    const scale = isFixed && data.length === 1 ? this.#scalarOf(call, first[1]) : null;
    if (scale !== null) return this.#extend(first[1], outputs, { factor: scale, isLink: true });
    if (data.length === 2 && contractionOf(call, first[0]).kind === 'product') return this.#begin(call, outputs);
    if (MASKING.has(kernelName)) this.#mask(data, outputs);
    return null;
  }

  /**
   * The attention logits that a tensor is a constant multiple of; null for any other. To be asked after the pass.
   *
   * Other products of activations say nothing by their size: where both have a mean, as after a ReLU, their sum grows like
   * the number of its terms from the start, and 1/d is what keeps it.
   */
  shownBy(tensorId: number): ActivationProduct | null {
    const chain = this.#chains.get(tensorId);
    if (chain?.product?.isAttention !== true) return null;
    const { ordinal, summed } = chain.product;
    return { ordinal, summed, factor: chain.factor };
  }

  /** Says that a tap shows a tensor. */
  tapped(tensorId: number): void {
    const product = this.#chains.get(tensorId)?.product;
    if (product != null) product.isTapped = true;
  }

  /** Attention logits that no tap shows, where they have their final size. */
  untappedLogits(): LogitsPlace[] {
    return this.#products
      .filter(({ isAttention, isTapped }) => isAttention && !isTapped)
      .map(({ ordinal, links }) => ({ ordinal, link: links }));
  }

  /** Of each attention: the tensors whose products its logits are, and what is averaged with them as weights. */
  attentions(): { operands: readonly Tensor[]; values: Tensor }[] {
    return this.#products.flatMap(({ isAttention, operands, values }) =>
      isAttention && values !== null ? [{ operands, values }] : [],
    );
  }

  #begin(call: KernelCall, outputs: readonly Tensor[]): LogitsPlace {
    const [[name, a], [, b]] = call.inputs as [[string, Tensor], [string, Tensor]];
    const { axes } = contractionOf(call, name);
    const summed = axes.reduce((size, axis) => size * (a.shape[axis] ?? 1), 1);
    const ordinal = this.#products.length;
    const product = { ordinal, summed, operands: [a, b], values: null, links: 0, isTapped: false, isAttention: false };
    this.#products.push(product);
    for (const [weights, values] of [[a, b] as const, [b, a] as const]) {
      const attention = this.#weights.get(weights.id);
      if (attention !== undefined) attention.values ??= values;
    }
    const factor = this.#factor(a) * this.#factor(b);
    for (const { id } of outputs) this.#chains.set(id, { product, factor, link: 0 });
    return { ordinal, link: 0 };
  }

  #extend(from: Tensor, outputs: readonly Tensor[], by: { factor: number; isLink: boolean }): LogitsPlace | null {
    const { product = null, factor = 1, link = 0 } = this.#chains.get(from.id) ?? {};
    const next = { product, factor: factor * by.factor, link: by.isLink ? link + 1 : link };
    for (const { id } of outputs) this.#chains.set(id, next);
    if (product === null || !by.isLink) return null;
    product.links = Math.max(product.links, next.link);
    return { ordinal: product.ordinal, link: next.link };
  }

  #mask(data: KernelCall['inputs'], outputs: readonly Tensor[]): void {
    const products = new Set(data.flatMap(([, { id }]) => this.#productAt(id) ?? []));
    const [product] = products;
    if (product === undefined || products.size > 1) return;
    for (const { id } of outputs) this.#masked.set(id, product);
  }

  #followWeights({ kernelName }: KernelCall, data: KernelCall['inputs'], outputs: readonly Tensor[]): void {
    const [[, { id }]] = data as [[string, Tensor]];
    const isSoftmax = kernelName === 'Softmax';
    const product = isSoftmax ? this.#productAt(id) : data.length === 1 ? (this.#weights.get(id) ?? null) : null;
    if (product === null) return;
    product.isAttention = true;
    for (const output of outputs) this.#weights.set(output.id, product);
  }

  #productAt(id: number): Product | null {
    return this.#chains.get(id)?.product ?? this.#masked.get(id) ?? null;
  }

  #factor({ id }: Tensor): number {
    return this.#chains.get(id)?.factor ?? 1;
  }

  /** The scalar constant that a kernel multiplies its one activation by; null where it does something else. */
  #scalarOf({ kernelName, inputs }: KernelCall, activation: Tensor): number | null {
    if (kernelName !== 'Multiply' && kernelName !== 'RealDiv') return null;
    const index = inputs.findIndex(([, tensor]) => tensor === activation);
    const other = inputs[1 - index]?.[1];
    if (other === undefined || other.size !== 1 || (kernelName === 'RealDiv' && index !== 0)) return null;
    if (!this.#readsFactors) return Number.NaN;
    const value = other.dataSync<'float32'>()[0] ?? Number.NaN;
    return kernelName === 'Multiply' ? value : 1 / value;
  }
}
