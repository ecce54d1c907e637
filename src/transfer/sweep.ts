import { withTrials, type CaptureRequest, type RunFlops, type Trials, type TrialsOptions } from '../capture/trials.js';
import { analyzeSweep, triedGrid } from '../analysis/sweep-table.js';
import type { HyperparameterValue, ModelDefinition } from '../model/definition.js';
import { distinctTrials, type TrialKey, type TrialRecord } from '../records/trial.js';
import { judgeSweep } from '../verdict/judge-sweep.js';
import type { SweepCost, SweepResult } from '../verdict/sweep-result.js';
import { COUNTING } from './cost.js';
import { DEFAULT_STEPS, refuseCount, refuseUntrained } from './counts.js';
import { gridsOf, lackingValues, type Grid, type GridRequest, type TriedValue } from './grid.js';

/** How a sweep is run; everything has a default, most of them the model's own. */
export interface SweepOptions
  extends TrialsOptions, Pick<CaptureRequest, 'widths' | 'depths' | 'seeds' | 'seed' | 'set' | 'control'> {
  /** What to try, by hyperparameter; the learning rate around the model's own. */
  grid?: GridRequest;
  /** Training steps of every trial; 300. */
  steps?: number;
  /** How many values a grid may grow by at each end where an optimum lies near it; 6. */
  extend?: number;
}

/** A factor of 64 on a grid of doublings. */
const DEFAULT_EXTENSION = 6;

/**
 * Sweeps hyperparameters over widths and seeds, finds the best value of each width, and judges whether it transfers.
 *
 * Each is swept with all others at their defaults. Where an optimum lies too near the end of its grid, the grid of that
 * width goes on. What is tried next depends on finished trials alone, so a sweep that was killed and resumed gives the
 * same result as one that ran through.
 *
 * @param source - a model file (path or URL: runs in worker processes) or a definition (runs in this process)
 * @throws CoordCheckError for wrong use or a broken environment; the signal's reason once it fires
 */
export async function sweep(source: string | URL | ModelDefinition, options: SweepOptions = {}): Promise<SweepResult> {
  const { widths, depths, seeds, seed, set, steps, extend } = options;
  refuseCount(steps, { name: 'steps', where: 'a sweep' });
  refuseCount(extend, { name: 'extend', where: 'a sweep', least: 0 });
  // The control is trained beside the model, so the model itself is described.
  const request: CaptureRequest = { widths, depths, seeds, seed, set, steps: 1 };
  return withTrials(source, { ...options, request }, async (trials) => {
    refuseUntrained(steps, { where: 'a sweep', scoredOn: trials.header.config.scoredOn });
    const plan = planOf(trials, options);
    const { made, planned } = await madeTrials(trials, plan);
    const defaults = trials.model.config.hyperparameters;
    const tables = plan.grids.map(({ hyperparameter }) => analyzeSweep(made, { hyperparameter, defaults }));
    return judgeSweep(tables, {
      header: trials.header,
      trials: made,
      planned,
      config: configOf(trials, plan),
      cost: await costOf(trials, made, options.signal),
      notes: trials.isCutShort() ? [CUT_SHORT] : [],
    });
  });
}

const CUT_SHORT = 'The time budget ended before every trial was made; --resume goes on where it stopped.';

/** What a sweep is to train. */
interface SweepPlan {
  grids: Grid[];
  parametrizations: ('mup' | 'sp')[];
  widths: number[];
  depths: (number | null)[];
  seeds: number[];
  steps: number;
  extend: number;
  control: SweepOptions['control'];
  defaults: TrialKey['setting'];
}

function planOf({ model }: Trials, { grid, steps, extend, control }: SweepOptions): SweepPlan {
  const { widths, depths, seeds, hyperparameters: defaults } = model.config;
  return {
    grids: gridsOf(grid, defaults),
    parametrizations: control === undefined ? ['mup'] : ['mup', control],
    widths,
    depths: depths ?? [null],
    seeds,
    steps: steps ?? DEFAULT_STEPS,
    extend: extend ?? DEFAULT_EXTENSION,
    control,
    defaults,
  };
}

/** One curve of a sweep: a hyperparameter's values at one size in one parametrization. */
interface Curve {
  grid: Grid;
  parametrization: 'mup' | 'sp';
  width: number;
  depth: number | null;
}

