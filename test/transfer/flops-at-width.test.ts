import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { plannedRuns, resolveConfig } from '../../src/capture/config.js';
import { openModelSession } from '../../src/capture/model-session.js';
import type { Hyperparameters } from '../../src/model/definition.js';
import { loadModel } from '../../src/model/load.js';
import { flopsAtWidth, type CountedFlops } from '../../src/transfer/flops-at-width.js';

const countsOf = (widths: readonly number[], flopsOf: (width: number) => number): CountedFlops[] =>
  widths.map((width) => ({ width, flops: flopsOf(width) }));

/** What a step of a fixture costs at some widths. */
async function countedAt(fixture: string, widths: readonly number[], set: Hyperparameters): Promise<CountedFlops[]> {
  const path = fileURLToPath(new URL(`../../fixtures/models/${fixture}.ts`, import.meta.url));
  const { definition } = await loadModel(path);
  const session = await openModelSession(path, { engine: 'onnx', threads: 1 });
  const counted: CountedFlops[] = [];
  for (const spec of plannedRuns(resolveConfig(definition, { widths, seeds: 1, set }))) {
    counted.push({ width: spec.width, flops: (await session.flops(spec)).total });
  }
  await session.dispose();
  return counted;
}

describe('flopsAtWidth', () => {
  it('takes the count at the width itself where there is one', () => {
    expect(flopsAtWidth([{ width: 64, flops: 12 }], 64)).toEqual({
      flops: 12,
      how: 'FLOPs per step at width 64 are counted there.',
    });
  });

  it('continues a polynomial of degree 2 exactly, whatever the order of the counts', () => {
    const cost = (w: number) => 6 * 64 * (784 * w + 2 * w * w + 10 * w) - 2 * 64 * 784 * w;
    expect(flopsAtWidth(countsOf([512, 64, 128, 256], cost), 65_536).flops).toBe(cost(65_536));
    expect(flopsAtWidth(countsOf([64, 128, 256, 512, 1024], cost), 8).flops).toBe(cost(8));
  });

  it('extrapolates nothing from three widths, for they fit every polynomial', () => {
    const { flops, how } = flopsAtWidth(
      countsOf([64, 128, 256], (w) => w ** 3),
      1024,
    );
    expect(flops).toBeNull();
    expect(how).toMatch(/takes counts at 4 widths, got 64, 128, 256\.$/);
    expect(
      flopsAtWidth(
        countsOf([64, 64, 128, 256], (w) => w),
        1024,
      ).flops,
    ).toBeNull();
  });

  it('extrapolates nothing where a fourth width is not met, and says which', () => {
    const { flops, how } = flopsAtWidth(
      countsOf([64, 128, 256, 512], (w) => w ** 3),
      1024,
    );
    expect(flops).toBeNull();
    // The one through 64, 256 and 512 is w³ − (w − 64)(w − 256)(w − 512).
    expect(how).toBe(
      'FLOPs per step at width 1024 are not known: they are no polynomial of degree 2 in width, for the one through widths 64, 256 and 512 gives -1048576 at width 128, where 2097152 are counted.',
    );
  });

  it.each([
    ['mnist-mlp-mup-adam', [64, 96, 128, 192], 512, {}],
    ['mnist-cnn', [8, 12, 16, 24], 64, {}],
    ['text-transformer', [64, 96, 128, 160], 256, {}],
    // More heads as width grows.
    ['text-transformer', [64, 96, 128, 160], 256, { headSize: 16 }],
  ])('extrapolates what is counted of %s, from %j to %i', async (fixture, widths, target, set) => {
    const counted = await countedAt(fixture, [...widths, target], set);
    const narrower = counted.filter(({ width }) => width < target);
    expect(flopsAtWidth(narrower, target).flops).toBe(counted.find(({ width }) => width === target)?.flops);
  });
});
