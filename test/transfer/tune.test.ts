import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../src/capture/progress.js';
import { tf, type Tensor } from '../../src/engine/tf.js';
import { defineModel } from '../../src/model/definition.js';
import { mup } from '../../src/mup/index.js';
import { tune, type TuneOptions } from '../../src/transfer/tune.js';

/**
 * A model whose score is known whatever is trained: 1 + (log2 rate + 6)² + other² + what the seed adds; not a number where
 * the rate is above `breaksAbove`, and no optimizer where `other` is `refuses`.
 */
function known({
  ignores = [] as string[],
  breaksAbove = Infinity,
  refuses = NaN,
  optimum = (_width: number): number => -6,
} = {}) {
  return defineModel({
    name: 'known',
    widths: [8, 16],
    hyperparameters: { learningRate: 2 ** -6, other: 0, dropout: 0.1 },
    build: ({ width, seed, hyperparameters: { learningRate, other, dropout } }) => {
      const w = tf.tidy(() => tf.variable(tf.zeros([1, 1])));
      const away = ignores.includes('learningRate') ? 0 : Math.log2(learningRate) - optimum(width);
      const beside = ignores.includes('other') ? 0 : other;
      const score = 1 + away ** 2 + beside ** 2 + (ignores.includes('dropout') ? 0 : dropout) + (seed % 7) * 1e-6;
      const shown = learningRate > breaksAbove ? Number.NaN : Math.sqrt(score);
      return { parameters: { w }, apply: (x: Tensor) => tf.add(tf.mul(tf.matMul(x, w), 0), shown) };
    },
    batch: () => ({ x: tf.ones([4, 1]), y: tf.zeros([4, 1]) }),
    optimizer: ({ hyperparameters: { other } }) => {
      if (other === refuses) throw new Error(`there is no optimizer for ${refuses}`);
      return tf.train.sgd(0.1);
    },
  });
}

/** A model whose rate falls at a step, and of whose three kinds the middle one is another. */
function latecomer() {
  return defineModel({
    name: 'late',
    widths: [8, 16],
    hyperparameters: { learningRate: 2 ** -6, decayFrom: 12, kind: 'a' },
    build: () => {
      const w = tf.tidy(() => tf.variable(tf.ones([1, 1])));
      return { parameters: { w }, apply: (x: Tensor) => tf.matMul(x, w) };
    },
    batch: () => ({ x: tf.ones([4, 1]), y: tf.zeros([4, 1]) }),
    optimizer: ({ model, hyperparameters: { learningRate, decayFrom, kind } }) => {
      const factor = kind === 'b' ? 0.5 : 1;
      const factorAt = (step: number): number => factor * (step < decayFrom ? 1 : 0.1);
      return mup.schedule(mup.multiplyUpdates(tf.train.sgd(learningRate), model, {}), factorAt);
    },
  });
}

const OPTIONS: TuneOptions = { steps: 2, trials: 9, seeds: 2, engine: 'cpu' };
const RATE = { learningRate: { from: 2 ** -12, to: 2 ** -2 } };

let out = '';
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'coordcheck-tune-'));
});
afterEach(() => rm(out, { recursive: true }));

