import { tf, type Tensor } from './tf.js';

/** One kernel as an operation of TF.js calls it. */
export interface KernelCall {
  /** TF.js's name of it, such as `BatchMatMul`. */
  readonly kernelName: string;
  /** Its inputs by name, in the kernel's order; those of a kernel of any number are named `0`, `1`, … */
  readonly inputs: readonly (readonly [name: string, tensor: Tensor])[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Who looks at kernels as they are called. */
export interface KernelWatcher {
  /** Called before a kernel runs; what it returns for an input is used instead of that input. */
  replace?(call: KernelCall): ReadonlyMap<Tensor, Tensor> | null;
  /** Called after a kernel ran. */
  called(call: KernelCall, outputs: readonly Tensor[]): void;
  /** True once it has seen enough: nothing more is shown to it. */
  readonly isOver?: boolean;
}

type RunKernel = (kernelName: string, inputs: object, attributes?: object) => Tensor | Tensor[];

/**
 * Shows every kernel that `f` calls to a watcher, in call order; kernels that another one calls inside are part of it.
 *
 * TF.js's own engine object is watched for as long as `f` runs, which must be synchronous.
 */
export function watchingKernels<T>(watcher: KernelWatcher, f: () => T): T {
  const engine = tf.engine() as unknown as { runKernel: RunKernel };
  const isOwn = Object.hasOwn(engine, 'runKernel');
  const { runKernel } = engine;
  let isInside = false;
  engine.runKernel = (kernelName, inputs, attributes = {}) => {
    if (isInside || watcher.isOver === true) return runKernel.call(engine, kernelName, inputs, attributes);
    isInside = true;
    try {
      const call = { kernelName, inputs: presentInputs(inputs), attributes: attributes as Record<string, unknown> };
      const replaced = watcher.replace?.(call) ?? null;
      const outputs = runKernel.call(engine, kernelName, withReplaced(inputs, replaced), attributes);
      watcher.called(call, Array.isArray(outputs) ? outputs : [outputs]);
      return outputs;
    } finally {
      isInside = false;
    }
  };
  try {
    return f();
  } finally {
    if (isOwn) engine.runKernel = runKernel;
    else delete (engine as Partial<typeof engine>).runKernel;
  }
}

/** Optional inputs are null or undefined where they are not given. */
function presentInputs(inputs: object): [string, Tensor][] {
  return Object.entries(inputs).filter((entry): entry is [string, Tensor] => entry[1] instanceof tf.Tensor);
}

function withReplaced(inputs: object, replaced: ReadonlyMap<Tensor, Tensor> | null): object {
  if (replaced === null || replaced.size === 0) return inputs;
  const swap = (input: Tensor): Tensor => replaced.get(input) ?? input;
  if (Array.isArray(inputs)) return inputs.map(swap);
  return Object.fromEntries(Object.entries(inputs).map(([name, input]: [string, Tensor]) => [name, swap(input)]));
}
