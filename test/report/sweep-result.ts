import type { HyperparameterSweep, SweepResult, TrialResult } from '../../src/verdict/sweep-result.js';
import { noise } from './measurements.js';
import { drift, parametrization, powers, SWEEP_SEEDS, type CurveShape } from './sweep-curves.js';

export const SWEEP_WIDTHS = [64, 128, 256, 512];
const GRID = powers(-12, -4);
const DEFAULTS = { learningRate: 0.001, outputMultiplier: 1 };

const MUP = SWEEP_WIDTHS.map((width, i): CurveShape => ({
  width,
  grid: GRID,
  vertex: [-7.72, -7.55, -7.53, -7.48][i] ?? 0,
  floor: 0.92 - 0.07 * i,
}));
const SP = SWEEP_WIDTHS.map((width, i): CurveShape => ({
  width,
  grid: GRID,
  vertex: [-7.72, -7.99, -8.4, -8.98][i] ?? 0,
  floor: 0.92 - 0.05 * i,
}));

/** A learning rate that transfers in µP and not in the control. */
export function transferringSweep(): SweepResult {
  const mup = parametrization('mup', MUP, [drift(0.07)]);
  return sweepResult([numeric('learningRate', [mup, parametrization('sp', SP, [drift(-0.42)])])]);
}

/** A learning rate that does not transfer. */
export function driftingSweep(): SweepResult {
  return {
    ...sweepResult([numeric('learningRate', [parametrization('mup', SP, [drift(-0.42)])])]),
    verdict: 'fail',
    summary: 'The optimum of learningRate moves by −0.42 octaves per doubling of width: it does not transfer.',
  };
}

/** Optima beyond the grid at the wider sizes, one undetermined: nothing is settled. */
export function censoredSweep(): SweepResult {
  const shapes = MUP.map((shape, i) => ({ ...shape, vertex: [-5.2, -4.4, -3.5, -3][i] ?? 0 }));
  const undetermined = { undetermined: 'the curve has no minimum that the scatter of the seeds does not hide' };
  const open = drift(null, { reason: 'fewer than 3 optima were found', settle: 'extend the grid to 0.5' });
  return {
    ...sweepResult([
      numeric('learningRate', [
        parametrization(
          'mup',
          shapes.map((shape, i) => (i < 3 ? shape : { ...shape, ...undetermined })),
          [open],
        ),
        parametrization(
          'sp',
          SP.map((shape) => ({ ...shape, vertex: shape.vertex - 4.1 })),
          [open],
        ),
      ]),
    ]),
    verdict: 'inconclusive',
    summary: 'Nothing is proven: fewer than 3 optima were found. To settle it: extend the grid to 0.5.',
    gates: [
      {
        gate: 'inside',
        title: 'Optima inside the grid',
        outcome: 'inconclusive',
        reason: '2 of 4 are at its edge',
        settle: 'extend the grid to 0.5',
      },
      { gate: 'widths', title: 'At least 3 widths over 8×', outcome: 'pass', reason: null, settle: null },
    ],
  };
}

/** The same as the transferring one, the widest optimum beside a value that diverged. */
export function edgeSweep(): SweepResult {
  const result = transferringSweep();
  const last = result.sweeps[0]?.parametrizations[0]?.curves.at(-1);
  if (last !== undefined) last.optimum = { ...last.optimum, isAtStabilityEdge: true, curvature: null };
  return result;
}

/** Widths and depths, with a drift along each. */
export function depthSweep(): SweepResult {
  const depths = [2, 4, 8];
  const shapes = depths.flatMap((depth, j) =>
    MUP.slice(0, 3).map((shape) => ({
      ...shape,
      depth,
      vertex: shape.vertex - 0.1 * j,
      floor: shape.floor - 0.03 * j,
    })),
  );
  const drifts = [
    ...depths.map((depth) => drift(0.05, { at: depth })),
    ...SWEEP_WIDTHS.slice(0, 3).map((width) => drift(-0.1, { along: 'depth', at: width, sizes: depths })),
  ];
  return sweepResult([numeric('learningRate', [parametrization('mup', shapes, drifts)])]);
}

