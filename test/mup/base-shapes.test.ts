import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf } from '../../src/engine/tf.js';
import { loadBaseShapes, makeBaseShapes, saveBaseShapes } from '../../src/mup/base-shapes.js';
import { scalingOf, widthMultiplier } from '../../src/mup/scaling.js';
import { setBaseShapes } from '../../src/mup/set-base-shapes.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const mlp = (width: number, head = 'head') =>
  tf.sequential({
    layers: [
      tf.layers.dense({ units: width, inputShape: [7] }),
      tf.layers.dense({ units: 2 * width }),
      tf.layers.dense({ units: 3, name: head }),
    ],
  });

const hand = (n: number) => ({ parameters: { w: tf.variable(tf.randomNormal([n, n])) } });

const code = (f: () => unknown): unknown => {
  try {
    f();
    return null;
  } catch (error) {
    return (error as { code: unknown }).code;
  }
};

describe('makeBaseShapes', () => {
  it('keeps the base size of infinite dimensions and null for finite ones', () => {
    expect(makeBaseShapes(mlp(4), mlp(6)).parameters).toEqual({
      'dense_1/kernel': [null, 4],
      'dense_1/bias': [4],
      'dense_2/kernel': [4, 8],
      'dense_2/bias': [8],
      'head/kernel': [8, null],
      'head/bias': [null],
    });
  });

  it('refuses models whose parameters do not match', () =>
    expect(() => makeBaseShapes(mlp(4), mlp(6, 'other'))).toThrow(/head\/kernel is missing from the delta model/));

  it('survives a round trip through a file', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'base-shapes-')), 'shapes.json');
    const shapes = makeBaseShapes(mlp(4), mlp(6));
    saveBaseShapes(shapes, path);
    expect(loadBaseShapes(path)).toEqual(shapes);
    writeFileSync(path, '{"schema": "other"}');
    expect(code(() => loadBaseShapes(path))).toBe('BASE_SHAPES_INVALID');
  });
});

describe('setBaseShapes', () => {
  it('finds roles and width multipliers', () => {
    const model = setBaseShapes(mlp(32), mlp(4), { delta: mlp(6) });
    const scalings = [...scalingOf(model).parameters.values()];
    expect(scalings.map((s) => [s.parameter.name, s.role, widthMultiplier(s)])).toEqual([
      ['dense_1/kernel', 'input', 8],
      ['dense_1/bias', 'vector', 8],
      ['dense_2/kernel', 'hidden', 8],
      ['dense_2/bias', 'vector', 8],
      ['head/kernel', 'readout', 8],
      ['head/bias', 'scalar', 1],
    ]);
  });

  it('gives the same values from base shapes or a file as from models, and none with rescale: false', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'base-shapes-')), 'shapes.json');
    const shapes = makeBaseShapes(mlp(4), mlp(6));
    saveBaseShapes(shapes, path);
    const model = () => {
      const built = mlp(16);
      for (const weight of built.weights) weight.write(tf.ones(weight.shape as number[]));
      return built;
    };
    const values = (m: ReturnType<typeof mlp>) => m.getWeights().map((w) => w.dataSync()[0]);
    const fromModels = values(setBaseShapes(model(), mlp(4), { delta: mlp(6) }));
    expect(values(setBaseShapes(model(), shapes))).toEqual(fromModels);
    expect(values(setBaseShapes(model(), path))).toEqual(fromModels);
    expect(values(setBaseShapes(model(), path, { rescale: false }))).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('refuses a second call, a missing delta, and an infinite dimension that base and delta hide', () => {
    const model = setBaseShapes(mlp(16), mlp(4), { delta: mlp(6) });
    expect(code(() => setBaseShapes(model, mlp(4), { delta: mlp(6) }))).toBe('BASE_SHAPES_SET_TWICE');
    expect(code(() => setBaseShapes(mlp(4), mlp(4)))).toBe('BASE_SHAPES_DELTA_MISSING');
    expect(() => setBaseShapes(mlp(16), mlp(4), { delta: mlp(4) })).toThrow(
      /dimension 1 of dense_1\/kernel is 16 here/,
    );
    expect(code(() => setBaseShapes(mlp(16, 'other'), mlp(4), { delta: mlp(6) }))).toBe('BASE_SHAPES_UNMATCHED');
  });

  it('refuses a hand-written model with saved shapes, whose init it cannot know', () => {
    const shapes = makeBaseShapes(hand(4), hand(6));
    expect(code(() => setBaseShapes(hand(8), shapes))).toBe('INIT_UNKNOWN');
  });
});