describe('tune', () => {
  it('chooses the setting closest to the known optimum, over seeds that the search has not seen', async () => {
    const result = await tune(known(), { ...OPTIONS, space: RATE });
    const distance = (rate: unknown) => Math.abs(Math.log2(rate as number) + 6);
    const nearest = Math.min(...result.trials.map(({ values }) => distance(values['learningRate'])));
    expect(result).toMatchObject({ outcome: 'tuned', reason: null, settle: null });
    expect(distance(result.chosen?.values['learningRate'])).toBe(nearest);
    expect(result.chosen?.hyperparameters).toMatchObject({ other: 0, dropout: 0.1 });
    expect(result.config).toMatchObject({ width: 8, searchSeed: 0, seeds: [1, 2] });
    // The model's own setting, at the optimum itself, is compared, and its being better is told.
    expect(result.contenders[0]?.index).toBeNull();
    expect(result.contenders.slice(1).map(({ index }) => index)).toHaveLength(3);
    expect(result.notes).toContainEqual(expect.stringMatching(/^The model's own setting has the lower loss/));
    expect(result.chosen?.score.mean).toBeCloseTo(1.1 + nearest ** 2, 4);
    expect(result.summary).toMatch(
      /^learningRate 0\.\d+: loss .* at width 8 over 2 seeds\. The model's own setting is better by more than the seeds scatter: loss 1\.1\.$/,
    );
  });

  it('finds by halving what random search finds, where scores do not change with steps', async () => {
    const [halving, random] = [
      await tune(known(), { ...OPTIONS, space: RATE, trials: 27, steps: 90 }),
      await tune(known(), { ...OPTIONS, space: RATE, trials: 27, steps: 90, search: 'random' }),
    ];
    expect(halving.chosen?.values).toEqual(random.chosen?.values);
    expect(halving.rungs.map(({ trials, steps }) => [trials, steps])).toEqual([
      [27, 10],
      [9, 30],
      [3, 90],
    ]);
    expect(random.rungs).toMatchObject([{ trials: 27, steps: 90, finished: 27 }]);
    expect(halving.trials.filter(({ steps }) => steps === 90)).toHaveLength(3);
  });

  it('decides nothing where every trial diverges, or fails', async () => {
    const diverged = await tune(known({ breaksAbove: 0 }), { ...OPTIONS, space: RATE });
    expect(diverged).toMatchObject({
      outcome: 'undecided',
      reason: 'All 9 trials of 2 steps diverged: their loss is not finite, or above twice the untrained one.',
      settle: expect.stringMatching(/lower learning rates/),
      chosen: null,
    });
    expect(diverged.rungs).toMatchObject([{ finished: 0, diverged: 9, best: null }]);
    const broken = {
      ...known(),
      optimizer: () => ({
        applyGradients: () => {
          throw new Error('no such kernel');
        },
      }),
    };
    const failed = await tune(broken, { ...OPTIONS, space: RATE });
    expect(failed.reason).toBe('All 9 trials of 2 steps failed: no such kernel.');
  });

  it('goes on where one setting is none to the optimizer, and tells which failed and why', async () => {
    const result = await tune(known({ refuses: 1 }), { ...OPTIONS, space: { ...RATE, other: [0, 1, 2] } });
    expect(result.outcome).toBe('tuned');
    const failed = result.trials.filter(({ state }) => state === 'failed');
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.every(({ values, error }) => values['other'] === 1 && /no optimizer for 1/.test(error ?? ''))).toBe(
      true,
    );
  });

  it('trains a setting once that stands among the best and is the model’s own', async () => {
    const events: ProgressEvent[] = [];
    const space = { learningRate: [2 ** -6, 2 ** -7] };
    const result = await tune(known(), { ...OPTIONS, space, onProgress: (event) => events.push(event) });
    expect(result.contenders).toHaveLength(3);
    const from = events.findIndex((event) => event.type === 'plan' && event.stage?.startsWith('comparison') === true);
    // Two settings, of two seeds each.
    expect(events.slice(from).filter(({ type }) => type === 'run-started')).toHaveLength(4);
  });

  it('decides nothing where the model ignores what is searched, and names one that is ignored among others', async () => {
    const all = await tune(known({ ignores: ['learningRate'] }), { ...OPTIONS, space: RATE });
    expect(all).toMatchObject({ outcome: 'undecided', trials: [], notes: [] });
    expect(all.reason).toBe(
      'The model ignores learningRate: 2 steps with 0.000244140625 and with 0.25 have the same losses to the last bit.',
    );
    const space = { ...RATE, other: { from: -1, to: 2, scale: 'linear' as const } };
    const one = await tune(known({ ignores: ['other'] }), { ...OPTIONS, space });
    expect(one.outcome).toBe('tuned');
    expect(one.notes).toContainEqual(
      expect.stringMatching(/^The model ignores other: 2 steps with -1 and with 2 have/),
    );
  });

  it('takes for ignored only what makes no difference over a full training, and no value of a choice', async () => {
    const late = latecomer();
    const space = { ...RATE, decayFrom: [12, 1000], kind: ['a', 'b', 'c'] };
    const both = await tune(late, { ...OPTIONS, steps: 30, space });
    expect(both.outcome).toBe('tuned');
    expect(both.notes.filter((note) => /ignores/.test(note))).toEqual([]);
    const short = await tune(late, { ...OPTIONS, steps: 11, space: { ...RATE, decayFrom: [12, 1000] }, out });
    expect(short.notes).toContainEqual(
      'The model ignores decayFrom: 11 steps with 12 and with 1000 have the same losses to the last bit.',
    );
    const trials = await readFile(join(out, 'late.trials.ndjson'), 'utf8');
    expect(trials).toMatch(/"steps":11.*"decayFrom":1000|"decayFrom":1000.*"steps":11/);
  });

  it('warns of an edge, of divergence beside, and of a regulariser', async () => {
    const narrow = { learningRate: { from: 2 ** -12, to: 2 ** -7 } };
    const notes = async (model: ReturnType<typeof known>, space: TuneOptions['space']) =>
      (await tune(model, { ...OPTIONS, trials: 30, space })).notes;
    expect(await notes(known(), narrow)).toContainEqual(
      expect.stringMatching(/learningRate is best at the upper edge/),
    );
    const high = { learningRate: { from: 2 ** -5, to: 1 } };
    expect(await notes(known(), high)).toContainEqual(expect.stringMatching(/learningRate is best at the lower edge/));
    expect(await notes(known({ breaksAbove: 2 ** -6 }), RATE)).toContainEqual(
      expect.stringMatching(/trials? within an octave of the chosen setting diverged/),
    );
    const dropout = { dropout: [0, 0.5] };
    expect(await notes(known(), dropout)).toContainEqual(
      expect.stringMatching(/^dropout looks like dropout: regularisers/),
    );
    expect((await notes(known(), RATE)).filter((note) => !/own setting/.test(note))).toEqual([]);
  });

  it('decides nothing once its time is over, and goes on from there to the same result', async () => {
    const whole = await tune(known(), { ...OPTIONS, space: RATE, out: join(out, 'whole') });
    const cut = await tune(known(), { ...OPTIONS, space: RATE, out, timeBudgetMs: 0 });
    expect(cut).toMatchObject({ outcome: 'undecided', settle: expect.stringMatching(/--resume/) });
    expect(cut.reason).toMatch(/^The time budget ended before/);
    expect(await tune(known(), { ...OPTIONS, space: RATE, out, resume: true })).toEqual(whole);
    const files = [join(out, 'whole'), out].map((folder) => readFile(join(folder, 'known.trials.ndjson'), 'utf8'));
    const [one, other] = await Promise.all(files);
    expect(other).toBe(one);
  });

  it('trains nothing anew that is there, and more trials add to fewer', async () => {
    const few = await tune(known(), { ...OPTIONS, space: RATE, out, search: 'random' });
    const plans: [string | undefined, number, number][] = [];
    const onProgress = (event: ProgressEvent) => {
      if (event.type === 'plan') plans.push([event.stage, event.runs, event.resumed]);
    };
    const more = await tune(known(), {
      ...OPTIONS,
      space: RATE,
      trials: 12,
      out,
      search: 'random',
      resume: true,
      onProgress,
    });
    expect(plans[1]).toEqual(['search', 12, 9]);
    expect(more.trials.slice(0, 9)).toEqual(few.trials);
  });

  it('tells what the chosen setting loses at another width', async () => {
    const moved = known({ optimum: (width) => (width === 8 ? -6 : -8) });
    const { verification, chosen } = await tune(moved, { ...OPTIONS, space: RATE, verifyWidth: 16 });
    const chosenAt = Math.log2(chosen?.values['learningRate'] as number);
    const own = verification?.contenders.find(({ index }) => index === chosen?.index);
    expect(own?.score?.mean).toBeCloseTo(1.1 + (chosenAt + 8) ** 2, 4);
    const best = Math.min(...(verification?.contenders ?? []).map(({ score }) => score?.mean ?? Infinity));
    expect(verification?.regret?.mean).toBeCloseTo((own?.score?.mean ?? 0) - best, 6);
    expect(verification?.share).toBeCloseTo((verification?.regret?.mean ?? 0) / best, 6);
    // The chosen, the model's own, the five best, and four rates around the chosen one.
    expect(verification?.contenders).toHaveLength(10);
    const same = await tune(known(), { ...OPTIONS, space: RATE, verifyWidth: 16 });
    expect(same.verification?.regret?.mean).toBeLessThan(0.5);
  });

  it.each<[TuneOptions, RegExp]>([
    [{ width: 16, targetWidth: 8 }, /expected --target-width to be at least the proxy's width 16, got 8/],
    [{ width: 16, verifyWidth: 8 }, /expected --verify-width to be at least the proxy's width 16, got 8/],
    [{ space: { rate: [1, 2] } }, /\(learningRate, other, dropout\), got 'rate'/],
    [{ width: 0 }, /0 is not one/],
    [{ trials: 0 }, /expected trials to be a whole number from 1, got 0/],
    [{ seeds: 1000 }, /expected seeds to be a whole number from 1 to 999, got 1000/],
    [{ steps: 1.5 }, /got 1.5/],
    [{ steps: 1 }, /expected steps to be a whole number from 2, got 1/],
    [{ set: { rate: 1 } }, /declared hyperparameter/],
  ])('refuses %j', async (options, sentence) => {
    await expect(tune(known(), { ...OPTIONS, ...options })).rejects.toThrow(sentence);
  });
});