/** Makes the grids' trials, then those that curves still lack, until none does or the time is over. */
async function madeTrials(trials: Trials, plan: SweepPlan): Promise<{ made: TrialRecord[]; planned: number }> {
  const curves = plan.grids.flatMap((grid) =>
    plan.parametrizations.flatMap((parametrization) =>
      plan.widths.flatMap((width) => plan.depths.map((depth) => ({ grid, parametrization, width, depth }))),
    ),
  );
  // A setting with every hyperparameter at its default is on the grid of each of them.
  let wanted = distinctTrials(curves.flatMap((curve) => trialsOf(curve, curve.grid.values, plan)));
  for (;;) {
    const made = await trials.make(wanted);
    const whole = { made, planned: wanted.length };
    if (trials.isCutShort()) return whole;
    const lacking = curves.flatMap((curve) => {
      if (hasFailed(curve, made)) return [];
      const tried = triedValues(curve, made, plan);
      return trialsOf(curve, lackingValues(tried, curve.grid, plan.extend), plan);
    });
    if (lacking.length === 0) return whole;
    wanted = distinctTrials([...wanted, ...lacking]);
  }
}

function trialsOf(
  { grid: { hyperparameter }, parametrization, width, depth }: Curve,
  values: readonly HyperparameterValue[],
  { seeds, steps, defaults }: SweepPlan,
): TrialKey[] {
  return values.flatMap((value) =>
    seeds.map((seed) => {
      const setting = { ...defaults, [hyperparameter]: value };
      return { parametrization, width, depth, seed, steps, setting };
    }),
  );
}

function isOn(trial: TrialRecord, { parametrization, width, depth }: Curve): boolean {
  return trial.parametrization === parametrization && trial.width === width && trial.depth === depth;
}

/** Whether the model threw at a curve's size: it would at every other value, too. */
function hasFailed(curve: Curve, made: readonly TrialRecord[]): boolean {
  return made.some((trial) => trial.state === 'failed' && isOn(trial, curve));
}

/** The numbers tried on a curve, in rising order, with their mean score. */
function triedValues(curve: Curve, made: readonly TrialRecord[], { defaults }: SweepPlan): TriedValue[] {
  const { hyperparameter } = curve.grid;
  const own = made.filter((trial) => isOn(trial, curve));
  const { values } = triedGrid(own, { hyperparameter, defaults });
  return values.map(({ value, scores, mean }) => ({ value: Number(value), score: scores === null ? null : mean }));
}

function configOf({ model, header }: Trials, plan: SweepPlan): SweepResult['config'] {
  const { widths, depths, seeds, seed, hyperparameters } = model.config;
  const { engine, threads, loss, scoredOn } = header.config;
  return {
    widths,
    depths,
    seeds,
    seed,
    steps: plan.steps,
    engine,
    threads,
    optimizer: model.optimizer,
    loss,
    scoredOn,
    hyperparameters,
    control: plan.control ?? null,
  };
}

/** What the trials cost, by size; a model whose step cannot be counted costs nothing that is known. */
async function costOf(
  trials: Trials,
  made: readonly TrialRecord[],
  signal: AbortSignal | undefined,
): Promise<SweepCost | null> {
  const firsts = new Map(made.toReversed().map((trial) => [`${trial.width} ${trial.depth}`, trial]));
  const sizes: SweepCost['sizes'] = [];
  for (const first of firsts.values()) {
    const { width, depth } = first;
    const flops = await trials.flops(first).catch((): RunFlops | null => {
      signal?.throwIfAborted();
      return null;
    });
    if (flops === null) return null;
    const own = made.filter((trial) => trial.width === width && trial.depth === depth);
    const steps = own.reduce((sum, { loss }) => sum + loss.length, 0);
    sizes.push({ width, depth, parameters: flops.parameters, flopsPerStep: flops.total, steps });
  }
  sizes.sort((a, b) => a.width - b.width || (a.depth ?? 0) - (b.depth ?? 0));
  const flops = sizes.reduce((sum, { flopsPerStep, steps }) => sum + flopsPerStep * steps, 0);
  return { trials: made.length, flops, sizes, assumptions: COUNTING };
}
