import { check, type CheckOptions } from '../check.js';
import type { ModelDefinition } from '../model/definition.js';
import type { PrescriptionResult } from '../verdict/prescription.js';
import type { CheckResult } from '../verdict/result.js';
import { derive } from './derive.js';
import { prescriptionResult } from './prescription-result.js';

/** How a prescription is derived; everything has a default, most of them the model's own. */
export type PrescribeOptions = Omit<CheckOptions, 'prescription' | 'resume' | 'timeBudgetMs' | 'measure'>;

/** A prescription, and the check made with it. */
export interface Prescribed {
  prescription: PrescriptionResult;
  /** The last measurement: of the model as it is where nothing is prescribed, else with the prescription applied. */
  check: CheckResult;
}

/**
 * Derives from measurement alone what scales a model into µP: the exponents of width of every initial value, learning
 * rate and multiplier, to the nearest ½.
 *
 * Everything is applied from outside and measured again, so that the model's file stays as it is. No parametrization is
 * looked up, and nothing is assumed of the optimizer.
 *
 * @param source - a model file (path or URL: runs in worker processes) or a definition (runs in this process)
 * @returns the prescription with its proof, and the check made with it
 * @throws CoordCheckError for wrong use or a broken environment; the signal's reason once it fires
 */
export async function prescribe(
  source: string | URL | ModelDefinition,
  options: PrescribeOptions = {},
): Promise<Prescribed> {
  const derivation = await derive(
    (prescription) => check(source, { ...options, ...(prescription !== null && { prescription }) }),
    (round, what) => options.onProgress?.({ type: 'round', round, what }),
  );
  return { prescription: prescriptionResult(derivation), check: derivation.last };
}
