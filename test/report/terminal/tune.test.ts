import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { renderTune } from '../../../src/report/render.js';
import type { Contender, TuneResult } from '../../../src/verdict/tune-result.js';
import { NASTY_NAMES } from '../hostile-results.js';

const mean = (value: number) => ({ mean: value, interval: [value - 0.01, value + 0.01] as [number, number] });

const contender = (index: number | null, learningRate: number, score: number): Contender => ({
  index,
  values: index === null ? {} : { learningRate },
  scores: [score, score, score],
  score: mean(score),
  behind: score === 1.5 ? null : mean(score - 1.5),
});

function result(rest: Partial<TuneResult> = {}): TuneResult {
  return {
    schema: 'coordcheck/tune',
    schemaVersion: 1,
    name: 'mlp',
    outcome: 'tuned',
    summary: 'learningRate 0.01: loss 1.5 [1.49, 1.51] at width 64 over 3 seeds.',
    reason: null,
    settle: null,
    command: 'npx coordcheck tune mlp.ts --target-width 1024',
    versions: {},
    environment: {},
    config: {
      width: 64,
      depth: null,
      steps: 300,
      trials: 32,
      search: 'halving',
      seed: 0,
      searchSeed: 0,
      seeds: [1, 2, 3],
      targetWidth: 1024,
      targetSteps: null,
      targetBatch: null,
      verifyWidth: null,
      engine: 'onnx',
      threads: 1,
      optimizer: 'Adam',
      loss: 'softmaxCrossEntropy',
      scoredOn: 'validation',
      hyperparameters: { learningRate: 0.003 },
    },
    space: [{ hyperparameter: 'learningRate', scale: 'log', from: 0.001, to: 0.1 }],
    rungs: [{ steps: 100, trials: 32, finished: 30, diverged: 2, failed: 0, best: 1.6 }],
    trials: [],
    contenders: [contender(3, 0.01, 1.5), contender(null, 0, 1.75)],
    chosen: null,
    target: {
      schema: 'coordcheck/target',
      schemaVersion: 1,
      name: 'mlp',
      targetWidth: 1024,
      depth: null,
      hyperparameters: { learningRate: 0.01 },
      optimizer: { className: 'Adam', config: { beta1: 0.9 }, decayForm: 'regularization', isScheduled: false },
      parameters: {
        'dense_2/kernel': {
          shape: [1024, 1024],
          learningRate: 0.01 / 16,
          initStd: 0.03125,
          multiplier: 1,
          weightDecay: 0,
          epsilon: null,
        },
      },
    },
    targetNotes: ['Measured on the model built at width 1024.'],
    verification: null,
    cost: {
      trials: 50,
      tuningFlops: 2e9,
      targetFlops: 4e13,
      share: 5e-5,
      directRatio: 1_339_000_000,
      reason: null,
      assumptions: ['As counted.'],
    },
    notes: ['The proxy is narrow.'],
    ...rest,
  };
}

const lines = async (of: TuneResult, columns = 100) => (await renderTune(of, { columns })).trimEnd().split('\n');
const cells = (all: string[], start: string) =>
  all
    .find((line) => line.trim().startsWith(start))
    ?.trim()
    .split(/ {2,}/);

