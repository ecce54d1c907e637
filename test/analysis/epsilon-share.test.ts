import { describe, expect, it } from 'vitest';
import { epsilonShare, gradientOverEpsilon, ratioAtWidest } from '../../src/analysis/epsilon-share.js';
import { derivedSeries } from '../../src/analysis/series.js';
import { runs, seriesOfSizes, WIDTHS } from './synthetic.js';

const withEpsilon = (epsilon: number | null) => runs(() => ({ epsilon }));

const widest = Math.max(...WIDTHS);

/** Of gradients of these sizes, by width. */
const overEpsilon = (size: (width: number) => number, epsilon: number | null) =>
  gradientOverEpsilon(seriesOfSizes(0, size), withEpsilon(epsilon));

describe('gradientOverEpsilon', () => {
  it('goes like the gradient where epsilon is constant, and not at all where it follows the gradient', () => {
    expect(overEpsilon((n) => 1 / n, 1e-3).fit?.slope).toBeCloseTo(-1, 9);
    const following = runs(({ width }) => ({ epsilon: 1e-3 / width }));
    const gradient = seriesOfSizes(0, (n) => 1 / n);
    expect(gradientOverEpsilon(gradient, following).fit?.slope).toBeCloseTo(0, 9);
  });

  it('leaves out a run that diverged, whose gradients may be recorded', () => {
    const finished = withEpsilon(1e-3).filter(({ width, seed }) => width !== widest || seed !== 0);
    const gradient = seriesOfSizes(0, (n) => 1 / n);
    const ratio = gradientOverEpsilon(gradient, finished);
    expect(ratio.points).toHaveLength(gradient.points.length - 1);
    expect(ratio.fit?.slope).toBeCloseTo(-1, 9);
  });

  it('takes an epsilon of 0 for none', () => {
    expect(overEpsilon(() => 1, 0).reason).toBe('missing');
  });

  it('is missing where the optimizer shows no epsilon, or there is no gradient', () => {
    expect(overEpsilon(() => 1, null).reason).toBe('missing');
    expect(gradientOverEpsilon(undefined, withEpsilon(1)).reason).toBe('missing');
  });
});

describe('epsilonShare', () => {
  const share = (size: (width: number) => number, epsilon: number | null) =>
    epsilonShare(overEpsilon(size, epsilon), withEpsilon(epsilon));

  it('goes like the gradient where epsilon is far above it', () => {
    expect(share((n) => 1e-3 / n, 1).fit?.slope).toBeCloseTo(-1, 3);
  });

  it('is 1 where epsilon is far below it', () => {
    expect(share((n) => 1 / n, 1e-9).fit?.slope).toBeCloseTo(0, 6);
  });

  it('is ½ where the two are equal', () => {
    const { points } = share(() => 1e-3, 1e-3);
    expect(points.every(({ log2Size }) => Math.abs((log2Size ?? 0) + 1) < 1e-12)).toBe(true);
  });

  it('is missing where the optimizer shows no epsilon', () => {
    expect(share(() => 1, null).reason).toBe('missing');
  });
});

describe('ratioAtWidest', () => {
  it('is the geometric mean over the seeds of the widest width', () => {
    expect(ratioAtWidest(overEpsilon((n) => 1 / n, 1e-3))).toBeCloseTo(1e3 / widest, 9);
    const sizes = runs().map(({ width, seed }) => ({ width, seed, size: width === widest ? 4 ** seed : 7 }));
    const scattered = derivedSeries(sizes, runs(), { tap: null, step: 0, statistic: 'rms' });
    expect(ratioAtWidest(scattered)).toBeCloseTo(2, 9);
  });
});
