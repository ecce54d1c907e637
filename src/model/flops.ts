import { watchingKernels, type KernelCall, type KernelWatcher } from '../engine/kernel-watch.js';
import { tf, type Tensor } from '../engine/tf.js';
import type { Batch } from './definition.js';
import { kernelFlops } from './kernel-flops.js';
import { disposeSnapshot, type Trainee } from './trainee.js';

/**
 * FLOPs of one training step on one batch, a multiplication and an addition counting as two: 2·m·n·k for a matrix product.
 *
 * Matrix products and convolutions only. Elementwise kernels, lookups, reductions and the optimizer are not counted.
 */
export interface StepFlops {
  /** What the loss needs. */
  forward: number;
  /** What the gradients of all trained parameters need on top of that. */
  backward: number;
  /** forward + backward. */
  total: number;
  /** Numbers in all trained parameters, a tied one counted once. */
  parameters: number;
}

/**
 * Counts the FLOPs of one training step from the model's own graph, as its passes call kernels.
 *
 * What neither the loss nor a gradient needs is not counted, such as the gradient of the batch, which some of TF.js's
 * fused kernels make. So all engines count the same, and one that only records computes nothing here. The model stays as
 * it is: nothing is updated, moving averages are put back, no tensor is left behind.
 *
 * @throws what the model, its loss or its gradients throw
 */
export function flopsOfStep(trainee: Trainee, batch: Batch): StepFlops {
  const graph = new KernelGraph();
  const before = trainee.snapshot();
  try {
    const { loss, gradients } = tf.tidy(() => {
      const step = watchingKernels(graph, () => trainee.gradients(batch));
      return { loss: dataOf(step.loss), gradients: Object.values(step.gradients).map(dataOf) } as never;
    }) as { loss: Data; gradients: Data[] };
    const forward = graph.flopsFor([loss]);
    const total = graph.flopsFor([loss, ...gradients]);
    const parameters = trainee.parameters.reduce((sum, { variable }) => sum + variable.size, 0);
    return { forward, backward: total - forward, total, parameters };
  } finally {
    trainee.restore(before);
    disposeSnapshot(before);
  }
}

/** What stands for a tensor's values: clones and reshapes share it, also those that TF.js makes for a backward pass. */
type Data = Tensor['dataId'];

const dataOf = ({ dataId }: Tensor): Data => dataId;

/** Which values each kernel made from which, in call order. */
class KernelGraph implements KernelWatcher {
  readonly #calls: { inputs: readonly Data[]; outputs: readonly Data[]; flops: number }[] = [];

  called(call: KernelCall, outputs: readonly Tensor[]): void {
    const inputs = call.inputs.map(([, tensor]) => dataOf(tensor));
    this.#calls.push({ inputs, outputs: outputs.map(dataOf), flops: kernelFlops(call, outputs) });
  }

  /** FLOPs of the kernels that some values are made by, directly or through others. */
  flopsFor(values: readonly Data[]): number {
    const needed = new Set(values);
    let sum = 0;
    for (const { inputs, outputs, flops } of this.#calls.toReversed()) {
      if (!outputs.some((output) => needed.has(output))) continue;
      for (const input of inputs) needed.add(input);
      sum += flops;
    }
    return sum;
  }
}
