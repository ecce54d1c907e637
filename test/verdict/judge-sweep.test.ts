import { describe, expect, it } from 'vitest';
import { parabola, sweepOf, trialsOf, type MadeUp } from './sweep-trials.js';

type Trial = Parameters<MadeUp['score']>[0];

/** µP stands still; SP's optimum falls by half an octave a doubling. */
const moving = (trial: Trial) =>
  parabola(trial, trial.parametrization === 'sp' ? -6 - Math.log2(trial.width / 64) / 2 : -7.1);
const BOTH = ['mup', 'sp'] as const;

describe('judgeSweep', () => {
  it('passes where the optimum stands still, and shows the control that moves', () => {
    const result = sweepOf({ parametrizations: BOTH, score: moving });
    expect(result.verdict).toBe('pass');
    expect(result.gates.map(({ outcome }) => outcome)).toEqual(['pass', 'pass', 'pass', 'pass']);
    expect(result.summary).toMatch(
      /^learningRate transfers: log2 optimum moves [+−]0\.0\d \[.*\] a doubling of width over 64…512; SP: −0\.\d\d \[.*\]\.$/,
    );
    const [mup, sp] = result.sweeps[0]?.parametrizations ?? [];
    expect([mup?.outcome, sp?.outcome]).toEqual(['pass', 'fail']);
    expect(sp?.drifts[0]?.perDoubling).toBeCloseTo(-0.5, 1);
    expect(result.notes).toEqual(['a note of the runs']);
  });

  it('fails where the optimum moves in µP', () => {
    const result = sweepOf({ score: (trial) => parabola(trial, -6 - Math.log2(trial.width / 64) / 2) });
    expect(result.verdict).toBe('fail');
    expect(result.summary).toMatch(
      /^learningRate does not transfer: log2 optimum moves −0\.[45]\d \[−.*−.*\] a doubling/,
    );
    expect(result.summary).toMatch(/costs [\d.]+ % at width 512\.$/);
  });

  it('never counts the control, and says where it transfers as well', () => {
    const result = sweepOf({ parametrizations: BOTH, score: (trial) => parabola(trial, -7.1) });
    expect(result.verdict).toBe('pass');
    expect(result.notes[0]).toContain('cannot tell µP from SP');
    const control = sweepOf({ parametrizations: ['sp'], score: (trial) => parabola(trial, -7.1) });
    expect(control.verdict).toBe('inconclusive');
    expect(control.summary).toContain('not swept in µP');
  });

  it('is inconclusive where an optimum is censored, with the grid that settles it', () => {
    const result = sweepOf({ score: (trial) => parabola(trial, trial.width === 512 ? -3 : -7) });
    expect(result.verdict).toBe('inconclusive');
    expect(result.summary).toContain('To settle it: extend the grid of learningRate to 0.25.');
  });

  it('is inconclusive where the model ignores the hyperparameter', () => {
    const result = sweepOf({ score: ({ seed, width }) => 2 + seed - Math.log2(width) / 100 });
    expect(result.verdict).toBe('inconclusive');
    expect(result.summary).toBe(
      'Whether learningRate transfers is open: every value of learningRate gives the very same scores: the model ignores it. To settle it: use hyperparameters.learningRate in build() or optimizer().',
    );
  });

  it.each([
    ['enough-widths', { widths: [64, 128, 256] }, '3 widths over a factor of 4'],
    ['enough-widths', { widths: [64, 512] }, '2 widths'],
    ['enough-seeds', { seeds: [0] }, 'one seed'],
    ['enough-depths', { depths: [2, 4] }, '2 depths over a factor of 2'],
  ])('is inconclusive while the gate %s is open', (gate, changes, reason) => {
    const result = sweepOf({ score: moving, ...changes });
    expect(result.verdict).toBe('inconclusive');
    expect(result.gates.find((one) => one.gate === gate)).toMatchObject({ outcome: 'inconclusive' });
    expect(result.summary).toContain(`Nothing is proven: ${reason}`);
  });

  it('is inconclusive where trials are missing or failed, or the width changes nothing', () => {
    const made: MadeUp = { score: moving };
    const trials = trialsOf(made);
    expect(sweepOf(made, { trials: trials.slice(3) }).summary).toContain('3 of 56 trials are missing');
    const failed = trials.map((trial, i) =>
      i === 5 ? { ...trial, state: 'failed' as const, error: 'shapes' } : trial,
    );
    expect(sweepOf(made, { trials: failed }).summary).toContain('width 64, seed 1 failed: shapes');
    expect(sweepOf(made, { trials: [] }).summary).toContain('no trial');
    const still = sweepOf({ score: ({ value, seed }) => (Math.log2(Number(value)) + 7) ** 2 + seed });
    expect(still.summary).toContain('the width changes nothing');
  });

  it('counts the worst of all drifts, along width and along depth', () => {
    const depths = [2, 4, 8];
    const result = sweepOf({ depths, score: (trial) => parabola(trial, -6 - Math.log2((trial.depth ?? 2) / 2)) });
    expect(result.verdict).toBe('fail');
    expect(result.summary).toContain('a doubling of depth over 2…8 at width 64');
    const drifts = result.sweeps[0]?.parametrizations[0]?.drifts ?? [];
    expect(drifts.map(({ outcome }) => outcome)).toEqual(['pass', 'pass', 'pass', 'fail', 'fail', 'fail', 'fail']);
  });

  it('warns of an optimum at the edge of stability', () => {
    const result = sweepOf({ score: (trial) => (Number(trial.value) > 2 ** -6 ? NaN : parabola(trial, -6)) });
    expect(result.notes[0]).toContain('An optimum at the edge of stability');
    expect(result.notes[0]).toContain('width 64 (0.01563)');
    expect(result.sweeps[0]?.parametrizations[0]?.curves[0]?.optimum).toMatchObject({ state: 'found', best: 2 ** -6 });
  });

  it('shows where wider is worse, without counting it', () => {
    const result = sweepOf({ score: (trial) => parabola(trial, -7.1) + 0.1 * Math.log2(trial.width) });
    expect(result.verdict).toBe('pass');
    expect(result.notes[0]).toContain('Wider is worse in 21 of 21 pairs');
  });

  it.each(['dropout', 'dropoutRate', 'weightDecay', 'weight_decay', 'labelSmoothing', 'l2', 'regularization'])(
    'warns that %s is a regulariser',
    (hyperparameter) => {
      const result = sweepOf({ hyperparameter, score: (trial) => parabola(trial, -7.1) });
      expect(result.notes[0]).toMatch(/regularisers do not transfer.*2203\.03466/);
    },
  );

  it('thins the loss of trials to 60 points, first and last kept', () => {
    const [trial] = sweepOf({ score: moving }).trials;
    expect(trial?.loss).toHaveLength(60);
    expect([trial?.loss[0]?.step, trial?.loss.at(-1)?.step]).toEqual([0, 99]);
    expect(new Set(trial?.loss.map(({ step }) => step)).size).toBe(60);
    const diverged = sweepOf({ score: () => NaN }).trials[0];
    expect(diverged).toMatchObject({ state: 'diverged', score: null });
    expect(diverged?.loss[0]).toEqual({ step: 0, loss: null });
  });

  describe('of values that are no numbers', () => {
    const best =
      (of: (width: number) => string, cost = 0.5) =>
      (trial: Trial) =>
        2 +
        trial.seed -
        0.01 * Math.log2(trial.width) +
        (trial.value === of(trial.width) ? 0 : cost) +
        1e-4 * Math.sin(9 * trial.width);
    const values = ['relu', 'gelu', 'tanh'];

    it('passes where the best stays the best', () => {
      const result = sweepOf({ values, score: best(() => 'gelu') });
      expect(result.verdict).toBe('pass');
      expect(result.summary).toBe('learningRate transfers.');
      expect(result.sweeps[0]).toMatchObject({ isNumeric: false });
      expect(result.sweeps[0]?.parametrizations[0]?.drifts).toEqual([]);
    });

    it('fails where another becomes the best, at a cost', () => {
      const result = sweepOf({ values, score: best((width) => (width > 200 ? 'relu' : 'gelu')) });
      expect(result.verdict).toBe('fail');
      expect(result.summary).toContain('gelu is best at width 64, relu at width 256');
    });

    it('passes where another becomes the best and it hardly matters', () => {
      const result = sweepOf({ values, score: best((width) => (width > 200 ? 'relu' : 'gelu'), 0.001) });
      expect(result.verdict).toBe('pass');
    });

    it('is inconclusive where the narrowest has no best', () => {
      const noise = (trial: Trial) =>
        2 + Math.sin(50 * values.indexOf(String(trial.value)) + 31 * trial.seed + trial.width);
      const result = sweepOf({ values, score: noise });
      expect(result.verdict).toBe('inconclusive');
      expect(result.summary).toContain('differ by less than the seeds scatter');
    });
  });

  it('is the same for the same trials', () => {
    expect(sweepOf({ score: moving })).toEqual(sweepOf({ score: moving }));
  });
});
