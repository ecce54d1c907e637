import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../src/capture/progress.js';
import { trialsPath } from '../../src/capture/trials.js';
import { tf, type Tensor } from '../../src/engine/tf.js';
import { defineModel } from '../../src/model/definition.js';
import { readTrials } from '../../src/records/trials-file.js';
import { sweep, type SweepOptions } from '../../src/transfer/sweep.js';

/**
 * A model whose score is known: the loss of a trial is (log2 rate − optimum)² plus what width and seed add, whatever is
 * trained, with the optimum at −6, or at −6 − log2(width / 8) in SP.
 */
function known({ ignores = false, seen = [] as number[] } = {}) {
  return defineModel({
    name: 'known',
    widths: [8, 16, 32, 64],
    seeds: 2,
    hyperparameters: { learningRate: 2 ** -6, other: 1 },
    build: ({ width, seed, parametrization, hyperparameters: { learningRate } }) => {
      seen.push(learningRate);
      const w = tf.tidy(() => tf.variable(tf.zeros([1, 1])));
      const optimum = parametrization === 'sp' ? -6 - Math.log2(width / 8) : -6;
      const distance = ignores ? 0 : Math.log2(learningRate) - optimum;
      const level = 2 + (seed % 7) * 1e-4 - 0.01 * Math.log2(width);
      const apply = (x: Tensor) => tf.add(tf.mul(tf.matMul(x, w), 0), Math.sqrt(level + distance ** 2));
      return { parameters: { w }, apply };
    },
    batch: () => ({ x: tf.ones([1, 1]), y: tf.zeros([1, 1]) }),
    optimizer: () => tf.train.sgd(0.1),
  });
}

const OPTIONS: SweepOptions = { steps: 2, engine: 'cpu' };

let out = '';
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'coordcheck-sweep-'));
});
afterEach(() => rm(out, { recursive: true }));

