import type { ModelDefinition } from '../model/definition.js';
import { flopsOfStep, type StepFlops } from '../model/flops.js';
import { tensorsOf } from '../model/objective.js';
import type { RunSpec } from './run-spec.js';
import { prepare, type Bench } from './subject.js';

/** What each step of a run costs; plain data. */
export interface RunFlops extends StepFlops {
  /** Examples in the batch it was counted on; absent where the batch's inputs do not agree on it. */
  batchSize?: number;
}

/**
 * FLOPs of one training step of a run, counted on its first batch as {@link flopsOfStep} does. Nothing is trained.
 *
 * @throws CoordCheckError BUILD_FAILED, and what the batch, the model and its loss throw
 */
export async function flopsOfRun(definition: ModelDefinition, spec: RunSpec, bench: Bench): Promise<RunFlops> {
  // Initial values have no part in it, so none are kept.
  const subject = await prepare(definition, { ...spec, measure: 'activations' }, bench);
  try {
    const batch = await subject.batch(0);
    const sizes = new Set(tensorsOf(batch.x).map(({ shape }) => shape[0]));
    const [batchSize] = sizes;
    const flops = flopsOfStep(subject.trainee, batch);
    return sizes.size === 1 && batchSize !== undefined ? { ...flops, batchSize } : flops;
  } finally {
    subject.dispose();
    bench.engine.endRun();
  }
}
