import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf } from '../../src/engine/tf.js';
import { makeBaseShapes } from '../../src/mup/base-shapes.js';
import { saveBaseShapes } from '../../src/mup/base-shapes-file.js';
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

  it('takes records of sizes in place of models', () => {
    const record = (n: number) => ({ 'up/kernel': [7, n], 'up/bias': [n], 'down/kernel': [n, 3] });
    expect(makeBaseShapes(record(4), record(6))).toEqual({
      schema: 'coordcheck/base-shapes',
      schemaVersion: 1,
      parameters: { 'up/kernel': [null, 4], 'up/bias': [4], 'down/kernel': [4, null] },
      sizes: record(4),
    });
  });

  it('refuses models whose parameters do not match, in name or rank', () => {
    expect(() => makeBaseShapes(mlp(4), mlp(6, 'other'))).toThrow(/head\/kernel is missing from the delta model/);
    expect(() => makeBaseShapes({ w: [4, 4] }, { w: [6] })).toThrow(/w has 2 dimensions, but 1 in the delta model/);
  });

  it('refuses records that hold no sizes', () => {
    expect(() => makeBaseShapes({ w: [4, 0] }, { w: [6, 6] })).toThrow(/w is \[4,0\]/);
    expect(() => makeBaseShapes({ w: [4] }, {})).toThrow(/in the delta, but it holds no parameter/);
    expect(() => makeBaseShapes({ w: [4] }, undefined as never)).toThrow(/in the delta/);
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

  it('reads the kernel of a transposed convolution as [...kernel, fan-out, fan-in]', () => {
    const up = (filters: number, more = {}) =>
      tf.layers.conv2dTranspose({ filters, kernelSize: 3, useBias: false, ...more });
    const decoder = (w: number) => tf.sequential({ layers: [up(w, { inputShape: [4, 4, 5] }), up(3 * w), up(1)] });
    const model = setBaseShapes(decoder(32), decoder(4), { delta: decoder(6) });
    const scalings = [...scalingOf(model).parameters.values()];
    expect(scalings.map((s) => [s.role, s.fanInMultiplier, s.fanOutMultiplier])).toEqual([
      ['input', 1, 8],
      ['hidden', 8, 8],
      ['readout', 8, 1],
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

  it('refuses to scale a model twice that is part of another, but for its rates', () => {
    const inner = setBaseShapes(mlp(16), mlp(4), { delta: mlp(6) });
    const around = (part: ReturnType<typeof mlp>) => tf.sequential({ layers: [part, tf.layers.dense({ units: 2 })] });
    const outer = around(inner);
    const values = () => outer.getWeights().map((w) => [...w.dataSync()]);
    const before = values();
    expect(() => setBaseShapes(outer, around(mlp(4)), { delta: around(mlp(6)) })).toThrow(
      /sequential_1\/dense_1\/kernel has some already, as a parameter of another model/,
    );
    expect(values()).toEqual(before);
    setBaseShapes(outer, around(mlp(4)), { delta: around(mlp(6)), rescale: false });
    expect(values()).toEqual(before);
  });

  it('scales all or nothing, so that it can be tried again', () => {
    // The first layer shows its initializer; the second was given its weights, which only a base model can tell about.
    const signs = (w: number) => tf.concat([tf.ones([w / 2, 2 * w]), tf.neg(tf.ones([w / 2, 2 * w]))]);
    const given = (w: number) =>
      tf.sequential({
        layers: [
          tf.layers.dense({ units: w, inputShape: [3], useBias: false, kernelInitializer: 'heNormal' }),
          tf.layers.dense({ units: 2 * w, useBias: false, weights: [signs(w)] }),
        ],
      });
    const shapes = makeBaseShapes(given(4), given(6));
    const model = given(16);
    const values = () => model.getWeights().map((w) => [...w.dataSync()]);
    const before = values();
    expect(code(() => setBaseShapes(model, shapes))).toBe('INIT_UNKNOWN');
    expect(values()).toEqual(before);
    setBaseShapes(model, given(4), { delta: given(6) });
    // Hidden, m = 4: half the RMS that the base model has.
    expect(values()[1]?.[0]).toBeCloseTo(1 / 2, 6);
  });

  it('takes a record of sizes with a delta, or one with null for the finite dimensions without', () => {
    const w = () => tf.sequential({ layers: [tf.layers.dense({ units: 16, inputShape: [7], useBias: false })] });
    const scaled = (model: ReturnType<typeof w>) =>
      [...scalingOf(model).parameters.values()].map((s) => [s.parameter.name, s.role, widthMultiplier(s)]);
    const expected = [['dense_1/kernel', 'input', 4]];
    const record = { 'dense_1/kernel': [7, 4] };
    expect(scaled(setBaseShapes(w(), record, { delta: { 'dense_1/kernel': [7, 6] } }))).toEqual(expected);
    expect(scaled(setBaseShapes(w(), { 'dense_1/kernel': [null, 4] }))).toEqual(expected);
    expect(code(() => setBaseShapes(w(), record))).toBe('BASE_SHAPES_DELTA_MISSING');
  });

  it('refuses a dimension that has grown though saved base shapes call it finite', () => {
    const shapes = makeBaseShapes({ 'dense_1/kernel': [5, 4] }, { 'dense_1/kernel': [5, 6] });
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 16, inputShape: [7], useBias: false })] });
    expect(() => setBaseShapes(model, shapes)).toThrow(/dimension 0 of dense_1\/kernel is 7 here and 5 in the base/);
  });

  it('refuses what is no base at all, such as a promise of one', () => {
    for (const base of [Promise.resolve(mlp(4)), undefined, 64, {}, { schema: 'other' }])
      expect(code(() => setBaseShapes(mlp(16), base as never, { delta: mlp(6) }))).toBe('BASE_SHAPES_INVALID');
  });

  it('refuses a hand-written model with saved shapes, whose init it cannot know', () => {
    const shapes = makeBaseShapes(hand(4), hand(6));
    expect(code(() => setBaseShapes(hand(8), shapes))).toBe('INIT_UNKNOWN');
  });
});
