import type { KernelCall, KernelWatcher } from '../engine/kernel-watch.js';
import type { Tensor, Variable } from '../engine/tf.js';
import { ActivationProducts, type ActivationProduct, type LogitsPlace } from './activation-products.js';
import { ownAxes, reshapedAxes, transposedAxes, type Axes } from './axes.js';
import { contractionOf, type Contraction } from './contraction.js';
import { inLayer, spareTap, type Tapped } from './tap.js';

/** One way in which the forward pass uses a variable; a tied embedding has two. */
export interface Use {
  readonly kind: Contraction['kind'];
  /** The variable's axes that are summed over; null where they could not be followed. */
  readonly summed: readonly number[] | null;
  /** Which times the variable is taken as an input, of all in a pass. */
  readonly takings: ReadonlySet<number>;
  /** How many times a pass uses it in this way; more than takings where something made from it is used again. */
  readonly times: number;
  /** The tap that shows what it is applied to, up to a reshape; null where none does. */
  readonly input: string | null;
  /**
   * Where it makes queries or keys: the variables that make the values which their logits weight. Empty elsewhere, and
   * where it makes values, too.
   */
  readonly values: readonly Variable[];
}

/** What is to be different in a traced pass. */
export interface TraceOptions {
  /** A value that takes a variable's place in some of its takings only. */
  swap?: { variable: Variable; takings: ReadonlySet<number>; value: Tensor };
  /** Variables whose first product is to be a tap, with its name. */
  products?: ReadonlyMap<Variable, string>;
  /** Attention logits that are to be taps. */
  logits?: readonly LogitsPlace[];
  /**
   * Reads what activation products are multiplied by, which has a lazy engine compute what was recorded so far; false unless
   * given.
   */
  readsFactors?: boolean;
}

/** A tensor made from variables alone, up to here. */
interface Made {
  readonly variable: Variable;
  readonly takings: readonly number[];
  readonly axes: Axes;
}

/** An input of a kernel that is made from variables alone. */
interface MadeInput {
  readonly name: string;
  readonly tensor: Tensor;
  readonly parts: readonly Made[];
}

interface FoundUse {
  kind: Contraction['kind'];
  summed: readonly number[] | null;
  takings: Set<number>;
  times: number;
  inputId: number;
}

/** Kernels whose output is their input in another form. */
const SAME_NUMBERS = new Set(['Reshape', 'Transpose', 'Identity', 'Cast']);

/**
 * Follows one forward pass kernel by kernel, from the batch and the variables: how each variable is used, what it is
 * applied to, and where activations are multiplied with each other.
 *
 * A variable is *used* where something made from variables alone first meets something that depends on the batch.
 */
export class ForwardTrace implements KernelWatcher {
  readonly #options: TraceOptions;
  readonly #variables: ReadonlySet<Tensor>;
  readonly #data: Set<number>;
  readonly #made = new Map<number, readonly Made[]>();
  readonly #taken = new Map<Variable, number>();
  readonly #uses = new Map<Variable, Map<string, FoundUse>>();
  /** Names, without numbers, of the attention logits that it had tapped. */
  readonly logitsTaps = new Set<string>();
  /** Of a tensor that is another one reshaped: that one. */
  readonly #roots = new Map<number, number>();
  readonly #products: ActivationProducts;
  readonly #tappedProducts = new Set<Variable>();
  /** Of an activation: the variables whose product or sum it is, up to elementwise kernels. */
  readonly #makers = new Map<number, ReadonlySet<Variable>>();
  #isOver = false;

  /**
   * @param variables - whose uses are looked for
   * @param batch - the tensors a pass starts from
   */
  constructor(variables: readonly Variable[], batch: readonly Tensor[], options: TraceOptions = {}) {
    this.#variables = new Set(variables);
    this.#data = new Set(batch.map(({ id }) => id));
    this.#options = options;
    this.#products = new ActivationProducts((tensor) => this.#data.has(tensor.id), options);
  }

  /** Whether the forward pass has ended. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Says that the forward pass has ended: a backward pass follows, which uses nothing. */
  end(): void {
    this.#isOver = true;
  }

