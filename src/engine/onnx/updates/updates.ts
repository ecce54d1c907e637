import type { KernelTable } from '../kernels/kernel.js';
import { ADAM_UPDATE, adamUpdate, replaceAdamUpdate } from './adam.js';
import { replaceSgdUpdate, SGD_UPDATE, sgdUpdate } from './sgd.js';

/** Kernels of updates, which TF.js has no names for: only the optimizers that are {@link replaceUpdates replaced} call them. */
export const UPDATES: KernelTable = { [ADAM_UPDATE]: adamUpdate, [SGD_UPDATE]: sgdUpdate };

/** Has the optimizers update a variable by one kernel each, on backends that have them; once a process. */
export function replaceUpdates(): void {
  replaceAdamUpdate();
  replaceSgdUpdate();
}