describe('renderTune', () => {
  it('begins with the choice, and has search, comparison, settings, cost, notes and the command', async () => {
    const all = await lines(result());
    expect(all[0]).toBe('TUNED  mlp · learningRate 0.01: loss 1.5 [1.49, 1.51] at width 64 over 3 seeds.');
    const headings = all.filter((line) => line !== '' && !/^[ T]/.test(line) && !line.startsWith('npx'));
    expect(headings).toEqual([
      'Search',
      'Compared at width 64',
      'Settings at width 1024',
      'Cost',
      'Notes',
      'Repeat with',
    ]);
    expect(cells(all, '100')).toEqual(['100', '32', '30', '2', '1.6']);
  });

  it('shows each contender with its values and how far it is behind, the model’s own among them', async () => {
    const all = await lines(result());
    expect(cells(all, 'trial 3')).toEqual(['trial 3', '0.01', '1.5', '[1.49, 1.51]']);
    expect(cells(all, "the model's own")).toEqual([
      "the model's own",
      '0.003',
      '1.75',
      '[1.74, 1.76]',
      '0.25',
      '[0.24, 0.26]',
    ]);
    const lost = { ...contender(4, 0.1, 2), scores: [null, 2, 2], score: null, behind: null };
    expect(cells(await lines(result({ contenders: [lost] })), 'trial 4')).toContain('1 of 3 diverged');
  });

  it('has a row a parameter: rate, initial std, multiplier, decay, and a dash for what there is not', async () => {
    expect(cells(await lines(result()), 'dense_2/kernel')).toEqual([
      'dense_2/kernel',
      '1024×1024',
      '0.000625',
      '0.03125',
      '1',
      '0',
      '–',
    ]);
  });

  it('tells the cost as a share of the target, large numbers as powers of ten', async () => {
    const text = (await lines(result(), 300)).join(' ');
    expect(text).toContain('50 trials, 2.0·10^9 FLOPs in all: 0.005 % of one training of the target, 4.0·10^13 FLOPs.');
    expect(text).toContain('Tuning the target directly would cost 1.3·10^9 times as much.');
  });

  it('tells what is lost at another width, or that nothing is', async () => {
    const verification = {
      width: 256,
      contenders: [contender(3, 0.01, 1.5)],
      best: {},
      regret: mean(0.03),
      share: 0.02,
      reason: null,
    };
    const text = async (of: typeof verification) => (await lines(result({ verification: of }), 300)).join(' ');
    expect(await text(verification)).toContain(
      'The chosen setting loses 0.03 [0.02, 0.04], 2 %, against the best found at width 256.',
    );
    const none = { ...verification, regret: { mean: 0, interval: [0, 0] as [number, number] }, share: 0 };
    expect(await text(none)).toContain('No setting tried at width 256 is better than the chosen one.');
  });

  it('says why nothing is chosen, and what would settle it', async () => {
    const undecided = { outcome: 'undecided', summary: 'All 9 trials diverged.', settle: 'Lower the rates.' } as const;
    const all = await lines(result({ ...undecided, contenders: [], rungs: [], target: null, cost: null, notes: [] }));
    expect(all[0]).toBe('UNDECIDED  mlp · All 9 trials diverged. Lower the rates.');
    expect(all.slice(1)).toEqual(['', 'Repeat with', 'npx coordcheck tune mlp.ts --target-width 1024']);
  });

  it.each([40, 60, 80, 120])(
    'stays within %i columns and sends no control character, whatever the names',
    async (columns) => {
      const evil = NASTY_NAMES.join(' ');
      const [row] = Object.values(result().target!.parameters);
      const values = Object.fromEntries(NASTY_NAMES.slice(0, 2).map((name) => [name, evil]));
      const nasty = result({
        name: evil,
        summary: evil,
        notes: NASTY_NAMES,
        targetNotes: NASTY_NAMES,
        space: NASTY_NAMES.slice(0, 2).map((hyperparameter) => ({
          hyperparameter,
          scale: 'choice',
          values: [evil, 1],
        })),
        contenders: [{ ...contender(0, 1, 1.5), values }],
        target: {
          ...result().target!,
          hyperparameters: values,
          optimizer: { ...result().target!.optimizer, className: evil, config: { [evil]: evil } },
          parameters: Object.fromEntries(NASTY_NAMES.map((name) => [name, { ...row, tied: { [name]: 2 } }])),
        },
      });
      const all = await lines(nasty, columns);
      expect(all.filter((line) => stringWidth(line) > columns)).toEqual([]);
      // oxlint-disable-next-line no-control-regex -- that is what must not be there
      expect(all.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    },
  );
});
