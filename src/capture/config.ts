import { failure, shownValue } from '../errors.js';
import { hyperparametersOf } from '../model/normalize.js';
import type { Hyperparameters, HyperparameterValue, ModelDefinition, Parametrization } from '../model/definition.js';
import type { Prescription } from '../records/prescription.js';
import { runsOf, seedsOf, type Measured, type RunSpec } from './run-spec.js';

/** What a caller may ask of a capture; plain data, so that it reaches a worker process. */
export interface CaptureRequest {
  /** Widths to train at; the model's own, else 64, 128, 256, 512, 1024. */
  widths?: readonly number[];
  /** Depths to train at; the model's own, else build's default alone. */
  depths?: readonly number[];
  /** How many seeds; the model's own, else 3. */
  seeds?: number;
  /** The root seed that weights, batches and draws come from; 0. */
  seed?: number;
  /** Updates made; steps 0 … steps are recorded; the model's own, else 4. */
  steps?: number;
  /** Hyperparameters set over the model's defaults. */
  set?: Readonly<Record<string, HyperparameterValue>>;
  /** Globs of the taps to record; all. */
  taps?: readonly string[];
  /** Width the model will be launched at; sizes are extrapolated to it. */
  targetWidth?: number;
  /** `sp` builds the model in standard parametrization: a check that must fail. */
  control?: 'sp';
  /** Powers of the width to train with on top of the model's own scaling; none. */
  prescription?: Prescription;
  /** How much is measured; `all`. Less is faster and cannot be judged. */
  measure?: Measured;
}

/** A request with the model's own values and the defaults filled in. */
export interface CaptureConfig {
  widths: number[];
  depths: number[] | null;
  seeds: number[];
  seed: number;
  steps: number;
  hyperparameters: Hyperparameters;
  taps: string[] | null;
  parametrization: Parametrization;
  prescription: Prescription | null;
  measure: Measured;
}

/** A factor of 16 in width: slopes over less than 8× cannot tell ½ from finite-width corrections. */
const DEFAULT_WIDTHS = [64, 128, 256, 512, 1024];
/** Three seeds over five widths leave 13 degrees of freedom for the interval. */
const DEFAULT_SEEDS = 3;
/** The signal is strongest in the first steps and washes out within tens. */
const DEFAULT_STEPS = 4;

/**
 * Fills in what the caller left open: from the model, else the default.
 *
 * @throws CoordCheckError WIDTHS_INVALID, COUNT_INVALID, SETTING_INVALID, HYPERPARAMETER_UNKNOWN, HYPERPARAMETER_TYPE
 */
export function resolveConfig(definition: ModelDefinition, request: CaptureRequest): CaptureConfig {
  refuseOthers(request);
  const seed = request.seed ?? 0;
  const depths = request.depths ?? definition.depths;
  return {
    widths: ladder(request.widths ?? definition.widths ?? DEFAULT_WIDTHS),
    depths: depths === undefined ? null : ladder(depths),
    seeds: seedsOf(seed, count('seeds', request.seeds ?? definition.seeds ?? DEFAULT_SEEDS)),
    seed,
    steps: count('steps', request.steps ?? definition.steps ?? DEFAULT_STEPS),
    hyperparameters: hyperparametersOf(definition, request.set),
    taps: request.taps === undefined || request.taps.length === 0 ? null : [...request.taps],
    parametrization: request.control ?? 'mup',
    prescription: request.prescription ?? null,
    measure: request.measure ?? 'all',
  };
}

/** The runs a configuration asks for, widest first. */
export function plannedRuns(config: CaptureConfig): RunSpec[] {
  const { steps, hyperparameters, parametrization, prescription, taps, measure } = config;
  const prescribed = prescription === null ? {} : { prescription };
  return runsOf(config, { steps, hyperparameters, parametrization, ...prescribed, taps, measure, places: null });
}

/** What would be taken for something else without a word where no compiler has looked at it. */
function refuseOthers({ control, targetWidth }: CaptureRequest): void {
  if (control !== undefined && control !== 'sp') {
    throw failure('SETTING_INVALID', {
      where: 'control',
      expected: "'sp', or nothing",
      got: shownValue(control),
      hint: "Give control: 'sp' to build the model in standard parametrization.",
    });
  }
  if (targetWidth !== undefined && !(Number.isSafeInteger(targetWidth) && targetWidth > 0)) {
    throw failure('SETTING_INVALID', {
      where: 'targetWidth',
      expected: 'a positive whole number',
      got: shownValue(targetWidth),
      hint: 'Give the width that the model will be launched at, such as 4096.',
    });
  }
}

function ladder(values: readonly number[]): number[] {
  const got = values.join(', ');
  if (values.length === 0) throw failure('WIDTHS_INVALID', { got: 'none', why: 'the list is empty' });
  for (const value of values) {
    if (!Number.isSafeInteger(value) || value < 1) throw failure('WIDTHS_INVALID', { got, why: `${value} is not one` });
  }
  const repeated = values.find((value, i) => values.indexOf(value) !== i);
  if (repeated !== undefined) throw failure('WIDTHS_INVALID', { got, why: `${repeated} is given twice` });
  return values.toSorted((a, b) => a - b);
}

function count(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= 1000) return value;
  throw failure('COUNT_INVALID', { name, got: String(value) });
}