  replace({ inputs }: KernelCall): ReadonlyMap<Tensor, Tensor> | null {
    const { swap } = this.#options;
    if (swap === undefined || !inputs.some(([, tensor]) => tensor === swap.variable)) return null;
    const isTaken = swap.takings.has(this.#taken.get(swap.variable) ?? 0);
    return isTaken ? new Map([[swap.variable, swap.value]]) : null;
  }

  called(call: KernelCall, outputs: readonly Tensor[]): void {
    const made = this.#madeInputs(call);
    const data = call.inputs.filter(([, tensor]) => this.#data.has(tensor.id));
    if (data.length === 0) {
      if (made.length > 0) for (const output of outputs) this.#made.set(output.id, carried(call, made, output));
      return;
    }
    for (const output of outputs) this.#data.add(output.id);
    if (SAME_NUMBERS.has(call.kernelName)) this.#roots.set(outputs[0]!.id, this.#root(data[0]![1].id));
    for (const { name, parts } of made) this.#addUse(call, { name, parts, input: data[0]![1] }, outputs);
    this.#followMakers(call, { made, data }, outputs);
    const place = this.#products.called(call, outputs, made.length === 0);
    if (place !== null) this.#tapLogits(place, outputs[0]!);
  }

  /**
   * The ways each variable was used, in the order of the pass; none where it met nothing that depends on the batch.
   *
   * @param taps - of the same pass
   */
  uses(taps: readonly Tapped[]): ReadonlyMap<Variable, readonly Use[]> {
    const shown = new Map(taps.map(({ name, sourceId }) => [this.#root(sourceId), name]));
    const values = this.#valuesBeside();
    const entries = [...this.#uses].map(([variable, found]): [Variable, Use[]] => [
      variable,
      distinctUses([...found.values()]).map(({ inputId, ...use }) => ({
        ...use,
        input: shown.get(this.#root(inputId)) ?? null,
        values: values.get(variable) ?? [],
      })),
    ]);
    return new Map(entries);
  }

  /** The attention logits that taps show, by the tap's name. */
  productsAt(taps: readonly Tapped[]): ReadonlyMap<string, ActivationProduct> {
    const found = taps.map(({ name, sourceId }) => [name, this.#products.shownBy(sourceId)] as const);
    return new Map(found.filter((entry): entry is [string, ActivationProduct] => entry[1] !== null));
  }

  /** Attention logits that none of the taps shows. */
  untappedLogits(taps: readonly Tapped[]): LogitsPlace[] {
    for (const { sourceId } of taps) this.#products.tapped(sourceId);
    return this.#products.untappedLogits();
  }

  /** For each variable that makes queries or keys alone, those that make the values of the same attention. */
  #valuesBeside(): Map<Variable, readonly Variable[]> {
    const beside = new Map<Variable, readonly Variable[]>();
    for (const { operands, values } of this.#products.attentions()) {
      const makers = this.#makersOf(values);
      const askers = new Set(operands.flatMap((operand) => [...this.#makersOf(operand)]));
      for (const variable of askers) if (!makers.has(variable)) beside.set(variable, [...makers]);
    }
    return beside;
  }

  #makersOf({ id }: Tensor): ReadonlySet<Variable> {
    return this.#makers.get(id) ?? new Set();
  }

  #followMakers(
    call: KernelCall,
    { made, data }: { made: readonly MadeInput[]; data: KernelCall['inputs'] },
    outputs: readonly Tensor[],
  ): void {
    const isProduct = call.inputs.some(([name]) => contractionOf(call, name).kind !== 'elementwise');
    const before = isProduct ? [] : data.flatMap(([, tensor]) => [...this.#makersOf(tensor)]);
    const makers = new Set([...before, ...made.flatMap(({ parts }) => parts.map(({ variable }) => variable))]);
    if (makers.size > 0) for (const { id } of outputs) this.#makers.set(id, makers);
  }

  #madeInputs({ inputs }: KernelCall): MadeInput[] {
    const seen = new Map<Tensor, readonly Made[]>();
    return inputs.flatMap(([name, tensor]) => {
      const parts = seen.get(tensor) ?? (this.#variables.has(tensor) ? this.#take(tensor as Variable) : null);
      if (parts !== null) seen.set(tensor, parts);
      const all = parts ?? this.#made.get(tensor.id);
      return all === undefined ? [] : [{ name, tensor, parts: all }];
    });
  }

  #take(variable: Variable): readonly Made[] {
    const taking = this.#taken.get(variable) ?? 0;
    this.#taken.set(variable, taking + 1);
    return [{ variable, takings: [taking], axes: ownAxes(variable.rank) }];
  }

  #addUse(
    call: KernelCall,
    met: { name: string; parts: readonly Made[]; input: Tensor },
    outputs: readonly Tensor[],
  ): void {
    // Of a scalar, a penalty on weights meets the loss: nothing the model computes.
    if (outputs.every(({ rank }) => rank === 0)) return;
    const { kind, axes: contracted } = contractionOf(call, met.name);
    for (const { variable, takings, axes } of met.parts) {
      const summed =
        axes === null ? null : [...new Set(contracted.flatMap((axis) => axes[axis] ?? []))].toSorted((a, b) => a - b);
      const uses = this.#uses.get(variable) ?? new Map<string, FoundUse>();
      this.#uses.set(variable, uses);
      const key = `${kind} ${summed?.join() ?? '?'}`;
      const use = uses.get(key) ?? { kind, summed, takings: new Set(), times: 0, inputId: met.input.id };
      use.times += 1;
      for (const taking of takings) use.takings.add(taking);
      uses.set(key, use);
      if (kind !== 'elementwise') this.#tapProduct(variable, outputs[0]!);
    }
  }

  #tapProduct(variable: Variable, output: Tensor): void {
    const name = this.#options.products?.get(variable);
    if (name === undefined || this.#tappedProducts.has(variable)) return;
    this.#tappedProducts.add(variable);
    spareTap(name, output);
  }

  #tapLogits({ ordinal, link }: LogitsPlace, output: Tensor): void {
    const isWanted = this.#options.logits?.some((place) => place.ordinal === ordinal && place.link === link);
    if (isWanted !== true) return;
    const name = inLayer('attention.logits');
    this.logitsTaps.add(name);
    spareTap(name, output);
  }

  #root(id: number): number {
    return this.#roots.get(id) ?? id;
  }
}

/**
 * Uses that can be told apart. Where axes could not be followed (a recurrent kernel met by a constant first state), it
 * is the same use as the first that is known.
 */
function distinctUses(uses: readonly FoundUse[]): FoundUse[] {
  const known = uses.filter(({ summed }) => summed !== null);
  const [first, ...rest] = known.length === 0 ? uses : known;
  if (first === undefined) return [];
  const unknown = uses.filter((use) => use !== first && use.summed === null);
  const takings = new Set([first, ...unknown].flatMap((use) => [...use.takings]));
  const times = [first, ...unknown].reduce((sum, use) => sum + use.times, 0);
  return [{ ...first, takings, times }, ...rest.filter(({ summed }) => summed !== null)];
}

/** What an output is made from, where no input depends on the batch. */
function carried(call: KernelCall, inputs: readonly MadeInput[], output: Tensor): Made[] {
  const byVariable = new Map<Variable, Made>();
  for (const { tensor, parts } of inputs) {
    for (const { variable, takings, axes } of parts) {
      const before = byVariable.get(variable);
      // Reached twice, as a kernel divided by its own norm: the way that keeps its axes says how it is used.
      const followed = before?.axes ?? followedAxes(call, { axes, from: tensor.shape, to: output.shape });
      byVariable.set(variable, { variable, takings: [...(before?.takings ?? []), ...takings], axes: followed });
    }
  }
  return [...byVariable.values()];
}

/** Kernels that pick some coordinates of a tensor, axis by axis. */
const PARTS = new Set(['Slice', 'StridedSlice', 'SplitV', 'Reverse', 'PadV2']);

/** Kernels that may keep a shape and still mix its axes. */
const MIXING = new Set(['BatchMatMul', '_FusedMatMul', 'Einsum', 'Conv2D', 'GatherV2']);

function followedAxes(
  { kernelName, attributes }: KernelCall,
  { axes, from, to }: { axes: Axes; from: readonly number[]; to: readonly number[] },
): Axes {
  if (kernelName === 'Transpose') return transposedAxes(axes, attributes['perm'] as number[]);
  if (kernelName === 'Reshape') return reshapedAxes(axes, from, to);
  if (PARTS.has(kernelName)) return axes;
  const isSame = from.length === to.length && from.every((size, i) => size === to[i]);
  return isSame && !MIXING.has(kernelName) ? axes : null;
}
