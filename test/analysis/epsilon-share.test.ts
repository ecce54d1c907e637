import { describe, expect, it } from 'vitest';
import { epsilonShare } from '../../src/analysis/epsilon-share.js';
import { runs, seriesOfSizes } from './synthetic.js';

describe('epsilonShare', () => {
  const withEpsilon = (epsilon: number | null) => runs(() => ({ epsilon }));

  it('goes like the gradient where epsilon is far above it', () => {
    const share = epsilonShare(
      seriesOfSizes(0, (n) => 1e-3 / n),
      withEpsilon(1),
    );
    expect(share.fit?.slope).toBeCloseTo(-1, 3);
  });

  it('is 1 where epsilon is far below it', () => {
    const share = epsilonShare(
      seriesOfSizes(0, (n) => 1 / n),
      withEpsilon(1e-9),
    );
    expect(share.fit?.slope).toBeCloseTo(0, 6);
  });

  it('is ½ where the two are equal', () => {
    const share = epsilonShare(
      seriesOfSizes(0, () => 1e-3),
      withEpsilon(1e-3),
    );
    expect(share.points.every(({ log2Size }) => Math.abs((log2Size ?? 0) + 1) < 1e-12)).toBe(true);
  });

  it('is missing where the optimizer shows no epsilon, or there is no gradient', () => {
    expect(
      epsilonShare(
        seriesOfSizes(0, () => 1),
        withEpsilon(null),
      ).reason,
    ).toBe('missing');
    expect(epsilonShare(undefined, withEpsilon(1)).reason).toBe('missing');
  });
});