describe('sweep', () => {
  it('finds the optimum of every width, and that it stays in µP and moves in SP', async () => {
    const result = await sweep(known(), { ...OPTIONS, control: 'sp' });
    const [mup, sp] = result.sweeps[0]?.parametrizations ?? [];
    expect(mup?.curves.map(({ width, optimum }) => [width, optimum.log2Value])).toEqual(
      [8, 16, 32, 64].map((width) => [width, expect.closeTo(-6, 2)]),
    );
    expect(sp?.curves.map(({ optimum }) => optimum.log2Value)).toEqual(
      [-6, -7, -8, -9].map((value) => expect.closeTo(value, 2)),
    );
    expect(mup?.drifts[0]?.perDoubling).toBeCloseTo(0, 2);
    expect(sp?.drifts[0]?.perDoubling).toBeCloseTo(-1, 2);
    expect([result.verdict, mup?.outcome, sp?.outcome]).toEqual(['pass', 'pass', 'fail']);
  });

  it('lets the grid of a width grow where its optimum lies near the end', async () => {
    const result = await sweep(known(), { ...OPTIONS, control: 'sp' });
    const curve = result.sweeps[0]?.parametrizations[1]?.curves.at(-1);
    const values = [...new Set(curve?.points.map(({ value }) => Math.log2(Number(value))))];
    // The optimum is at −9, the default's grid ends there, and two more belong below it.
    expect(values).toEqual([-11, -10, -9, -8, -7, -6, -5, -4, -3]);
  });

  it('leaves an optimum censored that lies beyond what the grid may grow to', async () => {
    const grid = { learningRate: { from: 2 ** -3, to: 2 ** -1 } };
    const result = await sweep(known(), { ...OPTIONS, grid, extend: 1 });
    const curves = result.sweeps[0]?.parametrizations[0]?.curves ?? [];
    expect(curves.map(({ optimum }) => optimum.state)).toEqual(curves.map(() => 'censored-low'));
    expect(result.verdict).toBe('inconclusive');
  });

  it('says that a model ignores its hyperparameter', async () => {
    const result = await sweep(known({ ignores: true }), OPTIONS);
    expect(result.verdict).toBe('inconclusive');
    expect(result.sweeps[0]?.parametrizations[0]?.reason).toMatch(/the model ignores it/);
  });

  it('counts the same trial once for every grid it is on', async () => {
    const grid = { learningRate: [2 ** -7, 2 ** -6, 2 ** -5], other: [1, 2] };
    const result = await sweep(known(), { ...OPTIONS, widths: [8, 16, 32], seeds: 1, grid });
    expect(result.cost?.trials).toBe(3 * (3 + 1));
    expect(result.sweeps.map(({ hyperparameter }) => hyperparameter)).toEqual(['learningRate', 'other']);
  });

  it('goes on where it was stopped, to the same result and the same file', async () => {
    const whole = await sweep(known(), { ...OPTIONS, out });
    const bytes = await readFile(trialsPath(out, 'known'), 'utf8');
    for (const stopAfter of [1, 5, 20]) {
      await stopped({ ...OPTIONS, out }, stopAfter);
      const { entries } = await readTrials(trialsPath(out, 'known'));
      expect(entries.length).toBe(stopAfter);
      const seen: number[] = [];
      const resumed = await sweep(known({ seen }), { ...OPTIONS, out, resume: true });
      expect(resumed).toEqual(whole);
      expect(await readFile(trialsPath(out, 'known'), 'utf8')).toBe(bytes);
    }
  });

  it('takes the trials of a smaller sweep', async () => {
    const grid = { learningRate: [2 ** -7, 2 ** -6, 2 ** -5] };
    await sweep(known(), { ...OPTIONS, out, widths: [8, 16], grid });
    const plans: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent) => void (event.type === 'plan' && plans.push(event));
    await sweep(known(), { ...OPTIONS, out, widths: [8, 16, 32], grid, resume: true, onProgress });
    expect(plans).toEqual([expect.objectContaining({ runs: 18, resumed: 12 })]);
  });

  it('refuses to go on with trials of another model', async () => {
    await sweep(known(), { ...OPTIONS, out, widths: [8], grid: { learningRate: [1, 2] } });
    const other = { ...known(), loss: 'absoluteDifference' as const };
    await expect(sweep(other, { ...OPTIONS, out, resume: true })).rejects.toMatchObject({ code: 'JOURNAL_DIFFERS' });
  });

  it.each([{ steps: 0 }, { steps: 1 }, { steps: 2.5 }, { extend: -1 }])('refuses %o', async (changes) => {
    await expect(sweep(known(), { ...OPTIONS, ...changes })).rejects.toMatchObject({ code: 'SETTING_INVALID' });
  });

  it('moves the trials of an earlier sweep aside, where it is not to take them up', async () => {
    const grid = { learningRate: [2 ** -7, 2 ** -5] };
    await sweep(known(), { ...OPTIONS, out, widths: [8], seeds: 1, grid });
    const warnings: string[] = [];
    const onProgress = (event: ProgressEvent) => void (event.type === 'warning' && warnings.push(event.message));
    await sweep(known(), { ...OPTIONS, out, widths: [16], seeds: 1, grid, onProgress });
    const { entries } = await readTrials(join(out, 'known.trials.before.ndjson'));
    expect(entries.map(({ width }) => width)).toEqual([8, 8]);
    expect(warnings.join()).toMatch(/moved to .*known.trials.before.ndjson; with --resume/);
    await sweep(known(), { ...OPTIONS, out, widths: [32], seeds: 1, grid });
    const again = await readTrials(join(out, 'known.trials.before-2.ndjson'));
    expect(again.entries.map(({ width }) => width)).toEqual([16, 16]);
  });

  it('leaves earlier trials as they are where a mistake shows before the first new one', async () => {
    await sweep(known(), { ...OPTIONS, out, widths: [8], seeds: 1, grid: { learningRate: [2 ** -7, 2 ** -5] } });
    const before = await readFile(trialsPath(out, 'known'), 'utf8');
    await expect(sweep(known(), { ...OPTIONS, out, grid: { typo: [1, 2] } })).rejects.toThrow(/got 'typo'/);
    expect(await readFile(trialsPath(out, 'known'), 'utf8')).toBe(before);
  });

  it('ends with its time budget, and says so', async () => {
    const result = await sweep(known(), { ...OPTIONS, timeBudgetMs: 0 });
    expect(result.verdict).toBe('inconclusive');
    expect(result.notes.join(' ')).toMatch(/time budget/);
  });
});

/** A sweep that is stopped after so many trials. */
async function stopped(options: SweepOptions, trials: number): Promise<void> {
  const stop = new AbortController();
  const onProgress = (event: ProgressEvent): void => {
    if (event.type === 'run-finished' && event.finished === trials) stop.abort(new Error('enough'));
  };
  await expect(sweep(known(), { ...options, signal: stop.signal, onProgress })).rejects.toThrow('enough');
}
