import { failure } from '../errors.js';
import type { Hyperparameters, Parametrization } from '../model/definition.js';
import type { Prescription } from '../records/prescription.js';
import type { UseRecord } from '../records/run.js';
import type { TrialKey } from '../records/trial.js';

/** One training to be done: everything its records depend on besides the model, the engine and the machine. */
export interface RunSpec {
  width: number;
  depth: number | null;
  seed: number;
  /** Updates made; steps 0 … steps are recorded. */
  steps: number;
  parametrization: Parametrization;
  hyperparameters: Hyperparameters;
  /** What the model is multiplied by on top of its own scaling; absent where nothing is. */
  prescription?: Prescription;
  /** Globs of the taps whose activations and changes are recorded; null for all. */
  taps: readonly string[] | null;
  measure: Measured;
  /** Where each parameter is looked at alone, as found at the narrowest width; null before it is known. */
  places: Places | null;
}

/** One tap of a parameter's own place. */
export interface Place {
  tap: string;
  /** Whether the initial value there is a constant multiple of the one at the first place, too. */
  sharesInitial: boolean;
}

/** One use of a parameter, and its own place: the taps in forward order. */
export interface UsePlaces extends UseRecord {
  places: readonly Place[];
}

/** Where the parameters of a model are looked at alone: a matter of structure, the same at every width. */
export interface Places {
  /** Parameters whose products get taps of their own, for the model's taps cannot tell them apart. */
  ownTaps: readonly string[];
  /** Whether two passes of one seed are the same: else a difference between passes is no effect of a parameter. */
  isRepeatable: boolean;
  /** By parameter, use by use. */
  uses: Readonly<Record<string, readonly UsePlaces[]>>;
}

/**
 * How much of a run is measured.
 *
 * `activations`: x_t of the plain run, what other coordinate checks record. `changes`: also Δx_t and sizes of values,
 * updates and gradients. `all`: also the centred run with every parameter looked at alone, without which nothing is
 * judged.
 */
export type Measured = 'activations' | 'changes' | 'all';

/** Largest root whose seeds, up to a thousand, are all whole numbers that a double tells apart. */
const LARGEST_ROOT = Math.floor((Number.MAX_SAFE_INTEGER - 999) / 1000);

/**
 * Seeds of a check: root · 1000 + i, so that different roots share no run.
 *
 * @param count - at most 1000
 * @throws CoordCheckError SETTING_INVALID where seeds would coincide
 */
export function seedsOf(root: number, count: number): number[] {
  if (!Number.isInteger(root) || Math.abs(root) > LARGEST_ROOT) {
    const expected = `a whole number up to ${LARGEST_ROOT}`;
    throw failure('SETTING_INVALID', { where: 'seed', expected, got: String(root), hint: 'For example --seed 1.' });
  }
  return Array.from({ length: count }, (_, i) => root * 1000 + i);
}

/** What seeds the initial weights of a run: independent across widths, depths and seeds. */
export function weightsSeed({ width, depth, seed }: Pick<RunSpec, 'width' | 'depth' | 'seed'>): string {
  return `${seed}:${width}:${depth ?? '-'}:weights`;
}

/**
 * All runs of a check, widest first: the longest start first, and memory is touched once.
 */
export function runsOf(
  config: { widths: readonly number[]; depths: readonly number[] | null; seeds: readonly number[] },
  common: Omit<RunSpec, 'width' | 'depth' | 'seed'>,
): RunSpec[] {
  const depths = config.depths ?? [null];
  return config.widths
    .toSorted((a, b) => b - a)
    .flatMap((width) =>
      depths.flatMap((depth) => config.seeds.map((seed) => ({ width, depth, seed, ...common }) satisfies RunSpec)),
    );
}

/** The run that a trial trains as: nothing is measured. */
export function trialRun({ width, depth, seed, steps, parametrization, setting }: TrialKey): RunSpec {
  const hyperparameters = { ...setting };
  return {
    width,
    depth,
    seed,
    steps,
    parametrization,
    hyperparameters,
    taps: null,
    measure: 'activations',
    places: null,
  };
}
