import type { Setting, TrialRecord, TrialsHeader } from '../../src/records/trial.js';
import { toRecorded } from '../../src/records/record.js';
import { analyzeSweep } from '../../src/analysis/sweep-table.js';
import { judgeSweep } from '../../src/verdict/judge-sweep.js';
import type { SweepResult } from '../../src/verdict/sweep-result.js';

type Value = number | string | boolean;

/** A sweep made up: scores by a formula. */
export interface MadeUp {
  hyperparameter?: string;
  parametrizations?: readonly TrialRecord['parametrization'][];
  widths?: readonly number[];
  depths?: readonly number[] | null;
  seeds?: readonly number[];
  values?: readonly Value[];
  /** Loss; NaN diverges. */
  score(trial: Pick<TrialRecord, 'parametrization' | 'width' | 'depth' | 'seed'> & { value: Value }): number;
}

const HEADER: TrialsHeader = {
  schema: 'coordcheck/trials',
  schemaVersion: 1,
  name: 'mlp',
  command: 'coordcheck sweep model.ts',
  modelHash: 'abc',
  versions: { coordcheck: '0.1.0' },
  environment: { cpus: 2 },
  config: { engine: 'cpu', threads: 1, loss: 'softmaxCrossEntropy', scoredOn: 'training' },
};

/** 2^-10 … 2^-4. */
export const RATES = [-10, -9, -8, -7, -6, -5, -4].map((x) => 2 ** x);
export const WIDTHS = [64, 128, 256, 512];

/** Trials of one hyperparameter, all others at their defaults. */
export function trialsOf({
  hyperparameter = 'learningRate',
  parametrizations = ['mup'],
  widths = WIDTHS,
  depths = null,
  seeds = [0, 1],
  values = RATES,
  score,
}: MadeUp): TrialRecord[] {
  return parametrizations.flatMap((parametrization) =>
    widths.flatMap((width) =>
      (depths ?? [null]).flatMap((depth) =>
        values.flatMap((value) =>
          seeds.map((seed): TrialRecord => {
            const loss = score({ parametrization, width, depth, seed, value });
            const isFinite = Number.isFinite(loss);
            const setting: Setting = { momentum: 0.9, [hyperparameter]: value };
            return {
              parametrization,
              width,
              depth,
              seed,
              steps: 100,
              setting,
              state: isFinite ? 'finished' : 'diverged',
              error: null,
              loss: Array.from({ length: 100 }, (_, step) => loss + 1 / (step + 1)).map(toRecorded),
              score: toRecorded(loss),
            };
          }),
        ),
      ),
    ),
  );
}

/** A parabola of curvature 0.1 about log2 optimum, wider models lower, seeds apart, a little uneven noise. */
export function parabola(
  { width, seed, value }: { width: number; seed: number; value: Value },
  log2Optimum: number,
  noise = 1e-3,
): number {
  const x = Math.log2(Number(value));
  const wave = Math.sin(7 * x + 3 * seed + 5 * Math.log2(width));
  return 2 - 0.02 * Math.log2(width) + 0.1 * (x - log2Optimum) ** 2 + 0.05 * seed + noise * wave;
}

/** The table and result of a sweep made up. */
export function sweepOf(madeUp: MadeUp, changes: Partial<Parameters<typeof judgeSweep>[1]> = {}): SweepResult {
  const trials = trialsOf(madeUp);
  const { hyperparameter = 'learningRate', widths = WIDTHS, depths = null, seeds = [0, 1] } = madeUp;
  const defaults = { learningRate: 2 ** -7, momentum: 0.9 };
  const table = analyzeSweep(trials, { hyperparameter, defaults });
  const config: SweepResult['config'] = {
    widths: [...widths],
    depths: depths === null ? null : [...depths],
    seeds: [...seeds],
    seed: 0,
    steps: 100,
    engine: 'cpu',
    threads: 1,
    optimizer: 'Adam',
    loss: 'softmaxCrossEntropy',
    scoredOn: 'training',
    hyperparameters: defaults,
    control: madeUp.parametrizations?.includes('sp') === true ? 'sp' : null,
  };
  return judgeSweep([table], {
    header: HEADER,
    trials,
    planned: trials.length,
    config,
    cost: null,
    notes: ['a note of the runs'],
    ...changes,
  });
}
