import type { KernelCall, KernelWatcher } from '../engine/kernel-watch.js';
import { tf, type Tensor, type Variable } from '../engine/tf.js';
import { contractionOf } from './contraction.js';

/** What every forward pass of a model is multiplied by from outside. */
export interface ForwardMultipliers {
  /** Factors of products of two activations, by their ordinal in a pass. */
  readonly products: ReadonlyMap<number, number>;
  /** Factors of some uses of a variable: of those times it is taken as an input. */
  readonly uses: readonly { variable: Variable; takings: ReadonlySet<number>; factor: number }[];
}

/**
 * Multiplies one pass as it runs: where a kernel is about to take an input, it is given the input times the factor, so
 * that gradients see the multiplier, too.
 *
 * Products and takings are counted as `ForwardTrace` counts them; what a backward pass calls comes after all of those.
 */
export class MultipliedPass implements KernelWatcher {
  readonly #multipliers: ForwardMultipliers;
  readonly #data: Set<number>;
  readonly #taken = new Map<Tensor, number>();
  #products = 0;

  /** @param batch - the tensors a pass starts from */
  constructor(multipliers: ForwardMultipliers, batch: readonly Tensor[]) {
    this.#multipliers = multipliers;
    this.#data = new Set(batch.map(({ id }) => id));
  }

  replace(call: KernelCall): ReadonlyMap<Tensor, Tensor> | null {
    const factors = new Map<Tensor, number>([...this.#ofUses(call), ...this.#ofProduct(call)]);
    if (factors.size === 0) return null;
    return new Map([...factors].map(([input, factor]) => [input, tf.mul(input, factor)]));
  }

  called({ inputs }: KernelCall, outputs: readonly Tensor[]): void {
    if (inputs.some(([, { id }]) => this.#data.has(id))) for (const { id } of outputs) this.#data.add(id);
  }

  #ofUses({ inputs }: KernelCall): [Tensor, number][] {
    const taken = new Set(inputs.map(([, tensor]) => tensor));
    return this.#multipliers.uses.flatMap(({ variable, takings, factor }): [Tensor, number][] => {
      if (!taken.has(variable)) return [];
      const taking = this.#taken.get(variable) ?? 0;
      this.#taken.set(variable, taking + 1);
      return takings.has(taking) ? [[variable, factor]] : [];
    });
  }

  #ofProduct(call: KernelCall): [Tensor, number][] {
    const data = call.inputs.filter(([, { id }]) => this.#data.has(id));
    const [first] = data;
    if (first === undefined || data.length !== 2 || contractionOf(call, first[0]).kind !== 'product') return [];
    const factor = this.#multipliers.products.get(this.#products);
    this.#products += 1;
    return factor === undefined ? [] : [[first[1], factor]];
  }
}