/** A hyperparameter of words beside one of numbers. */
export function categoricalSweep(): SweepResult {
  const schedules = ['constant', 'linear', 'cosine'];
  const sweep = parametrization('mup', [], [], { outcome: 'pass' });
  const curves = SWEEP_WIDTHS.map((width, w) => ({
    width,
    depth: null,
    points: schedules.flatMap((value, i) =>
      SWEEP_SEEDS.map((seed) => ({ value, seed, score: 1.2 - 0.1 * i - 0.05 * w + noise(width, seed, i) })),
    ),
    optimum: {
      state: 'found' as const,
      best: 'cosine',
      log2Value: null,
      interval: null,
      standardError: null,
      degreesOfFreedom: null,
      loss: 1 - 0.05 * w,
      curvature: null,
      isAtStabilityEdge: false,
      reason: null,
    },
    regret: null,
    robustnessOctaves: null,
  }));
  const { sweeps } = transferringSweep();
  return sweepResult([
    ...sweeps,
    { hyperparameter: 'schedule', isNumeric: false, outcome: 'pass', parametrizations: [{ ...sweep, curves }] },
  ]);
}

/** A result around some sweeps, with a trial for every point of their curves. */
export function sweepResult(sweeps: HyperparameterSweep[]): SweepResult {
  const trials = sweeps.flatMap(trialsOf);
  const curves = sweeps[0]?.parametrizations[0]?.curves ?? [];
  const depths = [...new Set(curves.map(({ depth }) => depth).filter((depth) => depth !== null))];
  const widths = [...new Set(curves.map(({ width }) => width))];
  const sizes = curves.map(({ width, depth }) => {
    const parameters = width * width + 74 * width;
    const steps = 300 * trials.filter((trial) => trial.width === width && trial.depth === depth).length;
    return { width, depth, parameters, flopsPerStep: 6 * 128 * parameters, steps };
  });
  return {
    schema: 'coordcheck/sweep',
    schemaVersion: 1,
    name: 'teacher-student',
    verdict: 'pass',
    summary: 'The optimum of learningRate is the same at every width within ¼ of a doubling: it transfers.',
    command: 'coordcheck sweep model.ts --widths 64,128,256,512 --seeds 3 --steps 300 --set learningRate=2^-12..2^-4',
    versions: { coordcheck: '0.1.0', node: '22.11.0' },
    environment: { platform: 'linux', cpus: 8 },
    config: {
      widths,
      depths: depths.length === 0 ? null : depths,
      seeds: SWEEP_SEEDS,
      seed: 0,
      steps: 300,
      engine: 'wasm',
      threads: 1,
      optimizer: 'adam',
      loss: 'softmaxCrossEntropy',
      scoredOn: 'validation',
      hyperparameters: DEFAULTS,
      control: sweeps.some(({ parametrizations }) => parametrizations.length > 1) ? 'sp' : null,
    },
    gates: [
      { gate: 'widths', title: 'At least 3 widths over 8×', outcome: 'pass', reason: null, settle: null },
      { gate: 'seeds', title: 'At least 2 seeds', outcome: 'pass', reason: null, settle: null },
    ],
    sweeps,
    cost: {
      trials: trials.length,
      flops: sizes.reduce((sum, { flopsPerStep, steps }) => sum + flopsPerStep * steps, 0),
      sizes,
      assumptions: ['A backward pass costs twice a forward pass.'],
    },
    notes: ['weightDecay does not transfer: it was left at its default.'],
    trials,
  };
}

function numeric(
  hyperparameter: string,
  parametrizations: HyperparameterSweep['parametrizations'],
): HyperparameterSweep {
  const outcome = parametrizations[0]?.outcome ?? 'inapplicable';
  return { hyperparameter, isNumeric: true, outcome, parametrizations };
}

function trialsOf({ hyperparameter, parametrizations }: HyperparameterSweep): TrialResult[] {
  return parametrizations.flatMap(({ parametrization, curves }) =>
    curves.flatMap(({ width, depth, points }) =>
      points.map(({ value, seed, score }): TrialResult => ({
        parametrization,
        width,
        depth,
        seed,
        setting: { ...DEFAULTS, [hyperparameter]: value },
        state: score === null ? 'diverged' : 'finished',
        error: score === null ? 'loss is NaN at step 40' : null,
        score,
        loss: lossCurve(score),
      })),
    ),
  );
}

function lossCurve(score: number | null): TrialResult['loss'] {
  return Array.from({ length: 60 }, (_, i) => {
    const step = i * 5;
    if (score === null) return { step, loss: i < 8 ? 2.3 * 1.6 ** i : null };
    return { step, loss: score + (2.303 - score) * Math.exp(-i / 12) + 0.02 * Math.sin(i * 1.7) };
  });
}
