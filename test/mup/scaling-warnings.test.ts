import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type LayersModel } from '../../src/engine/tf.js';
import { layers } from '../../src/mup/layers.js';
import { parametrize } from '../../src/mup/parametrize.js';
import { scalingWarnings, undeclaredReadouts } from '../../src/mup/scaling-warnings.js';
import { setBaseShapes } from '../../src/mup/set-base-shapes.js';
import { withoutWarnings } from '../../src/mup/warn.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));
afterEach(() => void vi.restoreAllMocks());

/** What Node was told to warn of while `body` ran. */
async function warned(body: () => unknown): Promise<string[]> {
  const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  await body();
  expect(emit.mock.calls.every(([, type]) => (type as unknown) === 'CoordCheckWarning')).toBe(true);
  return emit.mock.calls.map(([sentence]) => String(sentence));
}

/** A model whose second layer has a size of its own. */
const mlp = (width: number, inner = width): LayersModel =>
  tf.sequential({
    layers: [
      tf.layers.dense({ units: width, inputShape: [3] }),
      tf.layers.dense({ units: inner }),
      tf.layers.dense({ units: 2, name: 'head' }),
    ],
  });

const silent = (model: () => LayersModel) => withoutWarnings(model);

describe('scalingWarnings', () => {
  it('says nothing of a model that grows as it should, is at base width, is in SP, or has no base shapes', async () => {
    const said = await warned(() => {
      const models = [
        parametrize(mlp, { width: 16, baseWidth: 4 }),
        parametrize(mlp, { width: 4, baseWidth: 4 }),
        parametrize(mlp, { width: 2, baseWidth: 4 }),
        parametrize(mlp, { width: 16, baseWidth: 4, parametrization: 'sp' }),
        mlp(4),
      ];
      expect(models.map(scalingWarnings)).toEqual([[], [], [], [], []]);
    });
    expect(said).toEqual([]);
  });

  it('names an infinite dimension that is equal in base and target while others grew', async () => {
    const said = await warned(() => setBaseShapes(mlp(16, 4), mlp(4), { delta: mlp(6) }));
    expect(said).toEqual([
      'Infinite, but of the same size here as at base width, while other dimensions grew: dimension 1 of ' +
        'dense_2/kernel, dimension 0 of dense_2/bias, dimension 0 of head/kernel.',
    ]);
  });

  it('says the same at every width, so that a check can say it once', () => {
    const at = (width: number) =>
      scalingWarnings(silent(() => setBaseShapes(mlp(width, 4), mlp(4), { delta: mlp(6) })));
    expect(at(64)).toEqual(at(16));
  });

  it('names an infinite dimension that shrank while others grew', () => {
    const model = silent(() => setBaseShapes(mlp(16, 3), mlp(4), { delta: mlp(6) }));
    expect(scalingWarnings(model).join()).toMatch(/smaller here .* dimension 1 of dense_2\/kernel/);
  });

  it('says that nothing is scaled where base and delta are alike', () => {
    const model = silent(() => setBaseShapes(mlp(4), mlp(4), { delta: mlp(4) }));
    expect(scalingWarnings(model)).toEqual([expect.stringContaining('no dimension is infinite')]);
  });

  it('names a readout that is not declared where another is', () => {
    const twoHeads = (w: number) => {
      const input = tf.input({ shape: [3] });
      const hidden = tf.layers.dense({ units: w }).apply(input) as never;
      const policy = layers.readout({ units: 2, name: 'policy' }).apply(hidden);
      const value = tf.layers.dense({ units: 1, name: 'value' }).apply(hidden);
      return tf.model({ inputs: input, outputs: [policy, value] as never });
    };
    const model = silent(() => parametrize(twoHeads, { width: 16, baseWidth: 4 }));
    expect(scalingWarnings(model)).toEqual([
      expect.stringMatching(/^value\/kernel: by shape a readout.*policy\/kernel/),
    ]);
    expect(undeclaredReadouts(model)).toEqual(['value/kernel']);
  });
});

describe('undeclaredReadouts', () => {
  it('names those found by shape, and none that is declared', () => {
    expect(undeclaredReadouts(parametrize(mlp, { width: 16, baseWidth: 4 }))).toEqual(['head/kernel']);
    expect(undeclaredReadouts(mlp(4))).toEqual([]);
  });
});

describe('withoutWarnings', () => {
  it('keeps warnings from the terminal, over awaits too, and only inside', async () => {
    const stuck = () => setBaseShapes(mlp(16, 4), mlp(4), { delta: mlp(6) });
    const inside = await warned(() =>
      withoutWarnings(async () => {
        await Promise.resolve();
        stuck();
      }),
    );
    expect(inside).toEqual([]);
    vi.restoreAllMocks();
    expect(await warned(stuck)).toHaveLength(1);
  });
});

describe('a readout that is not one', () => {
  it('is refused where its input is finite, or its output grows', () => {
    const early = (w: number) =>
      tf.sequential({
        layers: [layers.readout({ units: w, inputShape: [3], name: 'first' }), tf.layers.dense({ units: 2 })],
      });
    expect(() => parametrize(early, { width: 16, baseWidth: 4 })).toThrow(
      /first\/kernel is 3 \(finite\) × 16 \(infinite\)/,
    );
    const inner = (w: number) =>
      tf.sequential({ layers: [tf.layers.dense({ units: w, inputShape: [3] }), layers.readout({ units: w })] });
    expect(() => parametrize(inner, { width: 16, baseWidth: 4 })).toThrow(/16 \(infinite\) × 16 \(infinite\)/);
  });

  it('is refused where the shared matrix leads out of a growing dimension', () => {
    const shared = (w: number) => {
      const embedding = tf.layers.dense({ units: 3, inputShape: [w], useBias: false, name: 'down' });
      return tf.sequential({ layers: [embedding, layers.sharedReadout({ embedding, name: 'up' })] });
    };
    expect(() => parametrize(shared, { width: 16, baseWidth: 4 })).toThrow(/the transpose of down\/kernel, used by up/);
  });

  it('is left alone in SP, and where nothing grows', () => {
    const fixed = () => tf.sequential({ layers: [layers.readout({ units: 2, inputShape: [3] })] });
    expect(() => parametrize(fixed, { width: 16, baseWidth: 4, parametrization: 'sp' })).not.toThrow();
    expect(() => silent(() => parametrize(fixed, { width: 16, baseWidth: 4 }))).not.toThrow();
  });
});
